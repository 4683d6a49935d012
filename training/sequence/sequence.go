// Package sequence makes reviews equally long, as Keras' pad_sequences does.
//
// Keras' defaults are Pre for both sides: a long review keeps its LAST words, and a short one gets
// its zeros in front.
package sequence

import "fmt"

// Side is the end of a sequence at which something is done.
type Side string

// The two sides, named as Keras names them.
const (
	Pre  Side = "pre"  // at the beginning
	Post Side = "post" // at the end
)

// Padding is the id that fills short reviews.
const Padding = 0

// Window tells which of n words survive when a review is cut to maxlen: those from <= i < to.
// Truncating Pre cuts the beginning off, Post the end. It panics on a negative length or an unknown
// side.
func Window(n, maxlen int, truncating Side) (from, to int) {
	truncating.check()
	if n < 0 || maxlen < 0 {
		panic(fmt.Sprintf("sequence: a window of %d out of %d words", maxlen, n))
	}
	if n <= maxlen {
		return 0, n
	}
	if truncating == Pre {
		return n - maxlen, n
	}
	return 0, maxlen
}

// Pad fills dst [T] with ids: the window of len(dst) of them that truncating leaves, and zeros at
// the padding side when they are fewer. dst and ids must not overlap. It panics on an unknown side.
// Source: keras.utils.pad_sequences with dtype int32 and value 0.
func Pad(dst, ids []int32, padding, truncating Side) {
	padding.check()
	from, to := Window(len(ids), len(dst), truncating)
	kept, gap := ids[from:to], len(dst)-(to-from)
	if padding == Pre {
		clear(dst[:gap])
		copy(dst[gap:], kept)
		return
	}
	clear(dst[copy(dst, kept):])
}

func (s Side) check() {
	if s != Pre && s != Post {
		panic(fmt.Sprintf("sequence: side %q is neither %q nor %q", string(s), Pre, Post))
	}
}
