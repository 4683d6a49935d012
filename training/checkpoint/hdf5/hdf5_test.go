package hdf5_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training/checkpoint/hdf5"
)

func sample() hdf5.Group {
	return hdf5.Group{
		Attrs:    []hdf5.Attr{{Name: "note", Text: "añadido"}, {Name: "second", Text: "2"}},
		Datasets: []hdf5.Dataset{{Name: "b", Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}}},
		Groups: []hdf5.Group{
			{Name: "empty"},
			{Name: "a", Datasets: []hdf5.Dataset{
				{Name: "z", Shape: []int{1}, Data: []float32{-1.5}},
				{Name: "scalar", Data: []float32{8}},
			}},
		},
	}
}

func write(t testing.TB, g hdf5.Group) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := hdf5.Write(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type content struct {
	Path  string
	Shape []int
	Data  []float32
}

// all reads everything that a file has.
func all(data []byte, enter func(string) bool) ([]content, error) {
	f, err := hdf5.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var out []content
	err = f.Walk(enter, func(a hdf5.Array) error {
		numbers, err := a.Read()
		out = append(out, content{a.Path, a.Shape, numbers})
		return err
	})
	return out, err
}

func TestReadGivesWhatWasWritten(t *testing.T) {
	data := write(t, sample())
	want := []content{
		{"a/scalar", []int{}, []float32{8}}, {"a/z", []int{1}, []float32{-1.5}},
		{"b", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}},
	}
	t.Run("everything", func(t *testing.T) {
		got, err := all(data, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("without one group", func(t *testing.T) {
		got, err := all(data, func(path string) bool { return path != "a" })
		if err != nil || len(got) != 1 {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("texts", func(t *testing.T) {
		f, err := hdf5.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"note": "añadido", "second": "2", "third": ""} {
			if got, ok, err := f.Text(name); got != want || ok != (want != "") || err != nil {
				t.Errorf("%s: %q, %v, %v", name, got, ok, err)
			}
		}
	})
}

func TestWhatIsNotWritten(t *testing.T) {
	one := hdf5.Dataset{Name: "x", Shape: []int{1}, Data: []float32{1}}
	var many []hdf5.Group
	for i := range 9 {
		many = append(many, hdf5.Group{Name: fmt.Sprint(i)})
	}
	for name, c := range map[string]struct {
		g    hdf5.Group
		want string
	}{
		"a wrong shape": {hdf5.Group{Datasets: []hdf5.Dataset{{Name: "x", Shape: []int{2}, Data: []float32{1}}}}, "has 1 numbers"},
		"a zero shape":  {hdf5.Group{Datasets: []hdf5.Dataset{{Name: "x", Shape: []int{0}}}}, "shape [0]"},
		"a huge shape":  {hdf5.Group{Datasets: []hdf5.Dataset{{Name: "x", Shape: []int{1 << 30, 1 << 30}}}}, "shape"},
		"a slash":       {hdf5.Group{Groups: []hdf5.Group{{Name: "a/b"}}}, `"a/b"`},
		"no name":       {hdf5.Group{Groups: []hdf5.Group{{}}}, `""`},
		"twice":         {hdf5.Group{Datasets: []hdf5.Dataset{one, one}}, "twice"},
		"many names":    {hdf5.Group{Groups: many}, "9 names"},
		"a long text":   {hdf5.Group{Attrs: []hdf5.Attr{{Name: "a", Text: strings.Repeat("a", hdf5.MaxText+1)}}}, "60001 bytes"},
		"within":        {hdf5.Group{Groups: []hdf5.Group{{Name: "a", Groups: many}}}, "9 names"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := hdf5.Write(&bytes.Buffer{}, c.g); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	data := write(t, sample())
	for n := range len(data) {
		if _, err := all(data[:n], nil); !errors.Is(err, hdf5.ErrFormat) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(data), err)
		}
	}
	t.Run("cut in what is not looked at", func(t *testing.T) {
		nothing := func(string) bool { return false }
		for name, data := range map[string][]byte{"old": data, "newest": made(t, "latest.h5.gz")} {
			if _, err := all(data[:len(data)-1], nothing); !errors.Is(err, hdf5.ErrFormat) || !strings.Contains(err.Error(), "cut off") {
				t.Errorf("%s: error %v", name, err)
			}
		}
	})
	// A group eight times in itself: without a bound, to walk through it would not end.
	t.Run("a group in itself", func(t *testing.T) {
		var children []hdf5.Group
		for i := range 8 {
			children = append(children, hdf5.Group{Name: fmt.Sprint(i)})
		}
		data := write(t, hdf5.Group{Groups: children})
		root := binary.LittleEndian.Uint64(data[64:])
		at := bytes.LastIndex(data, []byte("SNOD")) + 8
		for i := range 8 {
			binary.LittleEndian.PutUint64(data[at+40*i+8:], root)
		}
		if _, err := all(data, nil); !errors.Is(err, hdf5.ErrFormat) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a claim of many numbers", func(t *testing.T) {
		data := bytes.Clone(data)
		shape := append(binary.LittleEndian.AppendUint64(nil, 2), binary.LittleEndian.AppendUint64(nil, 3)...)
		at := bytes.Index(data, shape)
		binary.LittleEndian.PutUint64(data[at:], hdf5.MaxNumbers)
		if _, err := all(data, nil); !errors.Is(err, hdf5.ErrFormat) || !strings.Contains(err.Error(), "more than") {
			t.Errorf("error %v", err)
		}
		binary.LittleEndian.PutUint64(data[at:], 1<<20)
		if _, err := all(data, nil); !errors.Is(err, hdf5.ErrFormat) || !strings.Contains(err.Error(), "not there") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("something else", func(t *testing.T) {
		for _, text := range []string{"", "PK\x03\x04", strings.Repeat("a", 200)} {
			if _, err := all([]byte(text), nil); !errors.Is(err, hdf5.ErrFormat) {
				t.Errorf("%.5q: %v", text, err)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(write(f, sample()))
	for _, name := range []string{"latest.h5.gz", "growing.h5.gz", "lzf.h5.gz"} {
		f.Add(made(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := all(data, nil)
		for _, c := range read {
			n := 1
			for _, d := range c.Shape {
				n *= d
			}
			if err == nil && n != len(c.Data) {
				t.Errorf("%s of shape %v has %d numbers", c.Path, c.Shape, len(c.Data))
			}
		}
		if f, err := hdf5.Open(bytes.NewReader(data), int64(len(data))); err == nil {
			_, _, _ = f.Text("note")
			_, _, _ = f.Text("large")
		}
	})
}
