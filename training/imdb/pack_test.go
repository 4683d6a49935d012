package imdb_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/imdb"
	grammar "cuaderno/training/imdb/practice"
)

func TestPackedCorpusIsTheSame(t *testing.T) {
	want := grammar.New()
	var b bytes.Buffer
	if err := imdb.Pack(&b, want); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	got, err := imdb.Unpack(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]*imdb.Split{"train": {want.Train, got.Train}, "test": {want.Test, got.Test}} {
		if pair[0].Len() != pair[1].Len() {
			t.Fatalf("%s has %d reviews, had %d", name, pair[1].Len(), pair[0].Len())
		}
		for i := range pair[0].Len() {
			if diff := cmp.Diff(pair[0].Review(i), pair[1].Review(i)); diff != "" || pair[0].Label(i) != pair[1].Label(i) {
				t.Fatalf("%s, review %d: %s", name, i, diff)
			}
		}
	}
	for rank := 1; rank <= want.Words.Len(); rank++ {
		a, _ := want.Words.Word(rank)
		if b, _ := got.Words.Word(rank); a != b {
			t.Fatalf("rank %d is %q, was %q", rank, b, a)
		}
	}
	if got.SHA256 != want.SHA256 || got.Name != want.Name || got.Words.Len() != want.Words.Len() {
		t.Errorf("got %s %s", got.Name, got.SHA256)
	}

	for _, n := range []int{0, 1, 100, len(whole) / 2} {
		if _, err := imdb.Unpack(bytes.NewReader(whole[:n])); !errors.Is(err, imdb.ErrDamaged) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	forged := *want
	forged.SHA256 = "0000"
	b.Reset()
	if err := imdb.Pack(&b, &forged); err != nil {
		t.Fatal(err)
	}
	if _, err := imdb.Unpack(&b); !errors.Is(err, imdb.ErrDamaged) {
		t.Errorf("a false hash: %v", err)
	}
}
