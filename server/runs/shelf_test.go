package runs_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/server/store/storetest"
	"cuaderno/training/nn"
)

// crammed leaves so little room that no weights are written any more.
func crammed(t *testing.T, st *store.Store, dir string) (release func()) {
	t.Helper()
	return storetest.Crowd(t, dir, func() bool { return st.Room(0) != nil })
}

// What is learnt while the disk is full is there as if it were kept, and is kept when there is room.
func TestAFullDisk(t *testing.T) {
	dir := storetest.SmallDisk(t, "size=24m")
	if dir == "" {
		return
	}
	st, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	shut := func() {}
	defer func() { shut(); st.Close() }()
	s := serviceOn(t, st, runs.Limits{})
	shut = workerOn(t, s, "test", runs.Local(local))
	release := crammed(t, st, dir)
	id, err := s.Submit(t.Context(), real())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Await(t.Context(), id, 1); err != nil {
		t.Fatalf("the first epoch's weights: %v", err)
	}
	same(t, "lacks room after an epoch", s.Lacks(), true)
	lines, _ := tale(t, s, id, 0)
	same(t, "end", lines[len(lines)-1], "finished")
	result, err := s.Result(id)
	if err != nil || result.Err != nil || !result.Final || len(result.Epochs) != 4 {
		t.Fatalf("result %+v, %v", result, err)
	}
	used, _, err := s.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Weights(t.Context(), id, 1); err != nil {
		t.Errorf("an epoch's weights: %v", err)
	}
	release()
	within(t, func() bool { return !s.Lacks() })
	kept := serviceOn(t, st, runs.Limits{}) // has nothing in memory
	again, _, err := kept.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "weights", again.SHA256(), used.SHA256())
	for epoch := 1; epoch <= 4; epoch++ {
		if _, _, err := kept.Weights(t.Context(), id, epoch); err != nil {
			t.Errorf("epoch %d: %v", epoch, err)
		}
	}
}

// A process that ends while its disk is full takes weights with it, and the next one says so.
func TestAFullDiskUntilTheEnd(t *testing.T) {
	dir := storetest.SmallDisk(t, "size=24m")
	if dir == "" {
		return
	}
	at := store.Options{Dir: filepath.Join(dir, "store")}
	st, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	s, err := runs.Open(t.Context(), st, runs.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	stop := workerOn(t, s, "test", runs.Local(local))
	crammed(t, st, dir)
	id, err := s.Submit(t.Context(), real())
	if err != nil {
		t.Fatal(err)
	}
	tale(t, s, id, 0)
	stop()
	s.Close()
	st.Close()

	if st, err = store.Open(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s = serviceOn(t, st, runs.Limits{})
	result, err := s.Result(id)
	if err != nil || result.Final || len(result.Epochs) > 0 {
		t.Errorf("result %+v, %v", result, err)
	}
	if _, _, err := s.Weights(t.Context(), id, 0); !errors.Is(err, runs.ErrReleased) {
		t.Errorf("weights: %v", err)
	}
	same(t, "lacks room", s.Lacks(), false)
}

// What waits in memory is bounded: the oldest epochs go, what a run ends with stays.
func TestTheShelfIsBounded(t *testing.T) {
	dir := storetest.SmallDisk(t, "size=24m")
	if dir == "" {
		return
	}
	st, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	shut := func() {}
	defer func() { shut(); st.Close() }()
	weights := int64(0)
	spec := nn.SpecOf(real().Settings)
	for _, of := range nn.NewParams(spec).All(spec) {
		weights += 4 * int64(len(of.Data))
	}
	s := serviceOn(t, st, runs.Limits{Shelf: 2 * weights})
	shut = workerOn(t, s, "test", runs.Local(local))
	crammed(t, st, dir)
	first, err := s.Submit(t.Context(), real())
	if err != nil {
		t.Fatal(err)
	}
	tale(t, s, first, 0)
	result, err := s.Result(first)
	if err != nil || !result.Final {
		t.Fatalf("result %+v, %v", result, err)
	}
	same(t, "epochs", result.Epochs, []int{3, 4})
	if err := s.Await(t.Context(), first, 1); !errors.Is(err, runs.ErrReleased) {
		t.Errorf("the epoch that was given up: %v", err)
	}
	second, err := s.Submit(t.Context(), real())
	if err != nil {
		t.Fatal(err)
	}
	tale(t, s, second, 0)
	for _, id := range []string{first, second} {
		if _, _, err := s.Weights(t.Context(), id, 0); err != nil {
			t.Errorf("what a run ended with: %v", err)
		}
	}
}

func within(t *testing.T, f func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in time")
		}
	}
}
