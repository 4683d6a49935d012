package keras_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"cuaderno/training/checkpoint/keras"
)

// repacked is the archive of the LSTM with one file in another form, or without it.
func repacked(t *testing.T, name string, change func(string) string) []byte {
	t.Helper()
	data := file(t, "lstm.keras")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			changed := change(string(text))
			if changed == string(text) {
				t.Fatalf("%s is as it was", name)
			}
			if changed == "" {
				continue
			}
			text = []byte(changed)
		}
		out, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What a configuration may say, TestConfigurations tells.
func TestArchivesOfOtherModels(t *testing.T) {
	swap := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	for name, c := range map[string]struct {
		file   string
		change func(string) string
		want   string
	}{
		"no JSON":         {"config.json", swap("{", ""), "its configuration"},
		"a long one":      {"config.json", func(s string) string { return s + strings.Repeat(" ", 1<<20) }, "more than"},
		"no description":  {"config.json", func(string) string { return "" }, "config.json"},
		"no weights":      {"model.weights.h5", func(string) string { return "" }, "model.weights.h5"},
		"other weights":   {"model.weights.h5", func(string) string { return "weights" }, "HDF5"},
		"any number read": {"config.json", swap(`"batch_shape": [null, 12]`, `"batch_shape": [null, null]`), ""},
		"another cell":    {"config.json", swap(`"activation": "tanh"`, `"activation": "relu"`), `activation="relu"`},
	} {
		t.Run(name, func(t *testing.T) {
			data := repacked(t, c.file, c.change)
			m, err := keras.ReadArchive(bytes.NewReader(data), int64(len(data)))
			switch {
			case c.want == "" && (err != nil || m.Maxlen != 0 || m.Params == nil):
				t.Errorf("%+v, %v", m, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	t.Run("no archive", func(t *testing.T) {
		if _, err := keras.ReadArchive(strings.NewReader("PK\x03\x04"), 4); !errors.Is(err, keras.ErrModel) || !strings.Contains(err.Error(), "cut off") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v", err)
		}
	})
}
