package imdb_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"cuaderno/training/imdb"

	"github.com/google/go-cmp/cmp"
)

func TestReadNPZ(t *testing.T) {
	check := func(t *testing.T, entries []entry) {
		t.Helper()
		train, test, err := read(t, npz(t, entries))
		if err != nil {
			t.Fatal(err)
		}
		ids, liked := reviews(train)
		if diff := cmp.Diff([][]int32{{1, 8, 303, 703}, {1}}, ids); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int{1, 0}, liked); diff != "" {
			t.Error(diff)
		}
		if ids, _ := reviews(test); !cmp.Equal([][]int32{{1, 12, 12}}, ids) {
			t.Errorf("test %v", ids)
		}
	}
	t.Run("stored and deflated", func(t *testing.T) { check(t, arrays()) })
	t.Run("other files ignored", func(t *testing.T) {
		check(t, append(arrays(), entry{"README.txt", "hello", zip.Store}))
	})
	for name, header := range map[string]string{
		"python 2":   "{'descr': '<i8', 'fortran_order': False, 'shape': (2L,), }",
		"fortran":    "{'descr': '<i8', 'fortran_order': True, 'shape': (2,), }",
		"tight":      "{'descr':'<i8','fortran_order':False,'shape':(2,)}",
		"no newline": "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }   ",
	} {
		t.Run("header of "+name, func(t *testing.T) {
			body := labels(1, 0)
			body = "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(header)))) + header + body[len(body)-16:]
			check(t, with("y_train.npy", body))
		})
	}
	for version := range byte(2) {
		t.Run(fmt.Sprintf("npy version %d", version+2), func(t *testing.T) {
			body := []byte(labels(1, 0))
			body[6] = version + 2
			check(t, with("y_train.npy", string(body[:10])+"\x00\x00"+string(body[10:])))
		})
	}
}

