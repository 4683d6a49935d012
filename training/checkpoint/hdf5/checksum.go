package hdf5

import (
	"encoding/binary"
	"math/bits"
)

// checked reads a piece of structure that ends in its checksum, and leaves that out.
func (f *File) checked(address, n uint64) ([]byte, error) {
	b, err := f.at(address, n)
	if err != nil {
		return nil, err
	}
	if len(b) < 4 {
		return nil, bad("a piece of %d bytes at %d", n, address)
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if lookup3(body) != sum {
		return nil, bad("it is damaged at %d: the checksum of %d bytes is another", address, len(body))
	}
	return body, nil
}

// lookup3 is the checksum of the format's structures: Bob Jenkins' hash of that name, hashlittle.
func lookup3(b []byte) uint32 {
	x := 0xdeadbeef + uint32(len(b))
	y, z := x, x
	for ; len(b) > 12; b = b[12:] {
		x += binary.LittleEndian.Uint32(b)
		y += binary.LittleEndian.Uint32(b[4:])
		z += binary.LittleEndian.Uint32(b[8:])
		x, z = x-z^bits.RotateLeft32(z, 4), z+y
		y, x = y-x^bits.RotateLeft32(x, 6), x+z
		z, y = z-y^bits.RotateLeft32(y, 8), y+x
		x, z = x-z^bits.RotateLeft32(z, 16), z+y
		y, x = y-x^bits.RotateLeft32(x, 19), x+z
		z, y = z-y^bits.RotateLeft32(y, 4), y+x
	}
	if len(b) == 0 {
		return z
	}
	var last [12]byte
	copy(last[:], b)
	x += binary.LittleEndian.Uint32(last[:])
	y += binary.LittleEndian.Uint32(last[4:])
	z += binary.LittleEndian.Uint32(last[8:])
	z = (z ^ y) - bits.RotateLeft32(y, 14)
	x = (x ^ z) - bits.RotateLeft32(z, 11)
	y = (y ^ x) - bits.RotateLeft32(x, 25)
	z = (z ^ y) - bits.RotateLeft32(y, 16)
	x = (x ^ z) - bits.RotateLeft32(z, 4)
	y = (y ^ x) - bits.RotateLeft32(x, 14)
	return (z ^ y) - bits.RotateLeft32(y, 24)
}

// fletcher32 is the checksum of a chunk, over its bytes in pairs, the first of each the higher.
func fletcher32(b []byte) uint32 {
	var low, high uint32
	for len(b) > 1 {
		part := b[:min(len(b)&^1, 720)] // as many as need no reduction between them
		for ; len(part) > 0; part, b = part[2:], b[2:] {
			low += uint32(part[0])<<8 | uint32(part[1])
			high += low
		}
		low, high = low&0xffff+low>>16, high&0xffff+high>>16
	}
	if len(b) == 1 {
		low += uint32(b[0]) << 8
		high += low
		low, high = low&0xffff+low>>16, high&0xffff+high>>16
	}
	low, high = low&0xffff+low>>16, high&0xffff+high>>16
	return high<<16 | low
}
