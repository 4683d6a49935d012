package models

import (
	"context"
	"errors"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training/imdb"
)

func TestBaselines(t *testing.T) {
	b, computed := NewBaselines(), 0
	b.compute = func(context.Context, *imdb.Corpus, int, func(done, of int)) (float64, error) {
		computed++
		return 0.5, nil
	}
	c := &imdb.Corpus{SHA256: "a"}
	for i := range knownBaselines + 10 {
		for range 2 {
			if a, err := b.Accuracy(t.Context(), c, i, nil); a != 0.5 || err != nil {
				t.Fatal(a, err)
			}
		}
	}
	servertest.Same(t, "computed", computed, knownBaselines+10)
	servertest.Same(t, "remembered", b.known.Len(), knownBaselines)
	t.Run("one is computed at a time", func(t *testing.T) {
		b.turn <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.Accuracy(ctx, c, -1, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
