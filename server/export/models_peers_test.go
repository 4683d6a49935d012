package export_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/server/export"
)

// Whole models that Keras saves, in each of its formats, give Keras' probabilities here, or are refused
// by the name of what they compute otherwise.
func TestModelsOfKeras(t *testing.T) {
	python := env(t, "CUADERNO_PYTHON", "a Python with testdata/peers/requirements.txt")
	dir := t.TempDir()
	peer(t, python, filepath.Join("testdata", "peers", "models.py"), dir)
	text, err := os.ReadFile(filepath.Join(dir, "models.json"))
	if err != nil {
		t.Fatal(err)
	}
	var models []struct {
		Name          string
		Refused       string
		Rows          [][]int32
		Probabilities []float32
	}
	parse(t, text, &models)
	if len(models) == 0 {
		t.Fatal("no model")
	}
	for _, m := range models {
		for _, form := range []string{".h5", "-latest.h5", ".keras"} {
			t.Run(m.Name+form, func(t *testing.T) {
				data, err := os.ReadFile(filepath.Join(dir, m.Name+form))
				if err != nil {
					t.Fatal(err)
				}
				got, err := export.Read(bytes.NewReader(data), int64(len(data)))
				if m.Refused != "" {
					if err == nil || !strings.Contains(err.Error(), m.Refused) {
						t.Errorf("error %v, want one with %s", err, m.Refused)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if !got.Computed || got.Maxlen != (m.Name != "any_length") || got.Maxlen && got.Settings.Maxlen != len(m.Rows[0]) {
					t.Errorf("it computes: %v; maxlen %d is told: %v", got.Computed, got.Settings.Maxlen, got.Maxlen)
				}
				got.Settings.Maxlen = len(m.Rows[0])
				var probabilities []float64
				for _, p := range predict(t, got.Settings, got.Params, m.Rows) {
					probabilities = append(probabilities, float64(p))
				}
				compare(t, m.Name+form, probabilities, m.Probabilities)
				if cut := data[:len(data)-1]; form != ".keras" {
					if _, err := export.Read(bytes.NewReader(cut), int64(len(cut))); err == nil {
						t.Error("cut by one byte it is read")
					}
				}
			})
		}
	}
}
