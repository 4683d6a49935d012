package estimate

import (
	"errors"
	"testing"

	"cuaderno/server/memory"
	"cuaderno/server/servertest"
	"cuaderno/training"
)

// Peak resident set of whole training processes, practice corpus included, measured with time -f %M.
func TestFootprint(t *testing.T) {
	for _, c := range []struct{ batch, maxlen, units, embedding, megabytes int }{
		{256, 100, 128, 128, 279}, {1024, 100, 128, 128, 918}, {256, 400, 128, 128, 913}, {256, 100, 512, 128, 721}, {256, 100, 128, 512, 593},
	} {
		s := training.Defaults()
		s.BatchSize, s.Maxlen, s.Units, s.EmbeddingDim = c.batch, c.maxlen, c.units, c.embedding
		got := int(footprint(s) >> 20)
		if got < c.megabytes*8/10 || got > c.megabytes*13/10 {
			t.Errorf("%+v: %d MB", c, got)
		}
	}
}

func TestAffordable(t *testing.T) {
	s := training.Defaults()
	servertest.Same(t, "the lesson, with 1 GB", Affordable(s, 1<<30), nil)
	servertest.Same(t, "where nobody knows", Affordable(s, 0), nil)
	s.BatchSize, s.Maxlen, s.Units = 1024, 1000, 512
	servertest.Same(t, "the largest, with 16 GB", errors.Is(Affordable(s, 16<<30), ErrMemory), true)
	if memory.Available() < 0 {
		t.Error("less than nothing is free")
	}
}