func TestHostileNPZ(t *testing.T) {
	x, y := arrays()[0].body, labels(1, 0)
	without := func(name string) []entry {
		var rest []entry
		for _, e := range arrays() {
			if e.name != name {
				rest = append(rest, e)
			}
		}
		return rest
	}
	tests := map[string]struct {
		entries []entry
		want    error
		says    string
	}{
		"no x":                {without("x_train.npy"), imdb.ErrDamaged, "x_train.npy"},
		"no y":                {without("y_test.npy"), imdb.ErrDamaged, "y_test.npy"},
		"x twice":             {append(arrays(), arrays()[0]), imdb.ErrDamaged, "there twice"},
		"empty x":             {with("x_train.npy", ""), imdb.ErrDamaged, "too early"},
		"no npy":              {with("x_train.npy", "x = [[1, 2, 3]]"), imdb.ErrDamaged, "no .npy"},
		"npy version 9":       {with("y_train.npy", "\x93NUMPY\x09"+y[7:]), imdb.ErrDamaged, "version 9"},
		"endless header":      {with("y_train.npy", "\x93NUMPY\x02\x00\xff\xff\xff\xff"), imdb.ErrDamaged, "header of"},
		"cut header":          {with("y_train.npy", y[:40]), imdb.ErrDamaged, "too early"},
		"cut length":          {with("y_train.npy", y[:9]), imdb.ErrDamaged, "too early"},
		"two axes":            {with("y_train.npy", strings.Replace(y, "(2,), }", "(2,1)}", 1)), imdb.ErrDamaged, "not that of a plain list"},
		"executable header":   {with("y_train.npy", strings.Replace(y, "False", "f() ,", 1)), imdb.ErrDamaged, "not that of a plain list"},
		"int32 labels":        {with("y_train.npy", strings.Replace(y, "<i8", "<i4", 1)), imdb.ErrDamaged, `"<i4"`},
		"big-endian labels":   {with("y_train.npy", strings.Replace(y, "<i8", ">i8", 1)), imdb.ErrDamaged, `">i8"`},
		"numbers as reviews":  {with("x_train.npy", strings.Replace(x, "|O", "<i8", 1)), imdb.ErrDamaged, `"<i8"`},
		"objects as labels":   {with("y_train.npy", npy("|O", 2, "")), imdb.ErrDamaged, `"|O"`},
		"label 2":             {with("y_train.npy", labels(1, 2)), imdb.ErrDamaged, "label 2 of review 1"},
		"label -1":            {with("y_train.npy", labels(1, -1)), imdb.ErrDamaged, "label -1"},
		"cut labels":          {with("y_train.npy", y[:len(y)-1]), imdb.ErrDamaged, "too early"},
		"more after labels":   {with("y_train.npy", y+"\x00"), imdb.ErrDamaged, "more bytes"},
		"more after reviews":  {with("x_train.npy", x+"N"), imdb.ErrDamaged, "more bytes"},
		"three labels":        {with("y_train.npy", labels(1, 0, 1)), imdb.ErrDamaged, "2 reviews with 3 labels"},
		"too many labels":     {with("y_train.npy", npy("<i8", imdb.MaxReviews+1, "")), imdb.ErrDamaged, "elements"},
		"absurdly many":       {with("y_train.npy", strings.Replace(y, "(2,)", "(99999999999999999999,)", 1)), imdb.ErrDamaged, "elements"},
		"claims many":         {with("y_train.npy", npy("<i8", imdb.MaxReviews, "")), imdb.ErrDamaged, "too early"},
		"foreign code":        {with("x_train.npy", npy("|O", 2, "\x80\x03cos\nsystem\n.")), imdb.ErrForbidden, "os system"},
		"reviews of the test": {with("x_train.npy", arrays()[2].body), imdb.ErrDamaged, "1 reviews with 2 labels"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, npz(t, tt.entries))
			if !errors.Is(err, tt.want) || !strings.Contains(fmt.Sprint(err), tt.says) {
				t.Errorf("error %v, want %v saying %q", err, tt.want, tt.says)
			}
		})
	}

	good := npz(t, arrays())
	t.Run("cut anywhere", func(t *testing.T) {
		for n := range good {
			if _, _, err := read(t, good[:n]); !errors.Is(err, imdb.ErrDamaged) {
				t.Fatalf("%d of %d bytes: error %v", n, len(good), err)
			}
		}
	})
	t.Run("flipped bits in the contents", func(t *testing.T) {
		train, test, err := read(t, good)
		if err != nil {
			t.Fatal(err)
		}
		whole := imdb.StreamSHA256(train, test)
		archive, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.File {
			from, err := f.DataOffset()
			if err != nil {
				t.Fatal(err)
			}
			for i := range int64(f.CompressedSize64) {
				raw := bytes.Clone(good)
				raw[from+i] ^= 0x10
				train, test, err := read(t, raw)
				if err == nil { // the last byte has bits that deflate does not use
					if imdb.StreamSHA256(train, test) != whole {
						t.Fatalf("%s: byte %d flipped unnoticed", f.Name, i)
					}
				} else if !errors.Is(err, imdb.ErrDamaged) && !errors.Is(err, imdb.ErrForbidden) {
					t.Fatalf("%s: byte %d: %v", f.Name, i, err)
				}
			}
		}
	})
	// declared gives an archive whose directory lies about the size of x_train.npy, its first entry.
	declared := func(entries []entry, size uint32) []byte {
		raw := npz(t, entries)
		binary.LittleEndian.PutUint32(raw[bytes.Index(raw, []byte("PK\x01\x02"))+24:], size)
		return raw
	}
	t.Run("declares too much", func(t *testing.T) {
		if _, _, err := read(t, declared(arrays(), imdb.MaxEntry+1)); !errors.Is(err, imdb.ErrTooLarge) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("unpacks to more than declared", func(t *testing.T) {
		raw := declared(with("x_train.npy", x+strings.Repeat("\x00", 1<<20)), uint32(len(x)))
		if _, _, err := read(t, raw); !errors.Is(err, imdb.ErrDamaged) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a huge file", func(t *testing.T) {
		_, _, err := imdb.ReadNPZ(t.Context(), bytes.NewReader(nil), imdb.MaxFile+1)
		if !errors.Is(err, imdb.ErrTooLarge) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("encrypted or unknown method", func(t *testing.T) {
		raw := npz(t, arrays())
		at := bytes.Index(raw, []byte("PK\x01\x02"))
		raw[at+10] = 99
		if _, _, err := read(t, raw); !errors.Is(err, imdb.ErrDamaged) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("cancelled on the way", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		body := npz(t, []entry{{"y_train.npy", labels(make([]int, imdb.MaxReviews)...), zip.Store}})
		r := &watched{r: bytes.NewReader(body), until: 1 << 20, then: cancel}
		_, _, err := imdb.ReadNPZ(ctx, r, int64(len(body)))
		if !errors.Is(err, context.Canceled) || r.n.Load() > 2<<20 {
			t.Errorf("error %v after %d of %d bytes", err, r.n.Load(), len(body))
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := imdb.ReadNPZ(ctx, bytes.NewReader(good), int64(len(good))); !errors.Is(err, context.Canceled) || errors.Is(err, imdb.ErrDamaged) {
			t.Errorf("error %v", err)
		}
	})
}

// watched calls then once the reads come to until bytes.
type watched struct {
	r     io.ReaderAt
	n     atomic.Int64
	until int64
	then  func()
}

func (w *watched) ReadAt(b []byte, at int64) (int, error) {
	n, err := w.r.ReadAt(b, at)
	if w.n.Add(int64(n)) >= w.until {
		w.then()
	}
	return n, err
}
