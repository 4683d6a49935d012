package hdf5

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// fractalHeap is a heap being read: objects one after another in blocks, whose sizes double from row
// to row of a table. Blocks that are too large to hold objects hold a table again.
type fractalHeap struct {
	file               *File
	idLen              int
	offsetLen, sizeLen int    // bytes of an object's place and length in its id
	width              uint64 // blocks in a row
	start, largest     uint64 // sizes of the first block and of the largest that holds objects
	rows               int    // of the root; 0 if it is no table
	root, huge         uint64
	sums               bool              // blocks have checksums
	blocks             map[uint64][]byte // those read
}

// dense reads the messages that an object has kept in a fractal heap, which a tree lists by name.
// There are none where the heap is undefined.
func (f *File) dense(address, names uint64, kind uint64) ([][]byte, error) {
	if address == undefined {
		return nil, nil
	}
	h, err := f.fractalHeap(address)
	if err != nil {
		return nil, err
	}
	records, err := f.records(names, kind)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, 0, len(records))
	for _, r := range records {
		c := cursor{b: r}
		if kind == treeOfLinks {
			c.skip(4) // the name's hash
		}
		id := c.bytes(h.idLen)
		if kind == treeOfAttributes && c.uint(1)&flagShared != 0 {
			return nil, bad("an attribute shared between objects is not read")
		}
		if c.short || len(id) == 0 {
			return nil, bad("a tree's record is cut off")
		}
		b, err := h.object(id)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func (f *File) fractalHeap(address uint64) (*fractalHeap, error) {
	size := uint64(26 + 12*f.l + 3*f.o)
	b, err := f.at(address, size)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("FRHP")) {
		return nil, bad("at %d there is no heap", address)
	}
	if version := c.uint(1); version != 0 {
		return nil, bad("a fractal heap of version %d is not read", version)
	}
	h := &fractalHeap{file: f, idLen: c.count(2), blocks: map[uint64][]byte{}}
	if c.uint(2) != 0 {
		return nil, bad("links or attributes in a heap that is packed by a filter are not read")
	}
	if _, err := f.checked(address, size); err != nil {
		return nil, err
	}
	h.sums = c.uint(1)&2 != 0
	most := c.uint(4)
	c.skip(f.l)
	h.huge = c.uint(f.o)
	c.skip(f.l + f.o + 8*f.l)
	h.width, h.start, h.largest = c.uint(2), c.uint(f.l), c.uint(f.l)
	places := c.count(2) // bits
	c.skip(2)
	h.root, h.rows = c.uint(f.o), c.count(2)
	h.offsetLen = (places + 7) / 8
	h.sizeLen = min((bits.Len64(h.largest)+6)/8, bytesFor(most))
	for _, n := range []uint64{h.width, h.start, h.largest} {
		if bits.OnesCount64(n) != 1 || n > maxPiece {
			return nil, bad("a heap's table at %d says what cannot be", address)
		}
	}
	if c.short || h.start > h.largest || h.offsetLen > 8 || h.rows > 64 {
		return nil, bad("a heap's table at %d says what cannot be", address)
	}
	return h, nil
}

// object reads one by its id.
func (h *fractalHeap) object(id []byte) ([]byte, error) {
	c := cursor{b: id}
	head := c.uint(1)
	if head>>6 != 0 {
		return nil, bad("an object of a heap with an id of version %d is not read", head>>6)
	}
	switch head >> 4 & 3 {
	case 0:
		place, size := c.uint(h.offsetLen), c.uint(h.sizeLen)
		if c.short {
			return nil, bad("an object's id is cut off")
		}
		if h.rows == 0 {
			return h.within(h.root, h.start, 0, place, size)
		}
		return h.find(h.root, h.rows, 0, place, size, maxDepth)
	case 1:
		return h.large(c)
	case 2:
		n := int(head & 15)
		if h.idLen > 17 {
			n = n<<8 | int(c.uint(1))
		}
		if b := c.bytes(n + 1); !c.short {
			return b, nil
		}
	}
	return nil, bad("an object's id in a heap says what cannot be")
}

// large reads an object that stands outside the heap's blocks.
func (h *fractalHeap) large(id cursor) ([]byte, error) {
	f := h.file
	if h.idLen-1 >= f.o+f.l { // the id has room for its place
		place, size := id.uint(f.o), id.uint(f.l)
		return f.at(place, size)
	}
	number := id.uint(min(len(id.b), f.l))
	records, err := f.records(h.huge, treeOfHuge)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		c := cursor{b: r}
		place, size := c.uint(f.o), c.uint(f.l)
		if c.uint(f.l) == number && !c.short {
			return f.at(place, size)
		}
	}
	return nil, bad("a large object of a heap is not there")
}

// find looks through a table of blocks, whose first byte is the heap's byte number base.
func (h *fractalHeap) find(address uint64, rows int, base, place, size uint64, depth int) ([]byte, error) {
	if depth == 0 {
		return nil, bad("a heap without end")
	}
	direct := bits.Len64(h.largest) - bits.Len64(h.start) + 2 // rows of blocks that hold objects
	f := h.file
	head := 4 + 1 + f.o + h.offsetLen
	b, err := f.checked(address, uint64(head+rows*int(h.width)*f.o+4))
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("FHIB")) {
		return nil, bad("at %d there is no table of a heap", address)
	}
	c.skip(head - 4)
	for row := range rows {
		each := h.start << max(row-1, 0)
		if row > 63-bits.Len64(h.start) {
			break
		}
		for range h.width {
			child := c.uint(f.o)
			if place >= base && place-base < each {
				if row < direct {
					return h.within(child, each, base, place, size)
				}
				below := bits.Len64(each) - bits.Len64(h.start*h.width) + 1
				return h.find(child, below, base, place, size, depth-1)
			}
			base += each
		}
	}
	return nil, bad("an object outside its heap")
}

// within cuts an object from a block that holds objects; the block's own head counts among its bytes.
func (h *fractalHeap) within(address, length, base, place, size uint64) ([]byte, error) {
	b, ok := h.blocks[address]
	if !ok {
		var err error
		if b, err = h.file.at(address, length); err != nil {
			return nil, err
		}
		if !bytes.HasPrefix(b, []byte("FHDB")) {
			return nil, bad("at %d there is no block of a heap", address)
		}
		if at := 5 + h.file.o + h.offsetLen; h.sums && at+4 <= len(b) {
			sum := binary.LittleEndian.Uint32(b[at:])
			copy(b[at:], []byte{0, 0, 0, 0}) // as it was when the sum was made
			if lookup3(b) != sum {
				return nil, bad("it is damaged at %d: the checksum of %d bytes is another", address, len(b))
			}
		}
		h.blocks[address] = b
	}
	if place -= base; place > length || size > length-place {
		return nil, bad("an object outside its heap")
	}
	return b[place : place+size], nil
}
