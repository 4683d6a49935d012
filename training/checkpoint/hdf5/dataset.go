package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Classes of types.
const (
	classFloat    = 1
	classString   = 3
	classVariable = 9
)

// dims reads the dimensions of a dataspace; a scalar has none.
func (f *File) dims(space []byte) ([]int, error) {
	c := cursor{b: space}
	version, rank := c.uint(1), c.count(1)
	c.skip(1)
	switch version {
	case 1:
		c.skip(5)
	case 2:
		if c.uint(1) == 2 {
			return nil, bad("a dataset of nothing")
		}
	default:
		return nil, bad("a dataspace of version %d is not read", version)
	}
	if rank > maxRank {
		return nil, bad("a dataset of %d dimensions; at most %d are read", rank, maxRank)
	}
	shape, count := make([]int, rank), 1
	for i := range shape {
		d := c.uint(f.l)
		if c.short {
			return nil, bad("a dataspace is cut off")
		}
		if d > MaxNumbers {
			return nil, bad("a dataset of more than %d numbers", MaxNumbers)
		}
		shape[i] = int(d)
		if count *= int(d); count > MaxNumbers { // both factors are below 2^27
			return nil, bad("a dataset of more than %d numbers", MaxNumbers)
		}
	}
	return shape, nil
}

// grows tells whether a dataset may become larger than it is.
func (f *File) grows(space []byte, shape []int) bool {
	c := cursor{b: space}
	version := c.uint(1)
	c.skip(1)
	if c.uint(1)&1 == 0 {
		return false // no largest dimensions are given
	}
	c.skip(1 + len(shape)*f.l)
	if version == 1 {
		c.skip(4)
	}
	for _, d := range shape {
		if c.uint(f.l) != uint64(d) {
			return true
		}
	}
	return false
}

// number tells how a number is written.
type number struct {
	size  int
	order binary.ByteOrder
}

// ieee are the forms of floating-point numbers: where exponent and fraction are, and the bias.
var ieee = map[int][4]uint64{2: {10, 5, 10, 15}, 4: {23, 8, 23, 127}, 8: {52, 11, 52, 1023}}

func numberOf(h header) (number, error) {
	b, _ := h.find(msgDatatype)
	c := cursor{b: b}
	c.skip(1)
	bits := c.uint(1)
	c.skip(2)
	n := number{size: c.count(4), order: binary.LittleEndian}
	if bits&1 != 0 {
		n.order = binary.BigEndian
	}
	c.skip(4)
	location, size := c.uint(1), c.uint(1)
	c.skip(1)
	got := [4]uint64{location, size, c.uint(1), c.uint(4)}
	if want, ok := ieee[n.size]; !ok || got != want || bits&0x40 != 0 || c.short {
		return n, bad("numbers other than float16, float32 and float64 are not read")
	}
	return n, nil
}

// Read reads the numbers, as float32.
func (a Array) Read() ([]float32, error) {
	out, err := a.read()
	if err != nil {
		return nil, fmt.Errorf("%w (dataset %q)", err, a.Path)
	}
	return out, nil
}

func (a Array) read() ([]float32, error) {
	if !a.Floats {
		return nil, bad("it holds no floating-point numbers")
	}
	n, err := numberOf(a.header)
	if err != nil {
		return nil, err
	}
	if _, ok := a.header.find(msgExternal); ok {
		return nil, bad("its numbers are in another file")
	}
	count := 1
	for _, d := range a.Shape {
		count *= d
	}
	want := uint64(count) * uint64(n.size)
	b, _ := a.header.find(msgLayout)
	c := cursor{b: b}
	version, class := c.uint(1), c.uint(1)
	if c.short {
		return nil, bad("its layout is cut off")
	}
	if version != 3 && version != 4 {
		return nil, bad("a layout of version %d is not read", version)
	}
	var raw []byte
	switch class {
	case 0:
		raw = c.bytes(c.count(2))
	case 1:
		address, size := c.uint(a.file.o), c.uint(a.file.l)
		if address == undefined || size < want || c.short {
			return nil, bad("its numbers are not there")
		}
		raw, err = a.file.raw(address, want)
	case 2:
		raw, err = a.chunks(c, version, n.size, count)
	case 3:
		return nil, bad("a virtual dataset, which shows parts of others, is not read")
	default:
		return nil, bad("a layout of class %d is not read", class)
	}
	if err != nil {
		return nil, err
	}
	if uint64(len(raw)) < want {
		return nil, bad("it has %d bytes, not %d", len(raw), want)
	}
	return n.floats(raw, count), nil
}

func (n number) floats(raw []byte, count int) []float32 {
	out := make([]float32, count)
	for i := range out {
		b := raw[i*n.size:]
		switch n.size {
		case 2:
			out[i] = half(n.order.Uint16(b))
		case 4:
			out[i] = math.Float32frombits(n.order.Uint32(b))
		default:
			out[i] = float32(math.Float64frombits(n.order.Uint64(b)))
		}
	}
	return out
}

// half turns a float16 into a float32.
func half(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10)&31, uint32(h)&1023
	switch exponent {
	case 0:
		f := float32(fraction) / (1 << 24)
		return math.Float32frombits(math.Float32bits(f) | sign)
	case 31:
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
}
