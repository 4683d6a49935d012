package hdf5

import "bytes"

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
	flagOrder   = 4 // of a header: its messages bear the order in which they were made
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
			return nil, bad("an object header of version %d is not read", version)
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
		head := uint64(len(b) - len(c.b))
		if size > maxPiece {
			return nil, bad("an object header of %d bytes", size)
		}
		first := block{address: address, size: head + size + 4, skip: int(head)}
		if flags&flagOrder != 0 {
			return f.messages(first, []int{1, 2, 1, 2})
		}
		return f.messages(first, []int{1, 2, 1, 0})
	}
	version := c.uint(1)
	c.skip(1 + 2 + 4)
	size := c.uint(4)
	if version != 1 || c.short {
		return nil, bad("at %d there is no object header", address)
	}
	return f.messages(block{address: address + 16, size: size}, []int{2, 2, 1, 3})
}

// block is a piece of an object header. In the second form of headers, it has something before the
// messages, which is skipped, and a checksum behind them.
type block struct {
	address, size uint64
	skip          int
}

// messages reads a block of messages and those that continue it. The widths are of what stands before
// each message: its kind, its length, its flags, and what is of no matter here.
func (f *File) messages(first block, widths []int) (header, error) {
	second := first.skip > 0
	least := 0
	for _, w := range widths {
		least += w
	}
	var h header
	for todo := []block{first}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		read := f.at
		if second {
			read = f.checked
		}
		b, err := read(at.address, at.size)
		if err != nil {
			return nil, err
		}
		c := cursor{b: b}
		c.skip(at.skip)
		for len(c.b) >= least { // less is a gap
			m := message{kind: uint16(c.uint(widths[0]))}
			length := c.count(widths[1])
			shared := c.uint(widths[2])&flagShared != 0
			c.skip(widths[3])
			m.body = c.bytes(length)
			if c.short {
				return nil, bad("an object header at %d is damaged", at.address)
			}
			if what, ok := sharedMessages[m.kind]; ok && shared {
				return nil, bad("%s shared between objects is not read", what)
			}
			if m.kind == msgContinuation {
				more := cursor{b: m.body}
				todo = append(todo, block{more.uint(f.o), more.uint(f.l), min(at.skip, 4)})
				continue
			}
			if h = append(h, m); len(h) > maxMessages {
				return nil, bad("an object header of more than %d messages", maxMessages)
			}
		}
	}
	return h, nil
}

// sharedMessages are the messages that matter here and that a file may keep apart from their object.
var sharedMessages = map[uint16]string{
	msgDataspace: "a dataspace", msgDatatype: "a datatype", msgFilters: "a list of filters", msgAttribute: "an attribute",
}
