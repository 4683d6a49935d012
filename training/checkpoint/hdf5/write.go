package hdf5

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Group is a directory of a file to be written.
type Group struct {
	Name     string // of no matter at the root
	Attrs    []Attr
	Groups   []Group
	Datasets []Dataset
}

// Attr is a text that a group bears.
type Attr struct{ Name, Text string }

// Dataset is an array of float32, row-major.
type Dataset struct {
	Name  string
	Shape []int
	Data  []float32
}

// MaxText is the longest text of an attribute; the format keeps a message below 64 KB.
const MaxText = 60_000

// The sizes of a group's nodes: the format's usual ones, which readers take from the superblock.
const (
	leafK     = 4  // half the names in a symbol node
	internalK = 16 // half the symbol nodes in a B-tree node
	maxNames  = 2 * leafK
)

// Write writes a file. It refuses groups of more names than Keras' models have, and texts over MaxText.
func Write(w io.Writer, root Group) error {
	p := plan{b: make([]byte, 96)}
	address, tree, heap, err := p.group(root)
	if err != nil {
		return err
	}
	p.align()
	end := uint64(len(p.b))
	for _, d := range p.data { // the numbers stand behind everything else
		binary.LittleEndian.PutUint64(p.b[d.at:], end)
		end += 4 * uint64(len(d.Data))
	}
	p.superblock(end, address, tree, heap)
	out := bufio.NewWriterSize(w, 1<<16)
	out.Write(p.b)
	var buf []byte
	for _, d := range p.data {
		for part := range slices.Chunk(d.Data, 1<<12) {
			buf = buf[:0]
			for _, x := range part {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
			}
			out.Write(buf)
		}
	}
	if err := out.Flush(); err != nil { // remembers the first error of all writes
		return fmt.Errorf("hdf5: %w", err)
	}
	return nil
}

// plan is everything of the file but its numbers. What stands inside a group comes before it, so
// that every address is known when it is needed, save those of the numbers.
type plan struct {
	b    []byte
	data []placed
}

type placed struct {
	Dataset
	at int // where in b its address goes
}

func (p *plan) u8(v ...uint8)         { p.b = append(p.b, v...) }
func (p *plan) u16(v uint16)          { p.b = binary.LittleEndian.AppendUint16(p.b, v) }
func (p *plan) u32(v uint32)          { p.b = binary.LittleEndian.AppendUint32(p.b, v) }
func (p *plan) u64(v uint64)          { p.b = binary.LittleEndian.AppendUint64(p.b, v) }
func (p *plan) align()                { p.b = pad(p.b) }
func (p *plan) room(from, length int) { p.b = append(p.b, make([]byte, from+length-len(p.b))...) }

func pad(b []byte) []byte { return append(b, make([]byte, -len(b)&7)...) }

// group writes a group with all that is in it, and gives the addresses of its header, its B-tree and
// its heap of names.
func (p *plan) group(g Group) (header, tree, heap uint64, err error) {
	type child struct {
		name       string
		header     uint64
		tree, heap uint64 // of a group
	}
	var children []child
	for _, d := range g.Datasets {
		at, err := p.dataset(d)
		if err != nil {
			return 0, 0, 0, err
		}
		children = append(children, child{name: d.Name, header: at})
	}
	for _, sub := range g.Groups {
		c := child{name: sub.Name}
		if c.header, c.tree, c.heap, err = p.group(sub); err != nil {
			return 0, 0, 0, err
		}
		children = append(children, c)
	}
	slices.SortFunc(children, func(a, b child) int { return strings.Compare(a.name, b.name) })
	if len(children) > maxNames {
		return 0, 0, 0, fmt.Errorf("hdf5: a group of %d names; at most %d are written", len(children), maxNames)
	}
	names := make([]byte, 8) // the empty name, which is the B-tree's first key
	var at []uint64
	for i, c := range children {
		if c.name == "" || strings.ContainsAny(c.name, "/\x00") || i > 0 && c.name == children[i-1].name {
			return 0, 0, 0, fmt.Errorf("hdf5: a group cannot have the name %q, or not twice", c.name)
		}
		at = append(at, uint64(len(names)))
		names = pad(append(names, c.name+"\x00"...))
	}
	p.align()
	heap = uint64(len(p.b))
	p.b = append(p.b, "HEAP\x00\x00\x00\x00"...)
	p.u64(uint64(len(names)))
	p.u64(1) // no free space
	p.u64(heap + 32)
	p.b = append(p.b, names...)

	symbols := uint64(len(p.b))
	if len(children) > 0 {
		p.b = append(p.b, "SNOD\x01\x00"...)
		p.u16(uint16(len(children)))
		for i, c := range children {
			p.entry(at[i], c.header, c.tree, c.heap)
		}
		p.room(int(symbols), 8+maxNames*40)
	}
	tree = uint64(len(p.b))
	p.b = append(p.b, "TREE\x00\x00"...)
	p.u16(uint16(min(len(children), 1)))
	p.u64(undefined) // left and right there is nothing
	p.u64(undefined)
	p.u64(0)
	if len(children) > 0 {
		p.u64(symbols)
		p.u64(at[len(at)-1])
	}
	p.room(int(tree), 24+2*internalK*16+8)

	messages := []message{{msgSymbolTable, binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, tree), heap)}}
	for _, a := range g.Attrs {
		if len(a.Text) > MaxText || a.Text == "" || len(a.Name) > 255 {
			return 0, 0, 0, fmt.Errorf("hdf5: the attribute %.40q has a text of %d bytes; 1 to %d are written", a.Name, len(a.Text), MaxText)
		}
		messages = append(messages, message{msgAttribute, attribute(a)})
	}
	return p.object(messages), tree, heap, nil
}

// entry is a name in a symbol node: where it is written and what it stands for.
func (p *plan) entry(name, header, tree, heap uint64) {
	p.u64(name)
	p.u64(header)
	if tree == 0 {
		p.u64(0)
	} else {
		p.u64(1) // what follows are the addresses that the header holds too
	}
	p.u64(tree)
	p.u64(heap)
}

func (p *plan) superblock(end, root, tree, heap uint64) {
	s := plan{b: append(make([]byte, 0, 96), signature...)}
	s.u8(0, 0, 0, 0, 0, 8, 8, 0) // versions, and the sizes of addresses and lengths
	s.u16(leafK)
	s.u16(internalK)
	s.u32(0)
	s.u64(0)
	s.u64(undefined)
	s.u64(end)
	s.u64(undefined)
	s.entry(0, root, tree, heap)
	copy(p.b, s.b)
}
