package hdf5

import (
	"bytes"
	"strings"
)

// header is an object's messages.
type header []message

func (h header) find(kind uint16) ([]byte, bool) {
	for _, m := range h {
		if m.kind == kind {
			return m.body, true
		}
	}
	return nil, false
}

const (
	maxMessages = 4096
	flagShared  = 2 // the message stands elsewhere
)

// header reads an object's messages, wherever they are continued.
func (f *File) header(address uint64) (header, error) {
	b, err := f.upTo(address, 32)
	if err != nil {
		return nil, err
	}
	c := cursor{b: b}
	if bytes.HasPrefix(b, []byte("OHDR")) {
		c.skip(4)
		version, flags := c.uint(1), c.uint(1)
		if version != 2 {
			return nil, bad("an object header of version %d", version)
		}
		if flags&0x20 != 0 {
			c.skip(16) // times
		}
		if flags&0x10 != 0 {
			c.skip(4)
		}
		size := c.uint(1 << (flags & 3))
		if c.short {
			return nil, bad("an object header is cut off")
		}
		return f.messages(address+uint64(len(b)-len(c.b)), size, int(flags), true)
	}
	version := c.uint(1)
	c.skip(1 + 2 + 4)
	size := c.uint(4)
	if version != 1 || c.short {
		return nil, bad("at %d there is no object header", address)
	}
	return f.messages(address+16, size, 0, false)
}

// messages reads a block of messages and those that continue it.
func (f *File) messages(address, size uint64, flags int, second bool) (header, error) {
	type block struct{ address, size uint64 }
	var h header
	for todo := []block{{address, size}}; len(todo) > 0; todo = todo[1:] {
		b, err := f.at(todo[0].address, todo[0].size)
		if err != nil {
			return nil, err
		}
		c := cursor{b: b}
		if second && bytes.HasPrefix(b, []byte("OCHK")) {
			c.skip(4)
			c.b = c.b[:max(len(c.b)-4, 0)] // the checksum
		}
		for len(c.b) >= 4 {
			var m message
			var length int
			var shared bool
			if second {
				m.kind, length = uint16(c.uint(1)), c.count(2)
				shared = c.uint(1)&flagShared != 0
				if flags&4 != 0 {
					c.skip(2)
				}
			} else {
				m.kind, length = uint16(c.uint(2)), c.count(2)
				shared = c.uint(1)&flagShared != 0
				c.skip(3)
			}
			m.body = c.bytes(length)
			if c.short {
				return nil, bad("an object header at %d is damaged", address)
			}
			if shared && (m.kind == msgDatatype || m.kind == msgDataspace) {
				return nil, bad("a type that is kept apart from its dataset")
			}
			if m.kind == msgContinuation {
				more := cursor{b: m.body}
				todo = append(todo, block{more.uint(f.o), more.uint(f.l)})
				continue
			}
			if h = append(h, m); len(h) > maxMessages {
				return nil, bad("an object header of more than %d messages", maxMessages)
			}
		}
	}
	return h, nil
}

// text reads an attribute, if it is a text of fixed length.
func (f *File) text(b []byte) (name, text string, ok bool) {
	c := cursor{b: b}
	version := c.uint(1)
	c.skip(1)
	sizes := [3]int{c.count(2), c.count(2), c.count(2)}
	if version < 1 || version > 3 {
		return "", "", false
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
	kind := cursor{b: parts[1]}
	class := kind.uint(1) & 15
	kind.skip(3)
	text = string(c.bytes(kind.count(4)))
	if c.short || kind.short || class != classString {
		return "", "", false
	}
	return strings.TrimRight(string(parts[0]), "\x00"), strings.TrimRight(text, "\x00"), true
}
