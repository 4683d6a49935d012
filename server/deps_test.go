package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestDependenciesPointOneWay keeps the rooms apart: training knows no server and no page, web does
// no input or output, and the notebook's state machine knows neither page nor network.
func TestDependenciesPointOneWay(t *testing.T) {
	for dir, forbidden := range map[string][]string{
		"../training": {"cuaderno/server", "cuaderno/web", "cuaderno/static", "net/http/httptest", "github.com/labstack"},
		"../web":      {"cuaderno/server", "net", "os", "github.com/labstack", "cuaderno/training/imdb", "cuaderno/training/fit"},
		"../static":   {"cuaderno/"},
		"notebook":    {"cuaderno/web", "cuaderno/server", "net", "os", "io", "log"},
		"runs":        {"cuaderno/web", "cuaderno/server/notebook", "net", "os"},
		"store":       {"cuaderno/", "net/http"},
		"lru":         {"cuaderno/"},
		"memory":      {"cuaderno/"},
		"outfile":     {"cuaderno/"},
		"datasets":    below("runs", "runfiles", "estimate", "models", "execute", "present", "session", "site", "notebook"),
		"models":      below("runfiles", "estimate", "execute", "present", "session", "site", "notebook"),
		"estimate":    below("runfiles", "models", "execute", "present", "session", "site", "notebook"),
		"runfiles":    below("estimate", "models", "datasets", "execute", "present", "session", "site", "notebook"),
		"execute":     {"cuaderno/server/runfiles", "cuaderno/server/present", "cuaderno/server/session", "cuaderno/server/site", "net", "github.com/labstack"},
		"present":     {"cuaderno/server/runfiles", "cuaderno/server/execute", "cuaderno/server/session", "cuaderno/server/site", "cuaderno/server/runs", "cuaderno/server/store", "net/http", "os", "github.com/labstack"},
		"session":     {"cuaderno/server/runfiles", "cuaderno/server/site", "net/http", "github.com/labstack", "github.com/gorilla/websocket"},
	} {
		files := 0
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, i := range f.Imports {
				name, err := strconv.Unquote(i.Path.Value)
				if err != nil {
					return err
				}
				for _, bad := range forbidden {
					if name == bad || strings.HasPrefix(name, strings.TrimSuffix(bad, "/")+"/") {
						t.Errorf("%s imports %s", path, name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if files == 0 {
			t.Errorf("no files in %s", dir)
		}
	}
}

// below forbids the pages, requests, and rooms of the server that stand above or beside one.
func below(rooms ...string) []string {
	all := []string{"cuaderno/web", "github.com/labstack"}
	for _, room := range rooms {
		all = append(all, "cuaderno/server/"+room)
	}
	return all
}
