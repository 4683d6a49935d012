// Package imdbtest gives tests the real data set, where there is one.
//
// CUADERNO_DATA names the directory of imdb.npz and imdb_word_index.json; a relative one counts from
// the repository's root. Without it the test is skipped, except with CUADERNO_CI=1, where it fails:
// there the known answers must not go unchecked.
package imdbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cuaderno/training/imdb"
)

// Dir is the directory of the real data set.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CUADERNO_DATA")
	if dir == "" {
		if os.Getenv("CUADERNO_CI") == "1" {
			t.Fatal("CUADERNO_CI=1 needs CUADERNO_DATA, the directory of the real data set")
		}
		t.Skip("needs the real data set: set CUADERNO_DATA to its directory")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root(t), dir)
	}
	return dir
}

// Corpus is the real data set, loaded once per process. Read only.
func Corpus(t testing.TB) *imdb.Corpus {
	t.Helper()
	dir := Dir(t)
	once.Do(func() { corpus, loadErr = imdb.Load(context.Background(), dir) })
	if loadErr != nil {
		t.Fatalf("CUADERNO_DATA: %v", loadErr)
	}
	return corpus
}

var (
	once    sync.Once
	corpus  *imdb.Corpus
	loadErr error
)

// root is the nearest directory above the test's with a go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test: CUADERNO_DATA must be an absolute path")
		}
		dir = up
	}
}
