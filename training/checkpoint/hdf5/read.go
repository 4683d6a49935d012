package hdf5

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Bounds on what a file may make its reader do.
const (
	maxReads = 20_000  // pieces of structure that are looked at
	maxPiece = 1 << 20 // bytes in one of them
	maxDepth = 16      // groups in groups
	maxRank  = 8
)

// MaxNumbers is the largest dataset that is read, in numbers: the largest embedding that the notebook
// allows, and a little more.
const MaxNumbers = 1 << 26

// File is a file being read. It is not safe for concurrent use.
type File struct {
	r     io.ReaderAt
	size  uint64
	base  uint64 // what addresses count from
	o, l  int    // bytes of an address and of a length
	root  uint64
	reads int
}

// Open reads the beginning of a file of size bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: uint64(max(size, 0))}
	head, err := f.at(0, min(f.size, 128))
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(head, signature) {
		return nil, bad("it does not begin as one")
	}
	c := cursor{b: head[8:]}
	version, end := c.uint(1), uint64(0)
	switch version {
	case 0, 1:
		c.skip(4)
		f.o, f.l = int(c.uint(1)), int(c.uint(1))
		c.skip(1 + 4 + 4)
		if version == 1 {
			c.skip(4)
		}
		f.base = c.uint(f.o)
		c.skip(f.o) // free space
		end = c.uint(f.o)
		c.skip(2 * f.o) // the driver; the root's name
		f.root = c.uint(f.o)
	case 2, 3:
		f.o, f.l = int(c.uint(1)), int(c.uint(1))
		c.skip(1)
		f.base = c.uint(f.o)
		c.skip(f.o) // more of the superblock
		end = c.uint(f.o)
		f.root = c.uint(f.o)
		if _, err := f.checked(0, uint64(len(head)-len(c.b)+4)); err != nil && !c.short {
			return nil, err
		}
	default:
		return nil, bad("a superblock of version %d is not read", version)
	}
	if !slices.Contains([]int{2, 4, 8}, f.o) || !slices.Contains([]int{2, 4, 8}, f.l) || c.short {
		return nil, bad("its superblock is damaged")
	}
	if end != undefined && end > f.size {
		return nil, bad("it is cut off: %d of its %d bytes are there", f.size, end)
	}
	return f, nil
}

// at reads a piece of structure.
func (f *File) at(address, n uint64) ([]byte, error) {
	if f.reads++; f.reads > maxReads {
		return nil, bad("its structure has no end")
	}
	if n > maxPiece {
		return nil, bad("a piece of %d bytes", n)
	}
	return f.raw(address, n)
}

func (f *File) raw(address, n uint64) ([]byte, error) {
	if address > f.size || f.base > f.size-address || n > f.size-address-f.base {
		return nil, bad("%d bytes at %d lie outside the file's %d", n, address, f.size)
	}
	b := make([]byte, n)
	if k, err := f.r.ReadAt(b, int64(address+f.base)); k < len(b) {
		return nil, fmt.Errorf("hdf5: %w", err)
	}
	return b, nil
}

// upTo reads n bytes or as many as there are.
func (f *File) upTo(address, n uint64) ([]byte, error) {
	if address < f.size && f.base < f.size-address {
		n = min(n, f.size-address-f.base)
	}
	return f.at(address, n)
}

// Array is a dataset that a file has: its place and its form, the numbers not yet read.
type Array struct {
	Path   string // without a slash before it
	Floats bool   // it holds floating-point numbers; else nothing more is known of it
	Shape  []int

	file   *File
	header header
}

// Walk visits every dataset, in the order of their names. It does not enter groups that enter refuses,
// which may be nil.
func (f *File) Walk(enter func(path string) bool, visit func(Array) error) error {
	return f.walk("", f.root, 0, enter, visit)
}

func (f *File) walk(path string, address uint64, depth int, enter func(string) bool, visit func(Array) error) error {
	if depth > maxDepth {
		return bad("groups in groups more than %d deep", maxDepth)
	}
	h, err := f.header(address)
	if err != nil {
		return err
	}
	if _, ok := h.find(msgDataspace); ok {
		a := Array{Path: path, file: f, header: h}
		if t, ok := h.find(msgDatatype); !ok || len(t) == 0 || t[0]&15 != classFloat {
			return visit(a)
		}
		a.Floats = true
		space, _ := h.find(msgDataspace)
		if a.Shape, err = f.dims(space); err != nil {
			return fmt.Errorf("%w (%q)", err, path)
		}
		return visit(a)
	}
	if path != "" && enter != nil && !enter(path) {
		return nil
	}
	links, err := f.links(h)
	if err != nil {
		return fmt.Errorf("%w (group %q)", err, path)
	}
	slices.SortFunc(links, func(a, b link) int { return strings.Compare(a.name, b.name) })
	for _, l := range links {
		if err := f.walk(strings.TrimPrefix(path+"/"+l.name, "/"), l.address, depth+1, enter, visit); err != nil {
			return err
		}
	}
	return nil
}

// cursor reads numbers one after another; when there are no more it gives zeros and is short.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.short, c.b = true, nil
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) skip(n int) { c.bytes(n) }

// uint reads a little-endian number of n bytes; the largest of its size is undefined.
func (c *cursor) uint(n int) uint64 {
	v, ones := uint64(0), n > 0
	for i, x := range c.bytes(n) {
		if i < 8 {
			v |= uint64(x) << (8 * i)
		}
		ones = ones && x == 0xff
	}
	if ones && !c.short && n >= 2 {
		return undefined
	}
	return v
}

// count reads a number that must be small.
func (c *cursor) count(n int) int {
	v := c.uint(n)
	if v > math.MaxInt32 {
		c.short = true
		return 0
	}
	return int(v)
}
