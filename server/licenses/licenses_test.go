package licenses_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/module"

	"cuaderno/server/licenses"
)

const isc = `ISC License

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
`

func TestLicenses(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.99", Deps: []*debug.Module{
		{Path: "example.org/z", Version: "v1.0.0"},
		{Path: "example.org/Upper", Version: "v2.0.0"},
		{Path: "example.org/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/new", Version: "v3.0.0"}},
	}}
	modules := licenses.Of(info)
	want := []module.Version{
		{Path: "std", Version: "go1.99"}, {Path: "example.org/Upper", Version: "v2.0.0"},
		{Path: "example.org/new", Version: "v3.0.0"}, {Path: "example.org/z", Version: "v1.0.0"},
	}
	if diff := cmp.Diff(want, modules); diff != "" {
		t.Fatal(diff)
	}
	cache, root := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(root, "LICENSE"):                                    isc,
		filepath.Join(cache, "example.org", "!upper@v2.0.0", "COPYING"):   "Do as you please.",
		filepath.Join(cache, "example.org", "new@v3.0.0", "License.md"):   isc,
		filepath.Join(cache, "example.org", "new@v3.0.0", "NOTICE"):       "Made by many.",
		filepath.Join(cache, "example.org", "new@v3.0.0", "license.go"):   "package new",
		filepath.Join(cache, "example.org", "z@v1.0.0", "UNLICENSED.txt"): "No.",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := licenses.Finder{Cache: cache, Root: root}
	var all []licenses.License
	for _, m := range modules[:3] {
		l, err := f.Find(m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	if diff := cmp.Diff([]licenses.License{
		{Module: "std", Version: "go1.99", Kinds: []string{"ISC"}, Files: []licenses.File{{Name: "LICENSE", Text: []byte(isc)}}},
		{Module: "example.org/Upper", Version: "v2.0.0", Files: []licenses.File{{Name: "COPYING", Text: []byte("Do as you please.")}}},
		{Module: "example.org/new", Version: "v3.0.0", Kinds: []string{"ISC"}, Files: []licenses.File{
			{Name: "License.md", Text: []byte(isc)}, {Name: "NOTICE", Text: []byte("Made by many.")},
		}},
	}, all); diff != "" {
		t.Error(diff)
	}
	if _, err := f.Find(modules[3]); err == nil || !strings.Contains(err.Error(), "example.org/z v1.0.0") {
		t.Errorf("a module without a licence: %v", err)
	}
	t.Run("saved", func(t *testing.T) {
		dir := t.TempDir()
		if err := licenses.Save(dir, all); err != nil {
			t.Fatal(err)
		}
		for i, m := range modules[:3] {
			l, err := licenses.Finder{Saved: dir}.Find(m)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(all[i], l); diff != "" {
				t.Error(diff)
			}
		}
	})
}
