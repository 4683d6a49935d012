// Package servertest has what the tests of several packages of the server need.
package servertest

import (
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
)

// PracticeCorpus is made once: it is the same every time.
var PracticeCorpus = sync.OnceValue(practice.New)

// Offline finds nothing but the practice corpus.
func Offline(t testing.TB) imdb.Options {
	return imdb.Options{
		Home: t.TempDir(), Cache: t.TempDir(),
		Practice: func() *imdb.Corpus { c := *PracticeCorpus(); return &c },
	}
}

// Same compares two values of any kind.
func Same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Has looks for a part of a text.
func Has(t testing.TB, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%q is not in %.300q", part, text)
	}
}

// Settings gives the lesson's settings with some changed, such as "units=8 epochs=1".
func Settings(t testing.TB, fields string) training.Settings {
	t.Helper()
	s := training.Defaults()
	for _, text := range strings.Fields(fields) {
		name, value, _ := strings.Cut(text, "=")
		f, ok := training.FieldByName(name)
		if !ok {
			t.Fatalf("no field %s", name)
		}
		if err := f.Set(&s, value); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Equal compares two values.
func Equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

// Near compares two figures, to nine places.
func Near(t testing.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Abs(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Heap is how much memory is in use, once what is not has been freed.
func Heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Eventually waits for something that another goroutine does.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// Main runs a package's tests with logs discarded, and then looks for goroutines that they have left.
func Main(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	// nats.go starts this goroutine for every object put; where the object is so small that the put
	// ends before the goroutine has begun, it waits for ever on a channel that is nil by then.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/nats-io/nats.go/jetstream.(*jetStream).resetPendingAcksOnReconnect"))
}

// NotebookID is that of the notebook of a number.
func NotebookID(n int) string { return fmt.Sprintf("%032x", n) }

// SmallJudge is a network that nobody has trained, but whose words all say something.
func SmallJudge(s training.Settings) (*nn.Params, *fit.Predictor) {
	params := nn.Init(nn.SpecOf(s), 5)
	for i := range params.Embedding {
		params.Embedding[i] *= 20
	}
	return params, fit.NewPredictor(nn.SpecOf(s), params)
}
