package imdbtest_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"cuaderno/training/imdb/imdbtest"
)

// spy stands for a test that skips or fails.
type spy struct {
	testing.TB
	skipped, failed bool
}

func (s *spy) Helper()               {}
func (s *spy) Skip(...any)           { s.skipped = true; runtime.Goexit() }
func (s *spy) Fatal(...any)          { s.failed = true; runtime.Goexit() }
func (s *spy) Fatalf(string, ...any) { s.Fatal() }

func dir(s *spy) (found string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		found = imdbtest.Dir(s)
	}()
	<-done
	return found
}

func TestDir(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(here, "..", "..", "..")
	tests := map[string]struct {
		data, ci, want  string
		skipped, failed bool
	}{
		"absolute":       {filepath.Join(root, "x"), "", filepath.Join(root, "x"), false, false},
		"from the root":  {"x/y", "1", filepath.Join(root, "x", "y"), false, false},
		"above the root": {"../x", "", filepath.Join(root, "..", "x"), false, false},
		"unset":          {"", "", "", true, false},
		"unset in CI":    {"", "1", "", false, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CUADERNO_DATA", tt.data)
			t.Setenv("CUADERNO_CI", tt.ci)
			s := &spy{TB: t}
			if got := dir(s); got != tt.want || s.skipped != tt.skipped || s.failed != tt.failed {
				t.Errorf("directory %q, skipped %v, failed %v", got, s.skipped, s.failed)
			}
		})
	}
}
