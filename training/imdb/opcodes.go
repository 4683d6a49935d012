package imdb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// The opcodes that are understood, named as in pickletools. Any other is refused.
const (
	opMark            = '('
	opStop            = '.'
	opBinInt          = 'J'
	opBinInt1         = 'K'
	opBinInt2         = 'M'
	opNone            = 'N'
	opReduce          = 'R'
	opShortBinString  = 'U'
	opBinUnicode      = 'X'
	opAppend          = 'a'
	opBuild           = 'b'
	opGlobal          = 'c'
	opAppends         = 'e'
	opBinGet          = 'h'
	opLongBinGet      = 'j'
	opBinPut          = 'q'
	opLongBinPut      = 'r'
	opTuple           = 't'
	opEmptyTuple      = ')'
	opEmptyList       = ']'
	opShortBinBytes   = 'C'
	opProto           = 0x80
	opTuple1          = 0x85
	opTuple2          = 0x86
	opTuple3          = 0x87
	opNewTrue         = 0x88
	opNewFalse        = 0x89
	opLong1           = 0x8a
	opShortBinUnicode = 0x8c
	opStackGlobal     = 0x93
	opMemoize         = 0x94
	opFrame           = 0x95
)

// step runs one instruction.
func (p *pickle) step(op byte) error {
	switch op {
	case opBinInt1, opBinInt2, opBinInt, opLong1:
		v, err := p.integer(op)
		if err != nil {
			return err
		}
		return p.number(v)
	case opEmptyList:
		return p.openList()
	case opMark:
		return p.push(value{kind: mark})
	case opAppends:
		items, err := p.popMark()
		if err != nil {
			return err
		}
		return p.extend(items)
	case opAppend:
		items, err := p.pop(1)
		if err != nil {
			return err
		}
		return p.extend(items)
	case opBinPut, opLongBinPut:
		key, err := p.key(op == opLongBinPut)
		if err != nil {
			return err
		}
		return p.put(key)
	case opMemoize:
		return p.put(p.puts)
	case opBinGet, opLongBinGet:
		key, err := p.key(op == opLongBinGet)
		if err != nil {
			return err
		}
		return p.get(key)
	case opFrame: // only tells how much to read at once
		_, err := p.bytes(8)
		return err
	case opNone:
		return p.push(value{kind: none})
	case opNewTrue, opNewFalse:
		return p.push(value{kind: number, n: int64(opNewFalse - int(op))})
	case opShortBinUnicode, opShortBinBytes, opShortBinString, opBinUnicode:
		s, err := p.text(op)
		if err != nil {
			return err
		}
		return p.push(value{kind: text, s: s})
	case opEmptyTuple:
		return p.makeTuple(nil)
	case opTuple1, opTuple2, opTuple3:
		items, err := p.pop(int(op) - opTuple1 + 1)
		if err != nil {
			return err
		}
		return p.makeTuple(items)
	case opTuple:
		items, err := p.popMark()
		if err != nil {
			return err
		}
		return p.makeTuple(items)
	case opGlobal:
		return p.global()
	case opStackGlobal:
		names, err := p.pop(2)
		if err != nil {
			return err
		}
		if names[0].kind != text || names[1].kind != text {
			return damaged("a name that is no text")
		}
		return p.name(names[0].s + " " + names[1].s)
	case opReduce:
		call, err := p.pop(2)
		if err != nil {
			return err
		}
		return p.reduce(call[0], call[1])
	case opBuild:
		state, err := p.pop(1)
		if err != nil {
			return err
		}
		return p.build(state[0])
	}
	return damaged("an array of lists needs no such instruction")
}

func (p *pickle) integer(op byte) (int64, error) {
	n := 4
	switch op {
	case opBinInt1:
		n = 1
	case opBinInt2:
		n = 2
	case opLong1:
		length, err := p.in.ReadByte()
		if err != nil {
			return 0, cut(err)
		}
		if n = int(length); n > 8 {
			return 0, damaged("a number of %d bytes", n)
		}
	}
	b, err := p.bytes(n)
	if err != nil || n == 0 {
		return 0, err
	}
	var wide [8]byte
	copy(wide[:], b)
	v := int64(binary.LittleEndian.Uint64(wide[:]))
	if op == opBinInt || op == opLong1 { // the two that have a sign
		unused := 64 - 8*n
		v = v << unused >> unused
	}
	return v, nil
}

func (p *pickle) key(long bool) (uint32, error) {
	n := 1
	if long {
		n = 4
	}
	b, err := p.bytes(n)
	if err != nil {
		return 0, err
	}
	var wide [4]byte
	copy(wide[:], b)
	return binary.LittleEndian.Uint32(wide[:]), nil
}

// text reads a short text with the length before it.
func (p *pickle) text(op byte) (string, error) {
	n, err := p.key(op == opBinUnicode)
	if err != nil {
		return "", err
	}
	if n > 255 {
		return "", damaged("a text of %d bytes", n)
	}
	b, err := p.bytes(int(n))
	return string(b), err
}

// global reads a module and a name, a line each.
func (p *pickle) global() error {
	var names [2]string
	for i := range names {
		line, err := p.in.ReadSlice('\n')
		if err != nil || len(line) > 255 {
			return damaged("a name without an end")
		}
		names[i] = string(bytes.TrimSuffix(line, []byte("\n")))
	}
	return p.name(strings.Join(names[:], " "))
}

func (p *pickle) name(full string) error {
	known, ok := globals[full]
	if !ok {
		return fmt.Errorf("%w: it asks for %q", ErrForbidden, full)
	}
	return p.push(value{kind: global, s: known})
}
