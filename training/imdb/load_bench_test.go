package imdb_test

import (
	"context"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
)

// BenchmarkLoad reads both files from disk to the shuffled corpus. Besides the time it reports the
// MB of ids and words that stay, and the most that the heap held meanwhile.
// Targets: 0.8 s and 60 MB on two cores; a process that loads must stay below 1.2 s and 120 MB.
func BenchmarkLoad(b *testing.B) {
	dir := imdbtest.Dir(b)
	runtime.GC()
	before := heap()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			most = max(most, heap())
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	var corpus *imdb.Corpus
	for b.Loop() {
		corpus = nil
		runtime.GC()
		var err error
		if corpus, err = imdb.Load(context.Background(), dir); err != nil {
			b.Fatal(err)
		}
	}
	close(stop)
	most := <-peak
	runtime.GC()
	b.ReportMetric(float64(heap()-before)/1e6, "MB-kept")
	b.ReportMetric(float64(most-before)/1e6, "MB-peak")
	runtime.KeepAlive(corpus)
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// BenchmarkReadPickle reads 12 MB of words: what is left of loading without unpacking and disk.
func BenchmarkReadPickle(b *testing.B) {
	given := make([][]int, 20_000)
	for i := range given {
		given[i] = make([]int, 240)
		for j := range given[i] {
			given[i][j] = 1 + (i*j)%700
		}
	}
	raw := []byte(pickled(given))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if err := imdb.SkimPickle(raw, len(given)); err != nil {
			b.Fatal(err)
		}
	}
}
