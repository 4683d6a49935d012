package hdf5

import (
	"bytes"
	"math/bits"
)

// Kinds of B-trees of version 2, by what their records are of.
const (
	treeOfHuge       = 1 // objects of a fractal heap that are too large for it
	treeOfLinks      = 5 // a group's links, by name
	treeOfAttributes = 8 // an object's attributes, by name
)

// tree is a B-tree of version 2 being read.
type tree struct {
	file                 *File
	kind                 uint64
	nodeSize, recordSize int

	// By depth, the leaves' first: the bytes that the number of all records below a node takes.
	totals []int
	counts int // bytes of the number of records in a node
	out    [][]byte
}

// treeHead is what stands before a node's records: signature, version, kind.
const treeHead = 6

// records reads all records of a B-tree of version 2.
func (f *File) records(address uint64, kind uint64) ([][]byte, error) {
	b, err := f.checked(address, uint64(22+f.o+f.l))
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("BTHD")) {
		return nil, bad("at %d there is no tree", address)
	}
	if version := c.uint(1); version != 0 {
		return nil, bad("a B-tree of version 2.%d is not read", version)
	}
	t := tree{file: f, kind: kind}
	if found := c.uint(1); found != kind {
		return nil, bad("at %d there is a tree of kind %d, not %d", address, found, kind)
	}
	t.nodeSize, t.recordSize = c.count(4), c.count(2)
	depth := c.count(2)
	c.skip(2)
	root, n := c.uint(f.o), c.count(2)
	if c.short || t.recordSize < 1 || t.nodeSize > maxPiece || t.nodeSize < treeHead+4+t.recordSize || depth >= maxDepth {
		return nil, bad("a tree's head at %d says what cannot be", address)
	}
	if root == undefined || n == 0 && depth == 0 {
		return nil, nil
	}
	// What a node can hold at most decides how its children's numbers of records are written.
	most := uint64((t.nodeSize - treeHead - 4) / t.recordSize)
	t.counts, t.totals = bytesFor(most), []int{0}
	below := most
	for range depth {
		pointer := f.o + t.counts + t.totals[len(t.totals)-1]
		most = uint64(max(t.nodeSize-treeHead-4-pointer, 0) / (t.recordSize + pointer))
		below = (most+1)*min(below, 1<<40) + most
		t.totals = append(t.totals, bytesFor(below))
	}
	if err := t.node(root, n, depth); err != nil {
		return nil, err
	}
	return t.out, nil
}

// bytesFor is how many bytes a number up to n is written in.
func bytesFor(n uint64) int { return (bits.Len64(max(n, 1))-1)/8 + 1 }

// node reads the records of a node and of those below it.
func (t *tree) node(address uint64, n, depth int) error {
	signature, size, pointer := "BTLF", treeHead+n*t.recordSize+4, 0
	if depth > 0 {
		signature, pointer = "BTIN", t.file.o+t.counts+t.totals[depth-1]
		size += (n + 1) * pointer
	}
	if size > t.nodeSize {
		return bad("a tree's node of %d records", n)
	}
	b, err := t.file.checked(address, uint64(size))
	if err != nil {
		return err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte(signature)) {
		return bad("at %d there is no node of a tree", address)
	}
	c.skip(2)
	for range n {
		t.out = append(t.out, c.bytes(t.recordSize))
	}
	if len(t.out) > maxLinks {
		return bad("a group or an object with more than %d names", maxLinks)
	}
	if depth == 0 {
		return nil
	}
	for range n + 1 {
		child, records := c.uint(t.file.o), c.count(t.counts)
		c.skip(t.totals[depth-1])
		if c.short {
			return bad("a tree's node at %d is cut off", address)
		}
		if err := t.node(child, records, depth-1); err != nil {
			return err
		}
	}
	return nil
}
