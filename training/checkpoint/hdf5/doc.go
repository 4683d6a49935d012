// Package hdf5 writes and reads the part of the HDF5 format that Keras' weights need: groups in
// groups, datasets of floating-point numbers, and attributes that hold a text.
//
// Write uses the oldest form of everything (superblock 0, symbol tables, contiguous datasets), which
// is what h5py writes by default and every version of the library reads. A File also reads the newest
// (libver='latest' and track_order in h5py): superblocks 2 and 3, links and attributes in messages and
// in fractal heaps, and datasets in chunks, of a fixed size, with the filters deflate, shuffle and
// fletcher32. What it does not read it names, and every checksum that it meets it checks. A file may be
// hostile: every address and length is checked against the file's size, and the work that a file can
// cause is bounded.
package hdf5

import (
	"errors"
	"fmt"
)

// ErrFormat says that a file is no HDF5 file, a damaged one, or of a kind that is not read.
var ErrFormat = errors.New("not an HDF5 file that can be read")

func bad(format string, args ...any) error {
	return fmt.Errorf("hdf5: %w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

var signature = []byte("\x89HDF\r\n\x1a\n")

// undefined is the address of what does not exist.
const undefined = ^uint64(0)

// The messages of an object header that matter here.
const (
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFill         = 0x05
	msgLink         = 0x06
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgFilters      = 0x0b
	msgAttribute    = 0x0c
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
	msgAttributes   = 0x15 // where the attributes are, if they are many
)
