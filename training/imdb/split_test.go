package imdb_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cuaderno/training/imdb"

	"github.com/google/go-cmp/cmp"
)

func TestNewSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var given [][]int32
	var liked []int
	for _, n := range []int{1, 0, imdb.MaxWords, 5, imdb.MaxWords - 5, 5, imdb.MaxWords - 4, 6, 2} {
		ids := make([]int32, n)
		for i := range ids {
			ids[i] = rng.Int32N(90000)
		}
		given, liked = append(given, ids), append(liked, rng.IntN(2))
	}
	s := imdb.NewSplit(given, liked)
	ids, got := reviews(s)
	if !slices.EqualFunc(given, ids, slices.Equal[[]int32]) { // too long to show
		t.Error("the reviews are not those given")
	}
	if diff := cmp.Diff(liked, got); diff != "" {
		t.Error(diff)
	}
	t.Run("keeps no hold of the slices given", func(t *testing.T) {
		first := s.Review(0)[0]
		given[0][0]++
		if s.Review(0)[0] != first {
			t.Error("a change of the slice given shows")
		}
	})
	t.Run("appending to a review leaves the next alone", func(t *testing.T) {
		next := append([]int32{}, s.Review(4)...)
		_ = append(s.Review(3), 1, 2, 3)
		if !slices.Equal(next, s.Review(4)) {
			t.Error("review 4 was overwritten")
		}
	})
	t.Run("empty", func(t *testing.T) {
		if n := imdb.NewSplit(nil, nil).Len(); n != 0 {
			t.Errorf("%d reviews", n)
		}
	})
	for name, call := range map[string]func(){
		"too few labels": func() { imdb.NewSplit([][]int32{{1}, {1}}, []int{0}) },
		"label 2":        func() { imdb.NewSplit([][]int32{{1}}, []int{2}) },
		"too long":       func() { imdb.NewSplit([][]int32{make([]int32, imdb.MaxWords+1)}, []int{0}) },
	} {
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

func TestReviewAllocatesNothing(t *testing.T) {
	s := imdb.NewSplit([][]int32{{1, 4, 5}}, []int{1})
	dst := make([]int32, 3)
	if n := testing.AllocsPerRun(10, func() { dst = imdb.Cut(dst, s.Review(0), 5) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestCut(t *testing.T) {
	ids := []int32{1, 4, 19999, 20000, 88587, 0, 2}
	tests := []struct {
		numWords int
		want     []int32
	}{
		{20000, []int32{1, 4, 19999, 2, 2, 0, 2}},
		{0, ids},
		{88588, ids},
		{88587, []int32{1, 4, 19999, 20000, 2, 0, 2}},
		{5, []int32{1, 4, 2, 2, 2, 0, 2}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.numWords), func(t *testing.T) {
			given := append([]int32{}, ids...)
			got := imdb.Cut([]int32{9, 9, 9}, given, tt.numWords)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if !cmp.Equal(ids, given) {
				t.Error("the ids given were changed")
			}
		})
	}
}

func TestStreamSHA256(t *testing.T) {
	train := imdb.NewSplit([][]int32{{1, 8, 303}, {1}}, []int{1, 0})
	test := imdb.NewSplit([][]int32{{1, 70003}}, []int{0})
	// By hand: length, then ranks, of each review, four bytes each.
	stream := "\x02\x00\x00\x00\x05\x00\x00\x00\x2c\x01\x00\x00" + "\x00\x00\x00\x00" + "\x01\x00\x00\x00\x70\x11\x01\x00"
	want := sha256.Sum256([]byte(stream))
	if got := imdb.StreamSHA256(train, test); got != hex.EncodeToString(want[:]) {
		t.Errorf("SHA-256 %s", got)
	}
	// More than is hashed at once.
	long := make([]int32, 50_000)
	var raw []byte
	raw = binary.LittleEndian.AppendUint32(raw, uint32(len(long)))
	for i := range long {
		long[i] = int32(i%999) + imdb.IndexFrom
		raw = binary.LittleEndian.AppendUint32(raw, uint32(i%999))
	}
	raw = append(raw, raw...)
	want = sha256.Sum256(raw)
	halves := imdb.NewSplit([][]int32{append([]int32{imdb.Start}, long...)}, []int{1})
	if got := imdb.StreamSHA256(halves, halves); got != hex.EncodeToString(want[:]) {
		t.Errorf("SHA-256 of a long stream %s", got)
	}
	if imdb.StreamSHA256(train, test) == imdb.StreamSHA256(test, train) {
		t.Error("train and test may be exchanged")
	}
}
