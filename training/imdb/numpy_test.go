package imdb_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"cuaderno/training/imdb"

	"github.com/google/go-cmp/cmp"
)

// expected is what testdata/numpy/make.py wrote beside its archives.
type expected struct {
	Small    map[string][][]int32
	Labels   map[string][]int
	Shuffles []struct {
		N           int
		First, Last []uint32
	}
}

func numpySays(t *testing.T) (e expected) {
	t.Helper()
	raw, err := os.ReadFile("testdata/numpy/expected.json")
	if err == nil {
		err = json.Unmarshal(raw, &e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestReadNPZWrittenByNumPy(t *testing.T) {
	want := numpySays(t)
	for _, name := range []string{"protocol2", "protocol3", "protocol4", "protocol5", "stored", "savez", "frames"} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", "numpy", name+".npz"))
			if err != nil {
				t.Fatal(err)
			}
			train, test, err := read(t, raw)
			if err != nil {
				t.Fatal(err)
			}
			small := want.Small
			if name == "frames" {
				long := make([]int32, 60_000)
				for i := range long {
					long[i] = 1 + int32(i%300)
				}
				small = map[string][][]int32{"train": small["train"], "test": {{7}, long}}
			}
			for half, s := range map[string]*imdb.Split{"train": train, "test": test} {
				ids, liked := reviews(s)
				if diff := cmp.Diff(complete(small[half]), ids); diff != "" {
					t.Errorf("%s reviews: %s", half, diff)
				}
				if diff := cmp.Diff(want.Labels[half], liked); diff != "" {
					t.Errorf("%s labels: %s", half, diff)
				}
			}
		})
	}
}

// complete does what load_data does to ranks.
func complete(ranks [][]int32) [][]int32 {
	out := make([][]int32, len(ranks))
	for i, review := range ranks {
		out[i] = []int32{imdb.Start}
		for _, r := range review {
			out[i] = append(out[i], r+imdb.IndexFrom)
		}
	}
	return out
}

func TestShuffleIsNumPys(t *testing.T) {
	var lengths []int
	shuffles := numpySays(t).Shuffles
	for _, s := range shuffles {
		lengths = append(lengths, s.N)
	}
	for i, got := range imdb.Permutations(113, lengths...) {
		want := shuffles[i]
		if diff := cmp.Diff(want.First, got[:len(want.First)]); diff != "" {
			t.Errorf("shuffle %d, of %d: first %s", i, want.N, diff)
		}
		if diff := cmp.Diff(want.Last, got[len(got)-len(want.Last):]); diff != "" {
			t.Errorf("shuffle %d, of %d: last %s", i, want.N, diff)
		}
	}
}
