package fetch_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cuaderno/training/imdb/fetch"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var content = func() []byte {
	b := make([]byte, 1<<20)
	for i := range b {
		b[i] = byte(i * i >> 3)
	}
	return b
}()

// server serves content as a file with an ETag, and spoils single requests.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	etag   string
	body   []byte
	spoil  []func(http.ResponseWriter, *http.Request) bool // one per request, true: it has answered
	ranges []string                                        // Range headers seen
}

func serve(t *testing.T, spoil ...func(http.ResponseWriter, *http.Request) bool) *server {
	s := &server{etag: `"one"`, body: content, spoil: spoil}
	s.Server = httptest.NewServer(http.HandlerFunc(s.handle))
	t.Cleanup(s.Close)
	return s
}

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	var spoil func(http.ResponseWriter, *http.Request) bool
	if len(s.spoil) > 0 {
		spoil, s.spoil = s.spoil[0], s.spoil[1:]
	}
	etag, body := s.etag, s.body
	s.mu.Unlock()
	if etag != "" {
		w.Header().Set("ETag", etag)
	}
	if spoil != nil && spoil(w, r) {
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// cutAfter sends the first n bytes of what was asked for and breaks the connection.
func cutAfter(n int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		http.ServeContent(&cutting{w, n}, r, "", time.Time{}, bytes.NewReader(content))
		return true
	}
}

type cutting struct {
	http.ResponseWriter
	left int
}

func (c *cutting) Write(b []byte) (int, error) {
	if c.left < len(b) {
		c.ResponseWriter.Write(b[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(b)
	return c.ResponseWriter.Write(b)
}

func status(code int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(code)
		return true
	}
}

var errWrong = errors.New("not the content")

func file(t *testing.T, s *server) fetch.File {
	return fetch.File{
		URL: s.URL, Path: filepath.Join(t.TempDir(), "sub", "file"), Max: 2 << 20,
		Verify: func(path string) error {
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
				return errors.Join(errWrong, err)
			}
			return nil
		},
	}
}

// onlyThe checks that the directory holds the finished file and nothing else.
func onlyThe(t *testing.T, path string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
		t.Errorf("the file is not the content (%v)", err)
	}
	checkNames(t, path, filepath.Base(path))
}

func checkNames(t *testing.T, path string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if fmt.Sprint(names) != fmt.Sprint(want) {
		t.Errorf("the directory holds %v, want %v", names, want)
	}
}

// asked tells the Range headers of all requests so far.
func (s *server) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ranges)
}

func checkRanges(t *testing.T, s *server, want ...string) {
	t.Helper()
	if got := s.asked(); !slices.Equal(got, want) {
		t.Errorf("ranges asked for %q, want %q", got, want)
	}
}

func TestGet(t *testing.T) {
	s := serve(t)
	f := file(t, s)
	var done, total int64
	f.Progress = func(d, of int64) {
		if d < done {
			t.Errorf("progress goes back from %d to %d", done, d)
		}
		done, total = d, of
	}
	if err := fetch.Get(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	onlyThe(t, f.Path)
	if done != int64(len(content)) || total != done {
		t.Errorf("progress ended at %d of %d", done, total)
	}
	t.Run("again asks nobody", func(t *testing.T) {
		if err := fetch.Get(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		checkRanges(t, s, "")
	})
	t.Run("a damaged file is replaced", func(t *testing.T) {
		if err := os.WriteFile(f.Path, content[:100], 0o644); err != nil {
			t.Fatal(err)
		}
		done = 0
		if err := fetch.Get(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		onlyThe(t, f.Path)
	})
}

func TestResumeInOneCall(t *testing.T) {
	s := serve(t, cutAfter(300_000), cutAfter(200_000))
	f := file(t, s)
	if err := fetch.Get(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	onlyThe(t, f.Path)
	checkRanges(t, s, "", "bytes=300000-", "bytes=500000-")
}

func TestNoResumeWithoutATag(t *testing.T) {
	s := serve(t, cutAfter(300_000))
	s.etag = ""
	f := file(t, s)
	if err := fetch.Get(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	onlyThe(t, f.Path)
	checkRanges(t, s, "", "")
}

// interrupted leaves 300,000 bytes behind, as a call that was cut and not taken up does.
func interrupted(t *testing.T, s *server, f fetch.File) {
	t.Helper()
	down := status(http.StatusServiceUnavailable)
	s.mu.Lock()
	s.spoil = append([]func(http.ResponseWriter, *http.Request) bool{cutAfter(300_000), down}, s.spoil...)
	s.mu.Unlock()
	if err := fetch.Get(t.Context(), f); !errors.Is(err, fetch.ErrNetwork) {
		t.Fatalf("error %v", err)
	}
	if info, err := os.Stat(f.Path + ".part"); err != nil || info.Size() != 300_000 {
		t.Fatalf("left behind: %v, %v", info, err)
	}
	s.mu.Lock()
	s.ranges = nil
	s.mu.Unlock()
}

func TestResumeInALaterCall(t *testing.T) {
	tests := map[string]struct {
		before func(*server, fetch.File)
		spoil  []func(http.ResponseWriter, *http.Request) bool
		ranges []string
	}{
		"same file": {nil, nil, []string{"bytes=300000-"}},
		"another file by now": {func(s *server, f fetch.File) {
			s.etag = `"two"`
			os.WriteFile(f.Path+".part", make([]byte, 300_000), 0o644)
		},
			nil, []string{"bytes=300000-"}}, // If-Range fails: the answer is the whole file
		"no tag kept": {func(_ *server, f fetch.File) { os.Remove(f.Path + ".part.tag") }, nil, []string{""}},
		"part too long": {func(_ *server, f fetch.File) { os.WriteFile(f.Path+".part", make([]byte, 1<<20+5), 0o644) },
			nil, []string{"bytes=1048581-", ""}},
		"another part than asked for": {nil, []func(http.ResponseWriter, *http.Request) bool{
			func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("Content-Range", "bytes 100-199/1048576")
				w.WriteHeader(http.StatusPartialContent)
				w.Write(make([]byte, 100))
				return true
			}}, []string{"bytes=300000-", ""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tt.spoil...)
			f := file(t, s)
			interrupted(t, s, f)
			if tt.before != nil {
				tt.before(s, f)
			}
			if err := fetch.Get(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			onlyThe(t, f.Path)
			checkRanges(t, s, tt.ranges...)
		})
	}
	for _, etag := range []string{"", `W/"weak"`} {
		t.Run("not with the tag "+etag, func(t *testing.T) {
			s := serve(t)
			s.etag = etag
			f := file(t, s)
			interrupted(t, s, f)
			if err := fetch.Get(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			onlyThe(t, f.Path)
			checkRanges(t, s, "")
		})
	}
}
