package site

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cuaderno/server/servertest"

	"github.com/nats-io/nats.go"

	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// beginDownload asks for a file over a connection of its own, and reads no more than the head of the answer.
func beginDownload(t *testing.T, r *servertest.Reader, path string) (net.Conn, *http.Response) {
	t.Helper()
	u, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	var cookies []string
	for _, c := range r.Jar.Cookies(u) {
		cookies = append(cookies, c.String())
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", path, u.Host, strings.Join(cookies, "; "))
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn, response
}

// trainLarge has a reader train a network, and makes it one that no connection's buffers hold: every
// time it is loaded it takes 22 MB anew, as in the store.
func (s *testSite) trainLarge(r *servertest.Reader) {
	s.t.Helper()
	r.TrainTiny()
	load := s.downloads.load
	s.downloads.load = func(ctx context.Context, run string) (*nn.Params, checkpoint.Meta, error) {
		_, m, err := load(ctx, run)
		m.Settings.NumWords, m.Settings.EmbeddingDim = 100, 64
		p := nn.Init(nn.SpecOf(m.Settings), 1)
		m.Settings.NumWords = 88_000
		p.Embedding = make([]float32, 88_000*64)
		return p, m, err
	}
}

// TestDownloadsThatNobodyReads has forty clients ask for a model of 22 MB and read nothing of it: the
// server holds it once, refuses those that are too many, and ends the others.
func TestDownloadsThatNobodyReads(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	s.trainLarge(r)
	const model = 22_500_000
	before := servertest.Heap()
	var taken, refused int
	for i := range 40 {
		path := "/export/" + []string{"h5", "safetensors", "onnx"}[i%3]
		switch _, a := beginDownload(t, r, path); a.StatusCode {
		case http.StatusOK:
			taken++
		case http.StatusTooManyRequests:
			refused++
			if a.Header.Get("Retry-After") == "" {
				t.Error("nothing says when to come again")
			}
		default:
			t.Fatalf("status %d", a.StatusCode)
		}
	}
	t.Logf("%d under way, %d refused, %.1f MB more", taken, refused, float64(servertest.Heap()-before)/1e6)
	if grown := servertest.Heap() - before; grown > 2*model {
		t.Errorf("the heap has grown by %d MB", grown>>20)
	}
	if taken == 0 || refused == 0 {
		t.Errorf("%d under way, %d refused", taken, refused)
	}
}

func (d *downloads) count() (files, copies int, bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.pumps), len(d.copies), d.bytes
}

func TestDownloadsEnd(t *testing.T) {
	s := newSite(t)
	s.downloads.limits.Still = 500 * time.Millisecond
	r := s.reader()
	s.trainLarge(r)
	over := func(t *testing.T) {
		t.Helper()
		servertest.Eventually(t, "the downloads to end", func() bool {
			files, copies, bytes := s.downloads.count()
			return files == 0 && copies == 0 && bytes == 0
		})
	}
	t.Run("those that stand still", func(t *testing.T) {
		_, a := beginDownload(t, r, "/export/h5")
		servertest.Same(t, "status", a.StatusCode, http.StatusOK)
		over(t)
	})
	t.Run("those that are taken, however slowly", func(t *testing.T) {
		conn, a := beginDownload(t, r, "/export/safetensors")
		var n int64
		for began := time.Now(); time.Since(began) < time.Second; time.Sleep(20 * time.Millisecond) {
			m, err := io.CopyN(io.Discard, conn, 128<<10)
			if n += m; err != nil {
				t.Fatalf("ended after %d bytes: %v", n, err)
			}
		}
		if files, copies, _ := s.downloads.count(); files != 1 || copies != 1 {
			t.Errorf("%d under way", files)
		}
		a.Body.Close()
		conn.Close()
		over(t)
	})
	t.Run("those that take longer than any may", func(t *testing.T) {
		s.downloads.limits.Still, s.downloads.limits.Whole = time.Minute, time.Second
		beginDownload(t, r, "/export/onnx")
		over(t)
		s.downloads.limits.Whole = time.Minute
	})
	t.Run("with the server", func(t *testing.T) {
		conn, _ := beginDownload(t, r, "/export/h5")
		s.downloads.part(100 * time.Millisecond)
		over(t)
		conn.Close()
	})
}

