//go:build unix

package outfile

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"cuaderno/server/servertest"
)

// word is what the tests write.
func word(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }

func TestOutfile(t *testing.T) {
	write := func(name string, replace bool) error {
		o, err := New(name, replace)
		if err != nil {
			return err
		}
		return o.Write(word)
	}
	t.Run("keeps the mode of what it replaces", func(t *testing.T) {
		t.Chdir(t.TempDir())
		servertest.WriteFile(t, "mine", "old", 0o604)
		servertest.Same(t, "error", write("mine", true), nil)
		servertest.Same(t, "text", servertest.ReadFile(t, "mine"), "new")
		servertest.Same(t, "mode", servertest.ModeOf(t, "mine"), fs.FileMode(0o604))
	})
	t.Run("gives a new file the rights of any other", func(t *testing.T) {
		t.Chdir(t.TempDir())
		defer syscall.Umask(syscall.Umask(0o027))
		servertest.Same(t, "error", write("mine", false), nil)
		servertest.Same(t, "mode", servertest.ModeOf(t, "mine"), fs.FileMode(0o640))
	})
	t.Run("writes through links", func(t *testing.T) {
		t.Chdir(t.TempDir())
		for _, dir := range []string{"there", "links"} {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		servertest.WriteFile(t, "there/mine", "old", 0o600)
		for link, target := range map[string]string{"links/one": "two", "links/two": "../there/mine", "links/new": "../there/new", "links/round": "round"} {
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
		}
		servertest.Same(t, "kept", errors.Is(write("links/one", false), ErrOccupied), true)
		servertest.Same(t, "error", write("links/one", true), nil)
		servertest.Same(t, "text", servertest.ReadFile(t, "there/mine"), "new")
		servertest.Same(t, "link", servertest.ModeOf(t, "links/one").Type(), fs.ModeSymlink)
		servertest.Same(t, "error of one that leads to nothing yet", write("links/new", false), nil)
		servertest.Same(t, "text", servertest.ReadFile(t, "there/new"), "new")
		if err := write("links/round", true); err == nil || !strings.Contains(err.Error(), "circle") {
			t.Errorf("a circle: %v", err)
		}
	})
	t.Run("refuses what is no file", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if err := errors.Join(syscall.Mkfifo("fifo", 0o600), os.Mkdir("dir", 0o700), os.Symlink(os.DevNull, "link")); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", "socket")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for name, want := range map[string]string{
			"fifo": "no file", "socket": "no file", "link": "no file", os.DevNull: "no file", "dir": "is a directory", "dir/": "name is missing",
			"none/x": "no directory", "": "name is missing",
		} {
			before := servertest.KindOf(name)
			if err := write(name, true); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", name, err)
			}
			servertest.Same(t, "kind of "+name, servertest.KindOf(name), before)
		}
	})
	t.Run("replaces nothing that comes between", func(t *testing.T) {
		t.Chdir(t.TempDir())
		o, err := New("mine", false)
		servertest.Same(t, "error", err, nil)
		servertest.WriteFile(t, "mine", "somebody's", 0o600)
		servertest.Same(t, "occupied", errors.Is(o.Write(word), ErrOccupied), true)
		servertest.Same(t, "text", servertest.ReadFile(t, "mine"), "somebody's")
	})
	t.Run("leaves all as it was when it fails", func(t *testing.T) {
		t.Chdir(t.TempDir())
		servertest.WriteFile(t, "mine", "old", 0o600)
		broken := errors.New("broken")
		for _, name := range []string{"mine", "new"} {
			o, err := New(name, true)
			servertest.Same(t, "error", err, nil)
			servertest.Same(t, "failed", errors.Is(o.Write(func(io.Writer) error { return broken }), broken), true)
		}
		entries, err := os.ReadDir(".")
		if err != nil || len(entries) != 1 || servertest.ReadFile(t, "mine") != "old" {
			t.Errorf("%v, %v", entries, err)
		}
	})
}
