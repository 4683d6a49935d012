package store_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"cuaderno/server/store"
)

// What was overtaken, once or for ever, is tried again ever less often.
func TestRetryDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, began := 0, time.Now()
		err := store.Retry(t.Context(), func() error {
			if calls++; calls > 10_000 {
				return errors.New("it spins")
			}
			return store.ErrConflict
		})
		if !errors.Is(err, store.ErrConflict) || calls > 300 {
			t.Errorf("%d calls in %v: %v", calls, time.Since(began), err)
		}
		calls, began = 0, time.Now()
		err = store.Retry(t.Context(), func() error {
			if calls++; calls == 3 {
				return nil
			}
			return store.ErrConflict
		})
		if took := time.Since(began); err != nil || took > 100*time.Millisecond || took == 0 {
			t.Errorf("the third time after %v: %v", took, err)
		}
	})
}