func TestDownloadsThatCannotBe(t *testing.T) {
	s := newSite(t)
	s.downloads.limits.Wait = 50 * time.Millisecond
	r := s.reader()
	run := r.TrainTiny()
	load := s.downloads.load
	for _, c := range []struct {
		err    error
		status int
		text   string
	}{
		{context.DeadlineExceeded, http.StatusServiceUnavailable, "http.slow"},
		{nats.ErrTimeout, http.StatusServiceUnavailable, "http.store"},
		{errors.New("anything else"), http.StatusServiceUnavailable, "http.store"},
		{checkpoint.ErrFormat, http.StatusInternalServerError, "http.internal"},
		{runs.ErrReleased, http.StatusNotFound, "http.released"},
		{runs.ErrUnknown, http.StatusNotFound, "http.released"},
		{runs.ErrUnfinished, http.StatusConflict, "http.unfinished"},
	} {
		t.Run(c.err.Error(), func(t *testing.T) {
			s.downloads.load = func(context.Context, string) (*nn.Params, checkpoint.Meta, error) {
				return nil, checkpoint.Meta{}, fmt.Errorf("weights: %w", c.err)
			}
			a := r.Get("/export/h5?run="+run, "Accept-Language", "es")
			servertest.Same(t, "status", a.Status, c.status)
			servertest.Has(t, a.Body, web.ES.T(c.text))
		})
	}
	s.downloads.load = load
	t.Run("while all places are taken", func(t *testing.T) {
		for i := range s.downloads.limits.All {
			_, end, err := s.downloads.begin(t.Context(), fmt.Sprint(i))
			if err != nil {
				t.Fatal(err)
			}
			defer end()
		}
		a := r.Get("/export/h5", "Accept-Language", "es")
		servertest.Same(t, "status", a.Status, http.StatusServiceUnavailable)
		servertest.Same(t, "again", a.Header.Get("Retry-After"), "30")
		servertest.Has(t, a.Body, web.ES.T("http.busy"))
	})
	servertest.Same(t, "afterwards", r.Get("/export/h5").Status, http.StatusOK)
}

// TestOneCopyForAll has many readers of few models.
func TestOneCopyForAll(t *testing.T) {
	s := training.Defaults() // a model of 10.8 MB
	var loads, failures atomic.Int32
	failures.Store(1)
	d := newDownloads(downloadLimits{Bytes: 25 << 20, Wait: 50 * time.Millisecond}, func(ctx context.Context, run string) (*nn.Params, checkpoint.Meta, error) {
		loads.Add(1)
		if failures.Add(-1) >= 0 {
			return nil, checkpoint.Meta{}, context.DeadlineExceeded
		}
		return &nn.Params{}, checkpoint.Meta{Corpus: run}, nil
	})
	key := func(run string) copyKey { return copyKey{run: run} }
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []func()
	failed := 0
	for range 20 {
		wg.Go(func() {
			_, m, done, err := d.weights(t.Context(), key("a"), s)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
				return
			}
			servertest.Same(t, "run", m.Corpus, "a")
			all = append(all, done)
		})
	}
	wg.Wait()
	servertest.Same(t, "loads", loads.Load(), int32(2)) // the first of them failed, for the one who loaded
	servertest.Same(t, "failed", failed, 1)
	_, _, done, err := d.weights(t.Context(), key("b"), s)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = d.weights(t.Context(), key("c"), s)
	servertest.Same(t, "a third model", codeOf(err), codeBusy)
	done()
	_, _, done, err = d.weights(t.Context(), key("c"), s)
	if err != nil {
		t.Fatal(err)
	}
	done()
	for _, f := range all {
		f()
	}
	if _, copies, bytes := d.count(); copies != 0 || bytes != 0 {
		t.Errorf("%d copies, %d bytes are left", copies, bytes)
	}
	_, _, done, err = d.weights(t.Context(), key("larger than all that may be"), func() training.Settings { s.NumWords = 88_000; return s }())
	if err != nil {
		t.Fatal(err)
	}
	done()
}
