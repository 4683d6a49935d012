package e2e

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"cuaderno/training/fit"
)

// A worker on a machine without the reviews, and without internet, gets them from the server's store,
// and trains to the bits of a machine that has them.
func TestWorkerFetchesTheReviews(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	data := realData(t)
	addr := freeAddress(t)
	url := "nats://" + addr
	jetstream(t, nats(t, addr), url)
	front := start(t, t.TempDir(), freeAddress(t), "--nats", url, "--trainings", "0", "--data", data)
	settings := small(1, 2)
	settings.Maxlen, settings.Units, settings.EmbeddingDim, settings.BatchSize = 10, 16, 16, 128
	worker := launch(t, "worker", "worker", "--nats", url, "--name", "attic")
	r := newReader(t)
	r.fits(front.url, settings)
	front.until(func() bool { return r.state(front.url, "data-state") == fit.Finished })
	s := look(t, url)
	auditRun(t, s, s.List()[0].Job.ID, undisturbed(t, settings, "--data", data))
	worker.end()
	if said := worker.log.String(); !strings.Contains(said, "data set fetched") {
		t.Errorf("the worker said %s", said)
	}
	waitUntil(t, time.Second, "the run to have been the worker's", func() bool { return s.List()[0].Worker == "attic" })
}
