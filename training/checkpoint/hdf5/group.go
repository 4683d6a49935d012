package hdf5

import "bytes"

// link is a name in a group and the object it leads to.
type link struct {
	name    string
	address uint64
}

// maxLinks bounds a group.
const maxLinks = 4096

// links lists what is in a group, old style or new. Links that are no hard ones are left out.
func (f *File) links(h header) ([]link, error) {
	if b, ok := h.find(msgSymbolTable); ok {
		c := cursor{b: b}
		tree, heap := c.uint(f.o), c.uint(f.o)
		if c.short {
			return nil, bad("a symbol table is cut off")
		}
		names, err := f.localHeap(heap)
		if err != nil {
			return nil, err
		}
		return f.symbols(tree, names, maxDepth, nil)
	}
	var out []link
	found := false
	for _, m := range h {
		switch m.kind {
		case msgLinkInfo:
			found = true
			c := cursor{b: m.body}
			c.skip(1)
			if c.uint(1)&1 != 0 {
				c.skip(8) // the largest number of a link so far
			}
			heap, names := c.uint(f.o), c.uint(f.o)
			if c.short {
				return nil, bad("a group's links are cut off")
			}
			messages, err := f.dense(heap, names, treeOfLinks)
			if err != nil {
				return nil, err
			}
			for _, b := range messages {
				if out, err = f.link(b, out); err != nil {
					return nil, err
				}
			}
		case msgLink:
			found = true
			var err error
			if out, err = f.link(m.body, out); err != nil {
				return nil, err
			}
		}
	}
	if !found {
		return nil, bad("an object that is neither a group nor a dataset")
	}
	return out, nil
}

// link adds what a link message says; soft links and external ones are left out.
func (f *File) link(b []byte, out []link) ([]link, error) {
	c := cursor{b: b}
	c.skip(1)
	flags, kind := c.uint(1), uint64(0)
	if flags&8 != 0 {
		kind = c.uint(1)
	}
	if flags&4 != 0 {
		c.skip(8)
	}
	if flags&16 != 0 {
		c.skip(1)
	}
	name := string(c.bytes(c.count(1 << (flags & 3))))
	if kind == 0 {
		out = append(out, link{name, c.uint(f.o)})
	}
	if c.short {
		return nil, bad("a link is cut off")
	}
	return out, nil
}

// localHeap reads the names of a group of the old form.
func (f *File) localHeap(address uint64) ([]byte, error) {
	b, err := f.at(address, uint64(8+2*f.l+f.o))
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("HEAP")) {
		return nil, bad("at %d there are no names", address)
	}
	c.skip(4)
	size := c.uint(f.l)
	c.skip(f.l)
	return f.at(c.uint(f.o), size)
}

// symbols lists the names under a node of a group's B-tree.
func (f *File) symbols(address uint64, names []byte, depth int, out []link) ([]link, error) {
	if depth == 0 {
		return nil, bad("a tree of names without end")
	}
	n, leaf, c, err := f.node(address, 0, f.l)
	if err != nil {
		return nil, err
	}
	for range n {
		c.skip(f.l)
		child := c.uint(f.o)
		if c.short {
			return nil, bad("a tree of names is cut off")
		}
		if leaf {
			out, err = f.symbolNode(child, names, out)
		} else {
			out, err = f.symbols(child, names, depth-1, out)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// node reads the head of a B-tree's node of version 1, which has keys of a given size. The cursor
// stands at its first key.
func (f *File) node(address uint64, kind uint64, key int) (n int, leaf bool, c cursor, err error) {
	head := uint64(8 + 2*f.o)
	b, err := f.at(address, head)
	if err != nil {
		return 0, false, c, err
	}
	c = cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("TREE")) || c.uint(1) != kind {
		return 0, false, c, bad("at %d there is no tree", address)
	}
	leaf, n = c.uint(1) == 0, c.count(2)
	if n > maxLinks {
		return 0, false, c, bad("a tree's node of %d children", n)
	}
	b, err = f.at(address+head, uint64(n*(key+f.o)+key))
	return n, leaf, cursor{b: b}, err
}

// symbolNode reads the names of one symbol node.
func (f *File) symbolNode(address uint64, names []byte, out []link) ([]link, error) {
	b, err := f.at(address, 8)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("SNOD")) {
		return nil, bad("at %d there is no symbol node", address)
	}
	c.skip(2)
	n := c.count(2)
	if len(out)+n > maxLinks {
		return nil, bad("a group of more than %d names", maxLinks)
	}
	if b, err = f.at(address+8, uint64(n*(2*f.o+24))); err != nil {
		return nil, err
	}
	c = cursor{b: b}
	for range n {
		at, header := c.uint(f.o), c.uint(f.o)
		cache := c.uint(4)
		c.skip(4 + 16)
		if at >= uint64(len(names)) {
			return nil, bad("a name outside its heap")
		}
		end := bytes.IndexByte(names[at:], 0)
		if end < 0 {
			return nil, bad("a name without an end")
		}
		if cache != 2 { // not a soft link
			out = append(out, link{string(names[at : at+uint64(end)]), header})
		}
	}
	return out, nil
}
