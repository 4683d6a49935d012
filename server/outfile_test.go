//go:build unix

package main

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cuaderno/server/export"
	"cuaderno/server/runs"
	"cuaderno/server/servertest"
	"cuaderno/training/checkpoint"
)

func put(t *testing.T, name, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

func text(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func modeOf(t *testing.T, name string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

// word is what the tests write.
func word(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }

func TestOutfile(t *testing.T) {
	write := func(name string, replace bool) error {
		o, err := newOutfile(name, replace)
		if err != nil {
			return err
		}
		return o.write(word)
	}
	t.Run("keeps the mode of what it replaces", func(t *testing.T) {
		t.Chdir(t.TempDir())
		put(t, "mine", "old", 0o604)
		servertest.Same(t, "error", write("mine", true), nil)
		servertest.Same(t, "text", text(t, "mine"), "new")
		servertest.Same(t, "mode", modeOf(t, "mine"), fs.FileMode(0o604))
	})
	t.Run("gives a new file the rights of any other", func(t *testing.T) {
		t.Chdir(t.TempDir())
		defer syscall.Umask(syscall.Umask(0o027))
		servertest.Same(t, "error", write("mine", false), nil)
		servertest.Same(t, "mode", modeOf(t, "mine"), fs.FileMode(0o640))
	})
	t.Run("writes through links", func(t *testing.T) {
		t.Chdir(t.TempDir())
		for _, dir := range []string{"there", "links"} {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		put(t, "there/mine", "old", 0o600)
		for link, target := range map[string]string{"links/one": "two", "links/two": "../there/mine", "links/new": "../there/new", "links/round": "round"} {
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
		}
		servertest.Same(t, "kept", errors.Is(write("links/one", false), errOccupied), true)
		servertest.Same(t, "error", write("links/one", true), nil)
		servertest.Same(t, "text", text(t, "there/mine"), "new")
		servertest.Same(t, "link", modeOf(t, "links/one").Type(), fs.ModeSymlink)
		servertest.Same(t, "error of one that leads to nothing yet", write("links/new", false), nil)
		servertest.Same(t, "text", text(t, "there/new"), "new")
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
			before := kindOf(name)
			if err := write(name, true); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", name, err)
			}
			servertest.Same(t, "kind of "+name, kindOf(name), before)
		}
	})
	t.Run("replaces nothing that comes between", func(t *testing.T) {
		t.Chdir(t.TempDir())
		o, err := newOutfile("mine", false)
		servertest.Same(t, "error", err, nil)
		put(t, "mine", "somebody's", 0o600)
		servertest.Same(t, "occupied", errors.Is(o.write(word), errOccupied), true)
		servertest.Same(t, "text", text(t, "mine"), "somebody's")
	})
	t.Run("leaves all as it was when it fails", func(t *testing.T) {
		t.Chdir(t.TempDir())
		put(t, "mine", "old", 0o600)
		broken := errors.New("broken")
		for _, name := range []string{"mine", "new"} {
			o, err := newOutfile(name, true)
			servertest.Same(t, "error", err, nil)
			servertest.Same(t, "failed", errors.Is(o.write(func(io.Writer) error { return broken }), broken), true)
		}
		entries, err := os.ReadDir(".")
		if err != nil || len(entries) != 1 || text(t, "mine") != "old" {
			t.Errorf("%v, %v", entries, err)
		}
	})
}

func kindOf(name string) fs.FileMode {
	info, err := os.Lstat(name)
	if err != nil {
		return 0
	}
	return info.Mode()
}

// train --save: what the name says, nothing replaced without leave, and no training for nothing.
func TestSave(t *testing.T) {
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	if err := errors.Join(os.Mkdir("dir.onnx", 0o700), os.Symlink(os.DevNull, "null.onnx")); err != nil {
		t.Fatal(err)
	}
	put(t, "mine.safetensors", "precious", 0o600)
	put(t, "thesis.txt", "precious", 0o600)
	t.Run("says no before training", func(t *testing.T) {
		for name, want := range map[string]string{
			"mine.safetensors": "--force", "thesis.txt": ".safetensors", "m": ".onnx", "m.h5": ".weights.h5", "m.json": "export", "-": "--save",
			"none/m.onnx": "no directory", "dir.onnx": "directory", "null.onnx": "no file", "dir.onnx/": "--save",
		} {
			out, errs, err := x.run(t.Context(), "", train("--epochs=1", "--save", name)...)
			if exitCode(err) == 0 || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: exit code %d, %v", name, exitCode(err), err)
			}
			if out != "" || errs != "" {
				t.Errorf("%s: it began: %s%s", name, out, errs)
			}
		}
		servertest.Same(t, "what was there", text(t, "mine.safetensors")+text(t, "thesis.txt"), "preciousprecious")
	})
	t.Run("writes what the name says", func(t *testing.T) {
		x.ok("", train("--epochs=1", "--force", "--save=mine.safetensors")...)
		x.ok("", train("--epochs=1", "--save=mine.weights.h5")...)
		x.ok("", train("--epochs=1", "--save=mine.onnx")...)
		f, err := os.Open("mine.safetensors")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, _, err := checkpoint.Load(f); err != nil {
			t.Error(err)
		}
		servertest.Has(t, text(t, "mine.weights.h5")[:8], "\x89HDF")
		servertest.Has(t, x.ok("", "import", "mine.weights.h5"), "Kept as run")
		servertest.Has(t, text(t, "mine.onnx")[:200], "cuaderno")
	})
	t.Run("is written though the run cannot be kept", func(t *testing.T) {
		_, meta, params, err := shelf{dir: filepath.Join(x.state, "runs")}.get(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		c := trainCmd{Save: "elsewhere.safetensors"}
		save, err := c.saveTo()
		servertest.Same(t, "error", err, nil)
		gone := shelf{dir: filepath.Join(t.TempDir(), "gone")}
		err = c.keep(streams{Err: io.Discard}, gone, save, task{job: runs.Job{ID: "x", Settings: meta.Settings}, corpus: servertest.PracticeCorpus()}, record{}, params)
		servertest.Same(t, "is an error", err != nil, true)
		f, err := os.Open("elsewhere.safetensors")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, _, err := checkpoint.Load(f); err != nil {
			t.Error(err)
		}
	})
}

// The other commands that write files keep the same rules.
func TestExportNames(t *testing.T) {
	x, run := trained(t)
	t.Run("the format follows the name", func(t *testing.T) {
		servertest.Has(t, x.ok("", "export", "-o", "m.onnx", "--json"), `"format":"onnx"`)
		servertest.Has(t, x.ok("", "export", "-o", "m.ipynb", "--json"), `"format":"ipynb"`)
		servertest.Has(t, x.ok("", "export", "-o", "any.name", "--format=safetensors", "--json"), `"format":"safetensors"`)
		for name, args := range map[string][]string{
			"stands for onnx": {"-o", "m2.onnx", "--format=h5"}, "--format": {"-o", "m.bin"}, ".weights.h5": {"-o", "m.keras"},
		} {
			_, _, err := x.run(t.Context(), "", append([]string{"export"}, args...)...)
			if exitCode(err) != 2 || !strings.Contains(err.Error(), name) {
				t.Errorf("%v: %v", args, err)
			}
		}
	})
	t.Run("a vocabulary that is there is not replaced", func(t *testing.T) {
		words := export.FileName(export.JSON, run)
		x.ok("", "export", "-o", "a.onnx")
		x.ok("", "export", "-o", "b.onnx") // the same words
		put(t, words, "somebody's", 0o600)
		_, _, err := x.run(t.Context(), "", "export", "-o", "c.onnx")
		servertest.Same(t, "occupied", errors.Is(err, errOccupied), true)
		servertest.Same(t, "text", text(t, words), "somebody's")
		servertest.Same(t, "nothing half done", kindOf("c.onnx"), fs.FileMode(0))
		x.ok("", "export", "-o", "c.onnx", "-f")
	})
	t.Run("reviews are CSV", func(t *testing.T) {
		put(t, "in.txt", "fine\n", 0o600)
		for want, args := range map[string][]string{
			".csv": {"--in=in.txt", "-o", "out.xlsx"}, "--in": {"fine", "-o", "out.csv"},
		} {
			_, _, err := x.run(t.Context(), "", append([]string{"classify"}, args...)...)
			if exitCode(err) != 2 || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %v", args, err)
			}
		}
		if err := os.Symlink(filepath.Join(t.TempDir(), "far.csv"), "link.csv"); err != nil {
			t.Fatal(err)
		}
		x.ok("", "classify", "--in=in.txt", "-o", "link.csv")
		servertest.Same(t, "link", modeOf(t, "link.csv").Type(), fs.ModeSymlink)
		servertest.Has(t, text(t, "link.csv"), "fine")
		servertest.Has(t, x.ok("", "classify", "--in=in.txt", "-o", "-"), "fine")
	})
}
