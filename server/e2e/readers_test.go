package e2e

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"cuaderno/training/fit"
)

// Two hundred pages watch one training: all hear of its end, and it takes hardly longer than with
// one. How much longer is printed, and not judged: the machine has others to serve.
func TestTwoHundredReaders(t *testing.T) {
	state, addr := t.TempDir(), freeAddress(t)
	server := start(t, state, addr)
	settings := small(2, 1)
	settings.Maxlen, settings.Units, settings.EmbeddingDim = 100, 128, 128
	const many = 200
	for round := range uint64(4) {
		settings.Seed = round
		r := newReader(t)
		r.page(server.url)
		pages := int64(1)
		if round%2 == 1 {
			pages = many
		}
		var heard, ends atomic.Int64
		for range pages {
			r.listen(server.url, func(data string) {
				heard.Add(1)
				if strings.Contains(data, `"data-state":"finished"`) || strings.Contains(data, `data-state=\"finished\"`) {
					ends.Add(1)
				}
			})
		}
		r.fits(server.url, settings)
		server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
		server.until(func() bool { return ends.Load() >= pages })
		t.Logf("%d pages heard %d messages", pages, heard.Load())
	}
	server.end()

	s := left(t, state)
	var millis [2][]float64
	for _, r := range s.List() {
		for _, e := range r.History {
			i := r.Job.Settings.Seed % 2
			millis[i] = append(millis[i], e.Seconds)
		}
	}
	one, all := slices.Min(millis[0]), slices.Min(millis[1])
	t.Logf("an epoch with one page %.3f s, with %d %.3f s: %+.1f%%", one, many, all, 100*(all/one-1))
}
