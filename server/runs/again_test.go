package runs_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"cuaderno/server/runs"
)

// What was overtaken, once or for ever, is tried again ever less often.
func TestAgainDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, began := 0, time.Now()
		err := runs.Again(t.Context(), func() error {
			if calls++; calls > 10_000 {
				return errors.New("it spins")
			}
			return runs.ErrOutdated
		})
		if !errors.Is(err, runs.ErrOutdated) || calls > 300 {
			t.Errorf("%d calls in %v: %v", calls, time.Since(began), err)
		}
		calls, began = 0, time.Now()
		err = runs.Again(t.Context(), func() error {
			if calls++; calls == 3 {
				return nil
			}
			return runs.ErrOutdated
		})
		if took := time.Since(began); err != nil || took > 100*time.Millisecond || took == 0 {
			t.Errorf("the third time after %v: %v", took, err)
		}
	})
}
