package onnx

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// proto is a protocol buffers message being made: fields with a number, each a whole number or bytes
// with their length. Large tensors stay where they are until the message is written, since a length
// comes before what it is of.
type proto []segment

// segment is one of the two.
type segment struct {
	bytes  []byte
	floats []float32 // little-endian in the file
}

// end gives the bytes that the message ends with, to be appended to.
func (p *proto) end() *[]byte {
	if n := len(*p); n == 0 || (*p)[n-1].floats != nil {
		*p = append(*p, segment{})
	}
	return &(*p)[len(*p)-1].bytes
}

func (p *proto) key(field protowire.Number, kind protowire.Type, v uint64) {
	b := p.end()
	*b = protowire.AppendVarint(protowire.AppendTag(*b, field, kind), v)
}

func (p *proto) number(field protowire.Number, v int) {
	p.key(field, protowire.VarintType, uint64(v))
}

func (p *proto) bytes(field protowire.Number, m proto) {
	p.key(field, protowire.BytesType, uint64(m.size()))
	for _, s := range m {
		if s.floats != nil {
			*p = append(*p, s)
			continue
		}
		b := p.end()
		*b = append(*b, s.bytes...)
	}
}

func (p *proto) text(field protowire.Number, s string) { p.bytes(field, proto{{bytes: []byte(s)}}) }

func (p proto) size() (n int) {
	for _, s := range p {
		n += len(s.bytes) + 4*len(s.floats)
	}
	return n
}

// write writes the message.
func (p proto) write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	var buf []byte
	for _, s := range p {
		out.Write(s.bytes)
		for part := range slices.Chunk(s.floats, 1<<12) {
			buf = buf[:0]
			for _, x := range part {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
			}
			out.Write(buf)
		}
	}
	return out.Flush() // remembers the first error of all writes
}

// floats are a tensor's raw data.
func floats(x []float32) proto { return proto{{floats: x}} }

// zero is a whole number 0 as a tensor's raw data.
func zero() proto { return proto{{bytes: make([]byte, 8)}} }
