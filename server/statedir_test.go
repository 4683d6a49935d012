package main

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"cuaderno/server/runfiles"
	"cuaderno/server/servertest"
)

func TestStateDir(t *testing.T) {
	home := func() (string, error) { return "/home/x", nil }
	config := func() (string, error) { return "/config", nil }
	none := func() (string, error) { return "", errors.New("no home") }
	env := func(v string) func(string) string { return func(string) string { return v } }
	dir, err := runfiles.DefaultStateDir(env("/var/state"), none, none)
	servertest.Same(t, "XDG", dir, "/var/state/cuaderno")
	servertest.Same(t, "error", err, nil)
	if runtime.GOOS == "linux" {
		dir, _ = runfiles.DefaultStateDir(env("relative"), home, config)
		servertest.Same(t, "home", dir, "/home/x/.local/state/cuaderno")
	}
	if _, err = runfiles.DefaultStateDir(env(""), none, none); err == nil || !strings.Contains(err.Error(), "--state") {
		t.Errorf("error %v", err)
	}
}
