package imdb_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/training/imdb"
)

// The parts of a pickled array of lists, protocol 3, as numpy writes it but for the memo.
const (
	pickleHead  = "\x80\x03cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01"
	pickleDtype = "cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R(K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ftb\x89"
	pickleTail  = "tb."
)

// pickled writes an array of reviews.
func pickled(reviews [][]int) string {
	var lists strings.Builder
	for _, ranks := range reviews {
		lists.WriteString("](")
		for _, r := range ranks {
			lists.WriteString(pickledInt(r))
		}
		lists.WriteString("e")
	}
	return pickledArray(len(reviews), "]("+lists.String()+"e")
}

// pickledArray puts the list of an array of length n into its frame.
func pickledArray(n int, list string) string {
	return pickleHead + pickledInt(n) + "\x85" + pickleDtype + list + pickleTail
}

func pickledInt(n int) string {
	switch {
	case 0 <= n && n < 1<<8:
		return string([]byte{'K', byte(n)})
	case 0 <= n && n < 1<<16:
		return string(binary.LittleEndian.AppendUint16([]byte("M"), uint16(n)))
	default:
		return string(binary.LittleEndian.AppendUint32([]byte("J"), uint32(n)))
	}
}

// npy writes an .npy file of one axis.
func npy(dtype string, n int, body string) string {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", dtype, n)
	header += strings.Repeat(" ", 118-len(header)-1) + "\n"
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(header)))) + header + body
}

func labels(values ...int) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return npy("<i8", len(values), string(raw))
}

type entry struct {
	name, body string
	method     uint16
}

// arrays are the four files of an archive of two and one reviews.
func arrays() []entry {
	train, test := [][]int{{5, 300, 700}, {}}, [][]int{{9, 9}}
	return []entry{
		{"x_train.npy", npy("|O", 2, pickled(train)), zip.Deflate},
		{"y_train.npy", labels(1, 0), zip.Store},
		{"x_test.npy", npy("|O", 1, pickled(test)), zip.Store},
		{"y_test.npy", labels(0), zip.Deflate},
	}
}

// with gives arrays() with one file's contents replaced.
func with(name, body string) []entry {
	entries := arrays()
	for i := range entries {
		if entries[i].name == name {
			entries[i].body = body
		}
	}
	return entries
}

func npz(t testing.TB, entries []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read runs ReadNPZ on an archive in memory.
func read(t testing.TB, raw []byte) (train, test *imdb.Split, err error) {
	t.Helper()
	return imdb.ReadNPZ(t.Context(), bytes.NewReader(raw), int64(len(raw)))
}

// reviews unrolls a split.
func reviews(s *imdb.Split) (ids [][]int32, liked []int) {
	for i := range s.Len() {
		ids = append(ids, append([]int32{}, s.Review(i)...))
		liked = append(liked, s.Label(i))
	}
	return ids, liked
}

// place writes the two files of a small data set into dir.
func place(t testing.TB, dir string, archive []byte, words int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if archive != nil {
		write(t, filepath.Join(dir, imdb.ReviewsFile), archive)
	}
	if words > 0 {
		write(t, filepath.Join(dir, imdb.WordsFile), index(words))
	}
}

func index(words int) []byte {
	ranks := map[string]int{}
	for i := range words {
		ranks[fmt.Sprintf("word%d", i+1)] = i + 1
	}
	raw, _ := json.Marshal(ranks)
	return raw
}

func write(t testing.TB, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
