package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"cuaderno/server/licenses"
)

// licensesCmd tells under which licences the modules stand that the program is built from.
type licensesCmd struct {
	JSON bool   `env:"-" help:"One JSON object a line for each module."`
	Text bool   `help:"The texts themselves."`
	Save string `type:"path" placeholder:"DIR" help:"Write the texts into a directory; a program beside one called licenses reads them there."`
}

type licenseLine struct {
	Module   string   `json:"module"`
	Version  string   `json:"version"`
	Licenses []string `json:"licenses"` // SPDX
	Files    []string `json:"files"`
}

// Run implements kong's command.
func (c licensesCmd) Run(ctx context.Context, s streams) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program does not know what it is built from")
	}
	all, missing := findLicenses(info, licenseFinder(ctx))
	if c.Save != "" {
		if missing != nil {
			return missing
		}
		return licenses.Save(c.Save, all)
	}
	return errors.Join(c.print(s, all), missing)
}

func (c licensesCmd) print(s streams, all []licenses.License) error {
	switch {
	case c.JSON:
		out := json.NewEncoder(s.Out)
		for _, l := range all {
			line := licenseLine{Module: l.Module, Version: l.Version, Licenses: l.Kinds}
			for _, f := range l.Files {
				line.Files = append(line.Files, f.Name)
			}
			if err := out.Encode(line); err != nil {
				return err
			}
		}
		return nil
	case c.Text:
		for _, l := range all {
			for _, f := range l.Files {
				if _, err := fmt.Fprintf(s.Out, "%s %s, %s\n\n%s\n\n", l.Module, l.Version, f.Name, strings.TrimSpace(string(f.Text))); err != nil {
					return err
				}
			}
		}
		return nil
	}
	out := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	for _, l := range all {
		fmt.Fprintf(out, "%s\t%s\t%s\n", l.Module, l.Version, strings.Join(l.Kinds, ", "))
	}
	return out.Flush()
}

// findLicenses gives all modules, and an error if the texts of some are not there.
func findLicenses(info *debug.BuildInfo, f licenses.Finder) (all []licenses.License, err error) {
	missing := 0
	for _, m := range licenses.Of(info) {
		l, wrong := f.Find(m)
		if wrong != nil {
			missing++
			err = wrong
		}
		all = append(all, l)
	}
	if missing > 0 {
		err = fmt.Errorf("the texts of %d modules are not at hand (the last: %w); they lie below /licenses in the image, and where the go command keeps the sources", missing, err)
	}
	return all, err
}

// licenseFinder looks beside the program, and asks the go command, where there is one.
func licenseFinder(ctx context.Context) (f licenses.Finder) {
	if program, err := os.Executable(); err == nil {
		f.Saved = filepath.Join(filepath.Dir(program), "licenses")
	}
	if out, err := exec.CommandContext(ctx, "go", "env", "GOMODCACHE", "GOROOT").Output(); err == nil {
		if lines := strings.Split(string(out), "\n"); len(lines) >= 2 {
			f.Cache, f.Root = strings.TrimSpace(lines[0]), strings.TrimSpace(lines[1])
		}
	}
	return f
}
