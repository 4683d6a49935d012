package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/server/export"
	"cuaderno/server/outfile"
	"cuaderno/server/runfiles"
	"cuaderno/server/runs"
	"cuaderno/server/servertest"
	"cuaderno/training/checkpoint"
)

// train --save: what the name says, nothing replaced without leave, and no training for nothing.
func TestSave(t *testing.T) {
	x := newTerminal(t)
	t.Chdir(t.TempDir())
	if err := errors.Join(os.Mkdir("dir.onnx", 0o700), os.Symlink(os.DevNull, "null.onnx")); err != nil {
		t.Fatal(err)
	}
	servertest.WriteFile(t, "mine.safetensors", "precious", 0o600)
	servertest.WriteFile(t, "thesis.txt", "precious", 0o600)
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
		servertest.Same(t, "what was there", servertest.ReadFile(t, "mine.safetensors")+servertest.ReadFile(t, "thesis.txt"), "preciousprecious")
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
		servertest.Has(t, servertest.ReadFile(t, "mine.weights.h5")[:8], "\x89HDF")
		servertest.Has(t, x.ok("", "import", "mine.weights.h5"), "Kept as run")
		servertest.Has(t, servertest.ReadFile(t, "mine.onnx")[:200], "cuaderno")
	})
	t.Run("is written though the run cannot be kept", func(t *testing.T) {
		_, meta, params, err := runfiles.Dir{Path: filepath.Join(x.state, "runs")}.Get(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		c := trainCmd{Save: "elsewhere.safetensors"}
		save, err := c.saveTo()
		servertest.Same(t, "error", err, nil)
		gone := runfiles.Dir{Path: filepath.Join(t.TempDir(), "gone")}
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
		servertest.WriteFile(t, words, "somebody's", 0o600)
		_, _, err := x.run(t.Context(), "", "export", "-o", "c.onnx")
		servertest.Same(t, "occupied", errors.Is(err, outfile.ErrOccupied), true)
		servertest.Same(t, "text", servertest.ReadFile(t, words), "somebody's")
		servertest.Same(t, "nothing half done", servertest.KindOf("c.onnx"), fs.FileMode(0))
		x.ok("", "export", "-o", "c.onnx", "-f")
	})
	t.Run("reviews are CSV", func(t *testing.T) {
		servertest.WriteFile(t, "in.txt", "fine\n", 0o600)
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
		servertest.Same(t, "link", servertest.ModeOf(t, "link.csv").Type(), fs.ModeSymlink)
		servertest.Has(t, servertest.ReadFile(t, "link.csv"), "fine")
		servertest.Has(t, x.ok("", "classify", "--in=in.txt", "-o", "-"), "fine")
	})
}
