package fetch_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cuaderno/training/imdb/fetch"
)

func TestTrouble(t *testing.T) {
	tests := map[string]struct {
		change func(*server, *fetch.File)
		spoil  func(http.ResponseWriter, *http.Request) bool
		want   error
		says   string
		asked  int
		left   []string
	}{
		"not found":        {nil, status(404), fetch.ErrNetwork, "404 Not Found", 1, []string{"file.part"}},
		"server error":     {nil, status(500), fetch.ErrNetwork, "500", 1, []string{"file.part"}},
		"range of nothing": {nil, status(416), fetch.ErrNetwork, "416", 1, []string{"file.part"}},
		"wrong checksum":   {func(s *server, _ *fetch.File) { s.body = content[1:] }, nil, errWrong, "", 1, nil},
		"too large":        {func(_ *server, f *fetch.File) { f.Max = 1000 }, nil, fetch.ErrNetwork, "more than 1000 bytes", 1, []string{"file.part", "file.part.tag"}},
		"larger than said": {func(_ *server, f *fetch.File) { f.Max = 1000 }, func(w http.ResponseWriter, _ *http.Request) bool {
			w.(http.Flusher).Flush() // no Content-Length any more
			w.Write(content)
			return true
		}, fetch.ErrNetwork, "more than 1000 bytes", 1, []string{"file.part"}},
		"cut at once":    {nil, func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, fetch.ErrNetwork, "EOF", 1, []string{"file.part"}},
		"no such host":   {func(_ *server, f *fetch.File) { f.URL = "http://host.invalid/file" }, nil, fetch.ErrNetwork, "host.invalid", 0, []string{"file.part"}},
		"no address":     {func(_ *server, f *fetch.File) { f.URL = "://" }, nil, fetch.ErrNetwork, "", 0, []string{"file.part"}},
		"unknown scheme": {func(_ *server, f *fetch.File) { f.URL = "gopher://localhost" }, nil, fetch.ErrNetwork, "gopher", 0, []string{"file.part"}},
		"no longer alive": {func(_ *server, f *fetch.File) { f.Stall = 50 * time.Millisecond }, func(w http.ResponseWriter, r *http.Request) bool {
			<-r.Context().Done()
			return true
		}, fetch.ErrNetwork, "no answer any more", 1, []string{"file.part"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			if tt.spoil != nil {
				s.spoil = append(s.spoil, tt.spoil)
			}
			f := file(t, s)
			if tt.change != nil {
				tt.change(s, &f)
			}
			start := time.Now()
			err := fetch.Get(t.Context(), f)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want %v saying %q", err, tt.want, tt.says)
			}
			if took := time.Since(start); took > 8*time.Second {
				t.Errorf("it took %v to give up", took)
			}
			if n := len(s.asked()); n != tt.asked {
				t.Errorf("asked %d times, want %d", n, tt.asked)
			}
			checkNames(t, f.Path, tt.left...)
		})
	}
}

func TestStallResumes(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Length", "1048576")
		w.Write(content[:1000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	})
	f := file(t, s)
	f.Stall = 2 * time.Second // a busy machine may well rest for a tenth of one
	if err := fetch.Get(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	onlyThe(t, f.Path)
	checkRanges(t, s, "", "bytes=1000-")
}

func TestGivesUpWhenCutForEver(t *testing.T) {
	s := serve(t)
	for range 50 {
		s.spoil = append(s.spoil, cutAfter(10))
	}
	err := fetch.Get(t.Context(), file(t, s))
	if !errors.Is(err, fetch.ErrNetwork) || !strings.Contains(err.Error(), "cut off 10 times") {
		t.Errorf("error %v", err)
	}
}

func TestSurvivesAShortRestart(t *testing.T) {
	dead := func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	t.Run("two lost attempts", func(t *testing.T) {
		s := serve(t, cutAfter(1000), dead, dead)
		f := file(t, s)
		if err := fetch.Get(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		onlyThe(t, f.Path)
	})
	t.Run("not three", func(t *testing.T) {
		s := serve(t, cutAfter(1000), dead, dead, dead)
		if err := fetch.Get(t.Context(), file(t, s)); !errors.Is(err, fetch.ErrNetwork) {
			t.Errorf("error %v", err)
		}
	})
}

func TestDeadNetworkFailsQuickly(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	start := time.Now()
	err = fetch.Get(t.Context(), fetch.File{URL: "http://" + address, Path: filepath.Join(t.TempDir(), "f"), Max: 1})
	if !errors.Is(err, fetch.ErrNetwork) || strings.Count(err.Error(), address) > 2 {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestCancelled(t *testing.T) {
	t.Run("on the way", func(t *testing.T) {
		s := serve(t)
		f := file(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		f.Progress = func(done, _ int64) { cancel() }
		if err := fetch.Get(ctx, f); !errors.Is(err, context.Canceled) || errors.Is(err, fetch.ErrNetwork) {
			t.Errorf("error %v", err)
		}
		if _, err := os.Stat(f.Path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file stands there: %v", err)
		}
		f.Progress = nil
		if err := fetch.Get(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		onlyThe(t, f.Path)
		if got := s.asked(); len(got) != 2 || got[1] == "" {
			t.Errorf("not resumed: %q", got)
		}
	})
	t.Run("while another call works on the file", func(t *testing.T) {
		inside, release := make(chan struct{}), make(chan struct{})
		s := serve(t, func(http.ResponseWriter, *http.Request) bool {
			close(inside)
			<-release
			return false
		})
		f := file(t, s)
		first := make(chan error)
		go func() { first <- fetch.Get(context.Background(), f) }()
		<-inside
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := fetch.Get(ctx, f); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		close(release)
		if err := <-first; err != nil {
			t.Error(err)
		}
		onlyThe(t, f.Path)
	})
}

func TestManyAtOnceAskOnce(t *testing.T) {
	s := serve(t)
	f := file(t, s)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := fetch.Get(context.Background(), f); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	onlyThe(t, f.Path)
	checkRanges(t, s, "")
}

func TestNoPlaceToWrite(t *testing.T) {
	s := serve(t)
	f := file(t, s)
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f.Path = filepath.Join(blocked, "inside")
	err := fetch.Get(t.Context(), f)
	var path *fs.PathError
	if !errors.As(err, &path) || errors.Is(err, fetch.ErrNetwork) {
		t.Errorf("error %v", err)
	}
}
