// Package licenses finds the licences of the modules that a program is built from.
package licenses

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/google/licensecheck"
	"golang.org/x/mod/module"
)

// License is what one module may be used under.
type License struct {
	Module  string // its path; "std" for Go's own library
	Version string
	Kinds   []string // SPDX identifiers of what its texts are; a text that is known to nobody has none
	Files   []File
}

// File is a text that comes with a module.
type File struct {
	Name string
	Text []byte
}

// Of lists the modules that a build has linked, by their paths, Go's library first. The program itself is not among
// them.
func Of(info *debug.BuildInfo) []module.Version {
	all := []module.Version{{Path: "std", Version: info.GoVersion}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		all = append(all, module.Version{Path: m.Path, Version: m.Version})
	}
	slices.SortFunc(all[1:], func(a, b module.Version) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// Finder looks for the texts: in Saved, which Save has written, or else where the go command keeps the sources.
type Finder struct {
	Saved string
	Cache string // GOMODCACHE
	Root  string // GOROOT
}

// Find gives a module's licence. A module without a text is an error: it may not be passed on.
func (f Finder) Find(m module.Version) (License, error) {
	l := License{Module: m.Path, Version: m.Version}
	for _, dir := range f.places(m) {
		files, err := texts(dir)
		if err != nil {
			return l, fmt.Errorf("licenses: %s: %w", m, err)
		}
		if len(files) > 0 {
			l.Files = files
			l.Kinds = kinds(files)
			return l, nil
		}
	}
	return l, fmt.Errorf("licenses: no licence of %s %s is at hand", m.Path, m.Version)
}

func (f Finder) places(m module.Version) (dirs []string) {
	if f.Saved != "" {
		dirs = append(dirs, saved(f.Saved, m))
	}
	if m.Path == "std" {
		if f.Root != "" {
			dirs = append(dirs, f.Root)
		}
		return dirs
	}
	path, err := module.EscapePath(m.Path)
	if err != nil || f.Cache == "" {
		return dirs
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return dirs
	}
	return append(dirs, filepath.Join(f.Cache, filepath.FromSlash(path)+"@"+version))
}

func saved(dir string, m module.Version) string {
	return filepath.Join(dir, filepath.FromSlash(m.Path)+"@"+m.Version)
}

// named are the files that are texts of a licence, or belong to one.
var named = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents)([-._].*)?$`)

func texts(dir string) (files []File, err error) {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !named.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, File{e.Name(), text})
	}
	return files, nil
}

func kinds(files []File) (ids []string) {
	for _, f := range files {
		for _, m := range licensecheck.Scan(f.Text).Match {
			if !m.IsURL && !slices.Contains(ids, m.ID) {
				ids = append(ids, m.ID)
			}
		}
	}
	return ids
}

// Save writes the texts into a directory, each module's into one of its own, where a Finder finds them.
func Save(dir string, all []License) error {
	for _, l := range all {
		to := saved(dir, module.Version{Path: l.Module, Version: l.Version})
		if err := os.MkdirAll(to, 0o755); err != nil {
			return fmt.Errorf("licenses: %w", err)
		}
		for _, f := range l.Files {
			if err := os.WriteFile(filepath.Join(to, f.Name), f.Text, fs.FileMode(0o644)); err != nil {
				return fmt.Errorf("licenses: %w", err)
			}
		}
	}
	return nil
}
