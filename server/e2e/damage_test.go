package e2e

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/training/fit"
)

// A server starts on a state directory of which any one file is damaged: its pages are there, nothing works
// for ever, and what is gone is said.
func TestDamagedState(t *testing.T) {
	state := t.TempDir()
	server := start(t, state, freeAddress(t), "--offline")
	r := newReader(t)
	r.fits(server.url, small(1, 1))
	server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
	r.post(server.url, "/cells/classify/fields", url.Values{"review": {"Written before."}})
	server.until(func() bool { s, err := r.look(server.url); return err == nil && len(s.busy()) == 0 })
	server.end()

	var files []string
	err := filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && d.Name() != "lock" {
			rel, _ := filepath.Rel(state, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil || len(files) < 10 {
		t.Fatalf("%v in %v", err, files)
	}
	spoils := map[string]func(path string, data []byte) error{
		"garbled": func(path string, data []byte) error {
			return os.WriteFile(path, bytes.Repeat([]byte("garbage!"), len(data)/8+1), 0o600)
		},
		"cut":     func(path string, data []byte) error { return os.WriteFile(path, data[:len(data)/2], 0o600) },
		"removed": func(path string, _ []byte) error { return os.Remove(path) },
	}
	number, every := 0, 25
	if os.Getenv("CUADERNO_CI") != "" {
		every = 3
	}
	for _, file := range files {
		for name, spoil := range spoils {
			if number++; number%every != 0 {
				continue
			}
			t.Run(strings.ReplaceAll(file, string(filepath.Separator), " ")+" "+name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(state)); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, file)
				data, err := os.ReadFile(path)
				if err == nil {
					err = spoil(path, data)
				}
				if err != nil {
					t.Fatal(err)
				}
				server := start(t, dir, freeAddress(t), "--offline")
				server.settles(t, r)
			})
		}
	}
}

// settles waits until the reader's page is there and nothing works on it. What is not on it any more is said.
func (p *process) settles(t *testing.T, of *reader) {
	t.Helper()
	r := &reader{t, of.client}
	p.until(func() bool {
		s, err := r.look(p.url)
		return err == nil && len(s.busy()) == 0
	})
	s, err := r.look(p.url)
	if err != nil {
		t.Fatal(err)
	}
	status, _, err := r.export(p.url, "safetensors", "")
	switch whole := s.state == fit.Finished && s.fields["review"] == "Written before."; {
	// A run whose record is an older one may be at work again.
	case err != nil || status != http.StatusOK && status != http.StatusNotFound && status != http.StatusConflict:
		t.Errorf("weights answer %d (%v)", status, err)
	case whole && status == http.StatusNotFound && !strings.Contains(r.page(p.url), `data-weights="gone"`):
		t.Error("the weights are gone, and the page does not say so")
	case !whole && s.notice != "damaged":
		t.Errorf("the training is %q, the review %q, the notice %q", s.state, s.fields["review"], s.notice)
	}
	if strings.Contains(p.log.String(), "panic") {
		t.Error("something panicked")
	}
}
