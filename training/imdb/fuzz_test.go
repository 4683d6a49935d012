package imdb_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cuaderno/training/imdb"
	"cuaderno/training/tokenize"
)

// FuzzPickle: whatever comes is either an array of want reviews or one of our errors.
func FuzzPickle(f *testing.F) {
	f.Add([]byte(pickled([][]int{{5, 6}, {7}})), uint8(2))
	f.Add([]byte(pickledArray(1, "]](\x8a\x01\x05\x8a\x03\x70\x11\x01K\x07ea")), uint8(1))
	f.Add([]byte(pickled([][]int{{0}})), uint8(1))
	f.Add([]byte(pickledArray(2, "](](K\x05ee")), uint8(2))
	f.Add([]byte("\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00bX\x06\x00\x00\x00latin1\x86R."), uint8(0))
	f.Add([]byte("\x80\x04\x95\x20\x00\x00\x00\x00\x00\x00\x00\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94h\x00."), uint8(0))
	f.Fuzz(func(t *testing.T, raw []byte, want uint8) {
		reviews, err := imdb.ReadPickle(raw, int(want))
		if err != nil {
			checkError(t, err)
			return
		}
		if len(reviews) != int(want) {
			t.Fatalf("%d reviews, want %d", len(reviews), want)
		}
		for i, ids := range reviews {
			checkReview(t, i, ids)
		}
	})
}

// FuzzNPZ: whatever comes is either two halves fit for use or one of our errors.
func FuzzNPZ(f *testing.F) {
	f.Add(npz(f, arrays()))
	f.Add(npz(f, with("y_train.npy", labels(1, 2))))
	stored := arrays()
	for i := range stored {
		stored[i].method = 0 // the fuzzer sees through these
	}
	f.Add(npz(f, stored))
	made, err := filepath.Glob("testdata/numpy/protocol*.npz")
	if err != nil || len(made) == 0 {
		f.Fatalf("no archives made by numpy: %v", err)
	}
	for _, path := range made {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		train, test, err := imdb.ReadNPZ(t.Context(), bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			checkError(t, err)
			return
		}
		for _, s := range []*imdb.Split{train, test} {
			for i := range s.Len() {
				checkReview(t, i, s.Review(i))
				if l := s.Label(i); l != 0 && l != 1 {
					t.Fatalf("label %d", l)
				}
			}
		}
	})
}

// FuzzWords: whatever comes is either a whole index or ErrDamaged.
func FuzzWords(f *testing.F) {
	f.Add([]byte(`{"the": 1, "and": 2}`))
	f.Add([]byte(`{"the": 1, "the": 2}`))
	f.Add([]byte(`{"caf\u00e9": 2, "\ud800": 1}`))
	f.Add([]byte(`{"the": 1, "and": 1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		words, err := imdb.ReadWords(bytes.NewReader(raw))
		if err != nil {
			checkError(t, err)
			return
		}
		for rank := 1; rank <= words.Len(); rank++ {
			word, ok := words.Word(rank)
			if back, found := words.Rank(word); !ok || !found || back != rank {
				t.Fatalf("rank %d is %q, which has rank %d", rank, word, back)
			}
		}
	})
}

// FuzzEncode: the tokens are the text's words, in order, where they say they are, and those that are not left
// out give the ids.
func FuzzEncode(f *testing.F) {
	f.Add("This film wasn't GOOD -- it was great!", 6)
	f.Add("\xff\xc3 Ñandú\r\n\t", 0)
	f.Add("wasn’t the—film ’ —", 0)
	var all []*imdb.WordIndex
	for _, rule := range []tokenize.Rule{tokenize.IMDB, tokenize.Unicode, tokenize.ASCII} {
		all = append(all, imdb.NewWordIndexBy(rule, []string{"the", "film", "wasn't", "good", "Ñandú"}))
	}
	f.Fuzz(func(t *testing.T, text string, numWords int) {
		for _, words := range all {
			e := words.Encode(text, numWords)
			if words.Rule() != tokenize.Unicode && (len(e.Lowered) != len(text) || len(e.Filtered) != len(text)) {
				t.Fatalf("%+v", e)
			}
			ids, end := []int32{imdb.Start}, 0
			for i, token := range e.Tokens {
				if token.Start < end || token.End <= token.Start || text[token.Start:token.End] != token.Text || token.Word == "" {
					t.Fatalf("token %d: %+v of %q", i, token, text)
				}
				if numWords > imdb.OOV && int(token.ID) >= numWords {
					t.Fatalf("token %d: id %d of %d", i, token.ID, numWords)
				}
				if end = token.End; !token.LeftOut {
					ids = append(ids, token.ID)
				}
			}
			if !slices.Equal(ids, e.IDs) || !slices.Equal(ids, words.IDs(nil, text, numWords)) {
				t.Fatalf("%v, but %v and %v", ids, e.IDs, words.IDs(nil, text, numWords))
			}
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, imdb.ErrDamaged) && !errors.Is(err, imdb.ErrForbidden) && !errors.Is(err, imdb.ErrTooLarge) {
		t.Fatalf("an error of no kind: %v", err)
	}
	if len(err.Error()) > 20_000 {
		t.Fatalf("an error of %d bytes", len(err.Error()))
	}
}

func checkReview(t *testing.T, i int, ids []int32) {
	t.Helper()
	if len(ids) == 0 || len(ids) > imdb.MaxWords || ids[0] != imdb.Start {
		t.Fatalf("review %d of %d ids does not start as it should", i, len(ids))
	}
	for _, id := range ids[1:] {
		if id <= imdb.IndexFrom || id > imdb.MaxRank+imdb.IndexFrom {
			t.Fatalf("review %d has id %d", i, id)
		}
	}
}
