package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
)

// message is one part of an object header.
type message struct {
	kind uint16
	body []byte
}

// object writes an object header.
func (p *plan) object(messages []message) uint64 {
	p.align()
	at := uint64(len(p.b))
	size := 0
	for i, m := range messages {
		messages[i].body = pad(m.body)
		size += 8 + len(messages[i].body)
	}
	p.u8(1, 0)
	p.u16(uint16(len(messages)))
	p.u32(1) // one name leads here
	p.u32(uint32(size))
	p.u32(0)
	for _, m := range messages {
		p.u16(m.kind)
		p.u16(uint16(len(m.body)))
		p.u32(0)
		p.b = append(p.b, m.body...)
	}
	return at
}

// float32Type is a little-endian IEEE number: where its sign, exponent and fraction are.
var float32Type = []byte{0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0}

func (p *plan) dataset(d Dataset) (uint64, error) {
	count := 1
	space := []byte{1, uint8(len(d.Shape)), 0, 0, 0, 0, 0, 0}
	for _, n := range d.Shape {
		if n < 1 || count > math.MaxInt32/n {
			return 0, fmt.Errorf("hdf5: the dataset %s has the shape %v", d.Name, d.Shape)
		}
		count *= n
		space = binary.LittleEndian.AppendUint64(space, uint64(n))
	}
	if count != len(d.Data) {
		return 0, fmt.Errorf("hdf5: the dataset %s of shape %v has %d numbers", d.Name, d.Shape, len(d.Data))
	}
	layout := append([]byte{3, 1}, make([]byte, 8)...) // contiguous, at an address yet to come
	layout = binary.LittleEndian.AppendUint64(layout, 4*uint64(count))
	at := p.object([]message{
		{msgDataspace, space},
		{msgDatatype, append([]byte(nil), float32Type...)},
		{msgFill, []byte{2, 2, 2, 0}}, // nothing is filled in
		{msgLayout, layout},
	})
	p.data = append(p.data, placed{d, len(p.b) - len(pad(layout)) + 2})
	return at, nil
}

// attribute is a text of fixed length, UTF-8.
func attribute(a Attr) []byte {
	name := append([]byte(a.Name), 0)
	kind := []byte{0x13, 0x11, 0, 0} // padded with zeros, UTF-8
	kind = binary.LittleEndian.AppendUint32(kind, uint32(len(a.Text)))
	scalar := []byte{1, 0, 0, 0, 0, 0, 0, 0}
	b := []byte{1, 0}
	for _, part := range [][]byte{name, kind, scalar} {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(part)))
	}
	for _, part := range [][]byte{name, kind, scalar} {
		b = append(b, pad(part)...)
	}
	return append(b, a.Text...)
}
