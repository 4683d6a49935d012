package imdb

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"strconv"
)

const (
	npyMagic   = "\x93NUMPY"
	maxHeader  = 4096
	maxReviews = 1 << 20
)

// npyHeader is the dictionary that opens an .npy file, as numpy writes it, of an array with one axis.
var npyHeader = regexp.MustCompile(`^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(?:True|False),\s*'shape':\s*\((\d+)L?,\s*\),?\s*\}\s*$`)

// readHeader reads the opening of an .npy file of one axis, of the given dtype ("<i8", "|O"), and
// gives the length of the array.
// Source: numpy.lib.format, versions 1 to 3.
func readHeader(r *bufio.Reader, dtype string) (int, error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return 0, cut(err)
	}
	if string(start[:6]) != npyMagic {
		return 0, damaged("no .npy file")
	}
	width := 4
	switch start[6] {
	case 1:
		width = 2
	case 2, 3:
	default:
		return 0, damaged(".npy version %d", start[6])
	}
	var length [4]byte
	if _, err := io.ReadFull(r, length[:width]); err != nil {
		return 0, cut(err)
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > maxHeader {
		return 0, damaged(".npy header of %d bytes", n)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return 0, cut(err)
	}
	m := npyHeader.FindSubmatch(header)
	if m == nil {
		return 0, damaged(".npy header %q is not that of a plain list", header)
	}
	if string(m[1]) != dtype {
		return 0, damaged("numbers of type %q where %q was expected", m[1], dtype)
	}
	count, err := strconv.Atoi(string(m[2]))
	if err != nil || count > maxReviews {
		return 0, damaged("%s elements, more than %d", m[2], maxReviews)
	}
	return count, nil
}

// readLabels reads the rest of an .npy file of n int64, each 0 or 1.
func readLabels(r *bufio.Reader, n int) ([]uint8, error) {
	labels := make([]uint8, 0, min(n, 1<<16)) // n is only a claim so far
	var word [8]byte
	for i := range n {
		if _, err := io.ReadFull(r, word[:]); err != nil {
			return nil, cut(err)
		}
		v := int64(binary.LittleEndian.Uint64(word[:]))
		if v != 0 && v != 1 {
			return nil, damaged("label %d of review %d is neither 0 nor 1", v, i)
		}
		labels = append(labels, uint8(v))
	}
	return labels, nil
}

// readEnd makes sure that nothing follows. Reaching the end is also what makes the zip reader
// compare its checksum.
func readEnd(r *bufio.Reader) error {
	switch _, err := r.ReadByte(); {
	case err == nil:
		return damaged("more bytes after the end of the data")
	case err != io.EOF:
		return cut(err)
	}
	return nil
}

// cut words the error of a read that needed more bytes than there were. A context's error stays
// recognisable, and anything else that a reader says means a damaged file.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("it ends too early")
	}
	return damaged("%w", err)
}
