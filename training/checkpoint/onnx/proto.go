package onnx

import (
	"encoding/binary"
	"math"
)

// proto is a protocol buffers message being written: fields with a number, each a whole number or
// bytes with their length.
type proto []byte

const (
	wireVarint = 0
	wireBytes  = 2
)

func (p *proto) key(field, wire int) { *p = binary.AppendUvarint(*p, uint64(field<<3|wire)) }

func (p *proto) number(field int, v int) {
	p.key(field, wireVarint)
	*p = binary.AppendUvarint(*p, uint64(v))
}

func (p *proto) bytes(field int, b []byte) {
	p.key(field, wireBytes)
	*p = binary.AppendUvarint(*p, uint64(len(b)))
	*p = append(*p, b...)
}

func (p *proto) text(field int, s string) { p.bytes(field, []byte(s)) }

// floats appends numbers, little-endian, as a tensor's raw data.
func floats(x []float32) []byte {
	out := make([]byte, 0, 4*len(x))
	for _, v := range x {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}
