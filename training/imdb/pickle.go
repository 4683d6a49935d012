package imdb

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

const (
	maxRank   = 1 << 20
	maxStack  = 1 << 16 // Python files its lists by the thousand
	maxTuples = 32      // an array of lists needs nine
	maxMemo   = 64      // lists are not kept there
)

// pickle runs the small part of Python's pickle language that a NumPy array of lists of whole
// numbers is written in, protocols 2 to 5. It knows five names, of which none is ever called, and
// writes the numbers straight into a store: the lists must come one after the other, as every
// pickler writes them.
// Source: Lib/pickletools.py and numpy's ndarray.__reduce__.
type pickle struct {
	in    *bufio.Reader
	out   *store
	stack []value
	memo  map[uint32]value
	puts  uint32 // things put into the memo, lists too
	want  int    // reviews that the .npy header promised
	lists int    // lists opened: number 0 is the array's, the others are the reviews
	filed int    // reviews in the array's list
	tuple int
	built bool
}

type kind uint8

const (
	mark kind = iota
	none
	number
	text
	global
	tuple
	list
	array
	dtype
)

type value struct {
	kind  kind
	n     int64   // of a number, a list
	s     string  // of a text, a global
	items []value // of a tuple
}

// The names that may be mentioned, and by which they are known here.
var globals = map[string]string{
	"numpy.core.multiarray _reconstruct":  "_reconstruct",
	"numpy._core.multiarray _reconstruct": "_reconstruct",
	"numpy ndarray":                       "ndarray",
	"numpy dtype":                         "dtype",
	"_codecs encode":                      "encode", // how protocol 2 writes bytes
}

// readPickle reads an array of want reviews into a store, Start and IndexFrom added.
func readPickle(in *bufio.Reader, want int) (*store, error) {
	p := &pickle{in: in, out: &store{}, memo: map[uint32]value{}, want: want}
	head, err := p.bytes(2)
	if err != nil {
		return nil, err
	}
	if head[0] != opProto || head[1] < 2 || head[1] > 5 {
		return nil, damaged("no pickle of protocol 2 to 5")
	}
	for {
		op, err := p.in.ReadByte()
		if err != nil {
			return nil, cut(err)
		}
		if op == opStop {
			break
		}
		if err := p.step(op); err != nil {
			return nil, fmt.Errorf("pickle opcode 0x%02x in review %d: %w", op, max(p.lists-1, 0), err)
		}
	}
	if len(p.stack) != 1 || !p.built || p.filed != want {
		return nil, damaged("%d of %d reviews arrived", p.filed, want)
	}
	p.out.finish()
	return p.out, nil
}

// words reads numbers into the open review for as long as they come: nearly the whole file.
func (p *pickle) words() error {
	for {
		b, _ := p.in.Peek(max(5, p.in.Buffered()))
		i, more := 0, len(b) >= 5
		for more && i+5 <= len(b) {
			var v int64
			n := 0
			switch b[i] {
			case opBinInt1:
				v, n = int64(b[i+1]), 2
			case opBinInt2:
				v, n = int64(binary.LittleEndian.Uint16(b[i+1:])), 3
			case opBinInt:
				v, n = int64(int32(binary.LittleEndian.Uint32(b[i+1:]))), 5
			default:
				more = false
				continue
			}
			if err := p.word(v); err != nil {
				return err
			}
			i += n
		}
		if _, err := p.in.Discard(i); err != nil || !more {
			return err
		}
	}
}

func (p *pickle) word(rank int64) error {
	if rank < 1 || rank > maxRank {
		return damaged("%d is no rank of a word", rank)
	}
	if !p.out.add(int32(rank) + IndexFrom) {
		return damaged("a review of more than %d words", MaxWords-1)
	}
	return nil
}

// inReview reports whether numbers that come now belong to the newest review: it is the list right
// under the mark.
func (p *pickle) inReview() bool {
	n := len(p.stack)
	return n >= 2 && p.stack[n-1].kind == mark && p.newest(p.stack[n-2])
}

func (p *pickle) newest(v value) bool {
	return v.kind == list && v.n > 0 && v.n == int64(p.lists-1)
}

func (p *pickle) number(v int64) error {
	if !p.inReview() {
		return p.push(value{kind: number, n: v})
	}
	if err := p.word(v); err != nil {
		return err
	}
	return p.words()
}

func (p *pickle) openList() error {
	if p.lists > p.want {
		return damaged("more than the %d reviews promised", p.want)
	}
	if p.lists > 0 {
		p.out.begin()
		p.out.add(Start)
	}
	p.lists++
	return p.push(value{kind: list, n: int64(p.lists - 1)})
}

// extend appends items to the list on top of the stack.
func (p *pickle) extend(items []value) error {
	if len(p.stack) == 0 || p.stack[len(p.stack)-1].kind != list {
		return damaged("appending to what is no list")
	}
	to := p.stack[len(p.stack)-1]
	for _, v := range items {
		switch {
		case to.n == 0 && v.kind == list && v.n == int64(p.filed+1):
			p.filed++
		case v.kind == number && p.newest(to):
			if err := p.word(v.n); err != nil {
				return err
			}
		default:
			return damaged("not a list of lists of whole numbers, each list after the other")
		}
	}
	return nil
}

func (p *pickle) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(p.in, b)
	if err != nil {
		return nil, cut(err)
	}
	return b, nil
}
