// Package storetest gives tests a disk that can be full.
package storetest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// inside is set in the process that has a small disk of its own.
const inside = "CUADERNO_TEST_SMALL_DISK"

// SmallDisk runs the test in a process of its own where a directory is a small disk, and gives that.
func SmallDisk(t *testing.T, options string) (dir string) {
	t.Helper()
	if dir = os.Getenv(inside); dir != "" {
		return dir
	}
	dir = t.TempDir()
	c := exec.CommandContext(t.Context(), "unshare", "-rm", "sh", "-c", `mount -t tmpfs -o "$0" tmpfs "$1" || exit 77; exec "$2" -test.run "^$3\$" -test.v`,
		options, dir, os.Args[0], t.Name())
	c.Env = append(os.Environ(), inside+"="+dir)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 77 || errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "unshare failed") {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatalf("no leave to mount a small disk: %s", out)
		}
		t.Skipf("no leave to mount a small disk: %s", out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return ""
}

// Fill takes all the room that there is, and gives it back when it is called.
func Fill(t *testing.T, dir string) (release func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// Crowd takes room until there is little enough, and gives it back when it is called.
func Crowd(t *testing.T, dir string, enough func() bool) (release func()) {
	t.Helper()
	path := filepath.Join(dir, "crowd")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for !enough() {
		if _, err := f.Write(make([]byte, 16<<10)); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}
