package hdf5

import (
	"bytes"
	"fmt"
	"strings"
)

// Text gives a text that the file's root bears as an attribute. It is an error if the attribute is there
// and cannot be read.
func (f *File) Text(name string) (string, bool, error) {
	h, err := f.header(f.root)
	if err != nil {
		return "", false, err
	}
	attributes, err := f.attributes(h)
	if err != nil {
		return "", false, err
	}
	for _, b := range attributes {
		if found, rest, ok := attributeName(b); ok && found == name {
			text, err := f.text(rest)
			if err != nil {
				return "", false, fmt.Errorf("%w (attribute %q)", err, name)
			}
			return text, true, nil
		}
	}
	return "", false, nil
}

// attributes lists an object's attribute messages, which are in its header or, if they are many, in a heap.
func (f *File) attributes(h header) ([][]byte, error) {
	var out [][]byte
	for _, m := range h {
		switch m.kind {
		case msgAttribute:
			out = append(out, m.body)
		case msgAttributes:
			c := cursor{b: m.body}
			c.skip(1)
			if c.uint(1)&1 != 0 {
				c.skip(2) // the largest number of an attribute so far
			}
			heap, names := c.uint(f.o), c.uint(f.o)
			if c.short {
				return nil, bad("a list of attributes is cut off")
			}
			more, err := f.dense(heap, names, treeOfAttributes)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	return out, nil
}

// value is an attribute without its name.
type value struct {
	shared      uint64 // bits of what is kept elsewhere: 1 the type, 2 the space
	kind, space []byte
	data        []byte
}

// attributeName reads an attribute message.
func attributeName(b []byte) (name string, v value, ok bool) {
	c := cursor{b: b}
	version, flags := c.uint(1), c.uint(1)
	sizes := [3]int{c.count(2), c.count(2), c.count(2)}
	if version < 1 || version > 3 {
		return "", v, false
	}
	if version > 1 {
		v.shared = flags
	}
	if version == 3 {
		c.skip(1) // the name's character set
	}
	var parts [3][]byte
	for i, n := range sizes {
		parts[i] = c.bytes(n)
		if version == 1 {
			c.skip(-n & 7)
		}
	}
	v.kind, v.space, v.data = parts[1], parts[2], c.b
	return strings.TrimRight(string(parts[0]), "\x00"), v, !c.short
}

// text reads one text, of fixed length or of any.
func (f *File) text(v value) (string, error) {
	if v.shared&3 != 0 {
		return "", bad("a type shared between objects is not read")
	}
	if shape, err := f.dims(v.space); err != nil || len(shape) > 0 && (len(shape) > 1 || shape[0] != 1) {
		return "", bad("it is not one text")
	}
	kind := cursor{b: v.kind}
	class, flags := kind.uint(1)&15, kind.uint(1)
	kind.skip(2)
	size := kind.count(4)
	c := cursor{b: v.data}
	switch {
	case kind.short:
	case class == classString:
		text := c.bytes(size)
		if !c.short {
			text, _, _ = bytes.Cut(text, []byte{0})
			return string(text), nil
		}
	case class == classVariable && flags&15 == 1:
		n, address, index := c.count(4), c.uint(f.o), c.count(4)
		if c.short {
			break
		}
		if address == undefined || address == 0 || n == 0 {
			return "", nil
		}
		b, err := f.global(address, index)
		if err != nil {
			return "", err
		}
		return strings.TrimRight(string(b[:min(n, len(b))]), "\x00"), nil
	default:
		return "", bad("it is not a text")
	}
	return "", bad("it is cut off")
}

// global reads an object of a global heap, which is where texts of any length stand.
func (f *File) global(address uint64, index int) ([]byte, error) {
	head := uint64(8 + f.l)
	b, err := f.at(address, head)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if !bytes.Equal(c.bytes(4), []byte("GCOL")) {
		return nil, bad("at %d there is no global heap", address)
	}
	c.skip(4)
	size := c.uint(f.l)
	if size < head {
		return nil, bad("a global heap of %d bytes", size)
	}
	if b, err = f.at(address+head, size-head); err != nil {
		return nil, err
	}
	for c = (cursor{b: b}); len(c.b) >= 8+f.l; {
		found := c.count(2)
		c.skip(6)
		n := c.count(f.l)
		if found == 0 {
			break // what is free
		}
		object := c.bytes(n)
		if c.short {
			break
		}
		if found == index {
			return object, nil
		}
		c.skip(min(-n&7, len(c.b)))
	}
	return nil, bad("a global heap at %d has no object %d", address, index)
}
