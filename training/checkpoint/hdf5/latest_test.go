package hdf5_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/checkpoint/hdf5"
)

// made reads a file that testdata/make.py has made.
func made(t testing.TB, name string) []byte {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func upTo(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(i)
	}
	return out
}

// hundreds are the numbers 100 to 119.
func hundreds() []float32 {
	out := upTo(20)
	for i := range out {
		out[i] += 100
	}
	return out
}

// What h5py writes with libver='latest' and track_order is read.
func TestNewestForm(t *testing.T) {
	data := made(t, "latest.h5.gz")
	got, err := all(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []content{
		{"data/array", []int{9, 7}, upTo(63)},
		{"data/array in pages", []int{1100}, upTo(1100)},
		{"data/array packed", []int{9, 7}, upTo(63)},
		{"data/contiguous", []int{2, 3}, upTo(6)},
		{"data/implicit", []int{9, 7}, upTo(63)},
		{"data/scalar", []int{}, []float32{8}},
		{"data/single", []int{4, 5}, upTo(20)},
		{"data/single packed", []int{4, 5}, upTo(20)},
		{"data/single summed", []int{20}, hundreds()},
	}
	for i := range 3 {
		want = append(want, content{fmt.Sprintf("few/n%d", i), []int{2, 3}, upTo(6)})
	}
	var names []string
	for i := range 600 {
		names = append(names, fmt.Sprintf("many/%d", i))
	}
	slices.Sort(names)
	for _, name := range names {
		want = append(want, content{name, []int{2, 3}, upTo(6)})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	f, err := hdf5.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"many0": "text 0", "many11": "text 11", "variable": "añadido", "fixed": "of seve",
		"large": strings.Repeat("0123456789", 900), "none": "",
	} {
		if text, ok, err := f.Text(name); text != want || ok != (want != "") || err != nil {
			t.Errorf("%s: %.20q, %v, %v", name, text, ok, err)
		}
	}
	for _, name := range []string{"number", "several"} {
		if text, ok, err := f.Text(name); !errors.Is(err, hdf5.ErrFormat) {
			t.Errorf("%s: %q, %v, %v", name, text, ok, err)
		}
	}
}

// What is not read is called by its name, never damaged.
func TestWhatIsNotRead(t *testing.T) {
	for name, want := range map[string]string{"growing.h5.gz": "maxshape", "lzf.h5.gz": "lzf"} {
		_, err := all(made(t, name), nil)
		if !errors.Is(err, hdf5.ErrFormat) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
}

// The newest form has a checksum on all of its structure, and h5py puts one on numbers if it is asked to.
func TestDamageToTheNewestFormIsSeen(t *testing.T) {
	data := made(t, "latest.h5.gz")
	damaged := func(at int) error {
		changed := bytes.Clone(data)
		changed[at] ^= 0x10
		_, err := all(changed, nil)
		if f, open := hdf5.Open(bytes.NewReader(changed), int64(len(changed))); err == nil && open == nil {
			_, _, err = f.Text("many3")
		}
		return err
	}
	// Of each structure one byte that changes nothing that is read, as it is of no matter or of the checksum.
	for name, at := range map[string]int{
		"a superblock":          44,
		"an object header":      last(data, "OHDR") + 6,
		"a heap":                last(data, "FRHP") + 60,
		"a heap's table":        last(data, "FHIB") + 6,
		"a heap's block":        last(data, "FHDB") + 6,
		"a tree":                last(data, "BTHD\x00\x05") + 14,
		"a leaf of a tree":      last(data, "BTLF\x00\x05") + 6,
		"a node of a tree":      last(data, "BTIN\x00\x05") + 6,
		"a list of chunks":      last(data, "FAHD") + 4,
		"a block of that list":  last(data, "FADB") + 7,
		"numbers with checksum": bytes.Index(data, []byte("\x00\x00\xca\x42\x00\x00\xcc\x42")), // 101, 102
	} {
		if err := damaged(at); !errors.Is(err, hdf5.ErrFormat) || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("%s, at %d: error %v", name, at, err)
		}
	}
	for n := 0; n < len(data); n += 4999 {
		if _, err := all(data[:n], nil); !errors.Is(err, hdf5.ErrFormat) {
			t.Errorf("cut to %d of %d bytes: %v", n, len(data), err)
		}
	}
}

func last(data []byte, signature string) int { return bytes.LastIndex(data, []byte(signature)) }
