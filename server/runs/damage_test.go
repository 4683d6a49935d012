package runs_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training/fit"
)

// TestDamagedFile damages one file of a store that has a finished, a stopped and an unfinished run: the
// next process starts, every run that it still knows of comes to its end, and so does whoever watches it.
func TestDamagedFile(t *testing.T) {
	whole := t.TempDir()
	ids := furnished(t, whole)
	var files []string
	err := filepath.WalkDir(filepath.Join(whole, "jetstream"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(whole, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{"garbled", "cut", "empty", "removed"}
	n := 0
	for _, file := range files {
		for _, kind := range kinds {
			if n++; os.Getenv("CUADERNO_CI") == "" && n%16 != 0 {
				continue
			}
			t.Run(kind+"/"+file, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				damage(t, filepath.Join(dir, file), kind)
				survives(t, dir, ids, 0)
			})
		}
	}
}

func damage(t *testing.T, path, kind string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch kind {
	case "garbled":
		for i := range data {
			data[i] ^= 0xa5
		}
	case "cut":
		data = data[:len(data)/2]
	case "empty":
		data = nil
	case "removed":
		err = os.Remove(path)
	}
	if kind != "removed" {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// furnished makes the runs, and leaves the last as a worker that was lost leaves it.
func furnished(t *testing.T, dir string) (ids []string) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s, err := runs.Open(t.Context(), st, runs.Limits{Every: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Work(ctx, runs.Worker{Name: "w", Slots: 1, Train: runs.Local(local)})
	}()
	submit := func() string {
		id, err := s.Submit(t.Context(), real())
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	finished := submit()
	for _, err := range s.Watch(t.Context(), finished, 0) {
		if err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	<-ended
	stopped, open := submit(), submit()
	if err := s.Stop(t.Context(), stopped); err != nil {
		t.Fatal(err)
	}
	return []string{finished, stopped, open}
}

func survives(t *testing.T, dir string, ids []string, after uint64) {
	begun := time.Now()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s, err := runs.Open(t.Context(), st, runs.Limits{Every: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("started after %v", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Work(ctx, runs.Worker{Name: "w", Slots: 1, Train: runs.Local(local)})
	}()
	defer func() { cancel(); <-ended }()
	for i, id := range ids {
		watching, enough := context.WithTimeout(t.Context(), 20*time.Second)
		last := ""
		for u, err := range s.Watch(watching, id, after) {
			if err != nil && !errors.Is(err, runs.ErrUnknown) {
				t.Errorf("watching run %d: %v", i, err)
			}
			if stopped, ok := u.Event.(fit.Stopped); ok {
				last = stopped.Reason
			}
		}
		enough()
		result, err := s.Result(id)
		if errors.Is(err, runs.ErrUnknown) {
			if len(st.Lost) == 0 {
				t.Errorf("run %d is gone, and nobody is told", i)
			}
			continue
		}
		if err != nil {
			t.Errorf("run %d: %v", i, err)
			continue
		}
		if last == "" {
			t.Errorf("run %d ended without a last word; lost %v", i, st.Lost)
		}
		if result.Final {
			if _, _, err := s.Weights(t.Context(), id, 0); err != nil {
				again, _ := s.Result(id)
				if !errors.Is(err, runs.ErrReleased) || again.Final {
					t.Errorf("run %d, whose weights cannot be read (%v), still counts on them: %v", i, err, again.Final)
				}
			}
		}
	}
	for _, lost := range st.Lost {
		aside, _ := filepath.Glob(filepath.Join(dir, "damaged-*"))
		if !strings.Contains(lost, " of ") && len(aside) == 0 { // else it was opened with what is left
			t.Errorf("%s was not set aside", lost)
		}
	}
}

// TestLostLog takes the whole log away, of runs of which a notebook has seen a part.
func TestLostLog(t *testing.T) {
	dir := t.TempDir()
	ids := furnished(t, dir)
	if err := os.RemoveAll(filepath.Join(dir, "jetstream", "jetstream", "$G", "streams", "CUADERNO_RUNS")); err != nil {
		t.Fatal(err)
	}
	survives(t, dir, ids, 1000)
}
