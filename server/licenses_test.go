package main

import (
	"os/exec"
	"runtime/debug"
	"testing"
)

// What the program is built from may be passed on: each module has a licence, and a known one.
func TestLinkedModulesHaveLicenses(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command, which knows where the sources are")
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) < 30 {
		t.Fatalf("the test knows of %d modules", len(info.Deps))
	}
	all, err := findLicenses(info, licenseFinder(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if len(l.Kinds) == 0 {
			t.Errorf("%s %s: no text in it is of a known licence", l.Module, l.Version)
		}
	}
}
