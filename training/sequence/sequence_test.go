package sequence_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cuaderno/training/sequence"

	"github.com/google/go-cmp/cmp"
)

var sides = []sequence.Side{sequence.Pre, sequence.Post}

// The values are those that keras.utils.pad_sequences documents for [[1], [2, 3], [4, 5, 6]], with
// maxlen 2 and 3.
func TestPad(t *testing.T) {
	tests := []struct {
		ids        []int32
		padding    sequence.Side
		truncating sequence.Side
		want       []int32
	}{
		{[]int32{1}, sequence.Pre, sequence.Pre, []int32{0, 0, 1}},
		{[]int32{2, 3}, sequence.Pre, sequence.Pre, []int32{0, 2, 3}},
		{[]int32{4, 5, 6}, sequence.Pre, sequence.Pre, []int32{4, 5, 6}},
		{[]int32{1}, sequence.Post, sequence.Pre, []int32{1, 0, 0}},
		{[]int32{2, 3}, sequence.Post, sequence.Pre, []int32{2, 3, 0}},
		{[]int32{4, 5, 6}, sequence.Pre, sequence.Pre, []int32{5, 6}},
		{[]int32{4, 5, 6}, sequence.Pre, sequence.Post, []int32{4, 5}},
		{[]int32{4, 5, 6}, sequence.Post, sequence.Post, []int32{4, 5}},
		{nil, sequence.Pre, sequence.Pre, []int32{0, 0}},
		{[]int32{1}, sequence.Pre, sequence.Pre, []int32{}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d to %d %s %s", len(tt.ids), len(tt.want), tt.padding, tt.truncating), func(t *testing.T) {
			got := dirty(len(tt.want))
			sequence.Pad(got, tt.ids, tt.padding, tt.truncating)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Pad against the definition in numpy's slices, and the properties that make a row usable.
func TestPadProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(80, 113))
	for n := range 40 {
		for maxlen := range 40 {
			for _, padding := range sides {
				for _, truncating := range sides {
					ids := make([]int32, n)
					for i := range ids {
						ids[i] = 1 + rng.Int32N(100)
					}
					given := append([]int32{}, ids...)
					got := dirty(maxlen)
					sequence.Pad(got, ids, padding, truncating)
					where := fmt.Sprintf("n %d, maxlen %d, %s, %s", n, maxlen, padding, truncating)
					if want := naive(ids, maxlen, padding, truncating); !slices.Equal(want, got) {
						t.Fatalf("%s: %v, want %v", where, got, want)
					}
					if !slices.Equal(given, ids) {
						t.Fatalf("%s: the ids were changed", where)
					}
					// Padding a padded row again changes nothing.
					again := dirty(maxlen)
					sequence.Pad(again, got, padding, truncating)
					if !slices.Equal(again, got) {
						t.Fatalf("%s: padding twice gives %v, once %v", where, again, got)
					}
				}
			}
		}
	}
}

// Reversing the review and swapping the sides gives the reversed row.
func TestPadMirror(t *testing.T) {
	for n := range 12 {
		for maxlen := range 12 {
			ids := make([]int32, n)
			for i := range ids {
				ids[i] = int32(i + 1)
			}
			pre, post := dirty(maxlen), dirty(maxlen)
			sequence.Pad(pre, ids, sequence.Pre, sequence.Pre)
			sequence.Pad(post, reversed(ids), sequence.Post, sequence.Post)
			if !slices.Equal(pre, reversed(post)) {
				t.Fatalf("n %d, maxlen %d: %v is not the mirror of %v", n, maxlen, pre, post)
			}
		}
	}
}

func TestWindow(t *testing.T) {
	for n := range 30 {
		for maxlen := range 30 {
			for _, side := range sides {
				from, to := sequence.Window(n, maxlen, side)
				if to-from != min(n, maxlen) {
					t.Fatalf("Window(%d, %d, %s) = %d, %d: wrong length", n, maxlen, side, from, to)
				}
				if side == sequence.Pre && to != n || side == sequence.Post && from != 0 {
					t.Fatalf("Window(%d, %d, %s) = %d, %d: cut at the wrong side", n, maxlen, side, from, to)
				}
			}
		}
	}
}

func TestCallersBugsPanic(t *testing.T) {
	tests := map[string]func(){
		"unknown truncating": func() { sequence.Window(1, 1, "middle") },
		"unknown padding":    func() { sequence.Pad(make([]int32, 2), []int32{1}, "", sequence.Pre) },
		"negative length":    func() { sequence.Window(-1, 1, sequence.Pre) },
		"negative maxlen":    func() { sequence.Window(1, -1, sequence.Pre) },
	}
	for name, call := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

func TestPadAllocatesNothing(t *testing.T) {
	dst, ids := make([]int32, 80), make([]int32, 240)
	if n := testing.AllocsPerRun(10, func() { sequence.Pad(dst, ids, sequence.Pre, sequence.Pre) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPad(b *testing.B) {
	dst, ids := make([]int32, 80), make([]int32, 238)
	for b.Loop() {
		sequence.Pad(dst, ids, sequence.Pre, sequence.Pre)
	}
}

// naive follows keras.utils.pad_sequences line by line: s[-maxlen:] or s[:maxlen], then
// x[-len:] = s or x[:len] = s.
func naive(ids []int32, maxlen int, padding, truncating sequence.Side) []int32 {
	if len(ids) > maxlen {
		if truncating == sequence.Pre {
			ids = ids[len(ids)-maxlen:]
		} else {
			ids = ids[:maxlen]
		}
	}
	row := make([]int32, maxlen)
	for i, id := range ids {
		if padding == sequence.Pre {
			row[maxlen-len(ids)+i] = id
		} else {
			row[i] = id
		}
	}
	return row
}

// dirty rows show what is not written.
func dirty(n int) []int32 {
	row := make([]int32, n)
	for i := range row {
		row[i] = -7
	}
	return row
}

func reversed(ids []int32) []int32 {
	out := make([]int32, len(ids))
	for i, id := range ids {
		out[len(ids)-1-i] = id
	}
	return out
}
