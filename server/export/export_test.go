package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/server/export"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
	"cuaderno/web"
)

func small() export.Model {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Layer, s.Maxlen, s.Padding = 100, 5, 7, "gru", 9, "post"
	m := export.Model{
		Meta: checkpoint.Meta{
			Settings: s, Corpus: "imdb", CorpusSHA256: "ab", Epoch: 2,
			History: []fit.EpochDone{{Epoch: 1, Loss: 0.5, ValLoss: 0.4, Best: true}, {Epoch: 2, Loss: 0.25, ValLoss: 0.5}},
		},
		Params: nn.Init(nn.SpecOf(s), 3), Words: practice.New().Words,
	}
	m.Notebook = export.NotebookOf(web.EN, m.Meta, "w.weights.h5")
	return m
}

func bytesOf(t *testing.T, format string, m export.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := export.Write(&b, format, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is exported with its settings comes back with them.
func TestThereAndBack(t *testing.T) {
	m := small()
	for _, format := range []string{export.H5, export.Safetensors} {
		t.Run(format, func(t *testing.T) {
			data := bytesOf(t, format, m)
			got, err := export.Read(bytes.NewReader(data), int64(len(data)))
			if err != nil || !got.Prepared || !got.Computed || !got.Maxlen {
				t.Fatalf("%+v, %v", got, err)
			}
			if diff := cmp.Diff(m.Meta, got.Meta); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(m.Params, got.Params); diff != "" {
				t.Error(diff)
			}
		})
	}
	for name, data := range map[string][]byte{
		"an empty file": nil, "a text": []byte("weights of a model"), "ONNX": bytesOf(t, export.ONNX, m),
		"half an HDF5": bytesOf(t, export.H5, m)[:600], "half a safetensors": bytesOf(t, export.Safetensors, m)[:600],
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := export.Read(bytes.NewReader(data), int64(len(data))); err == nil || got.Params != nil || got.Prepared {
				t.Errorf("read: %+v, %v", got, err)
			}
		})
	}
}

func TestEveryFormatHasItsKind(t *testing.T) {
	suffixes := map[string]bool{}
	for _, format := range export.Formats {
		name := export.FileName(format, "r1")
		if !strings.HasPrefix(name, "cuaderno-r1.") || suffixes[name] {
			t.Errorf("%s: a file %s", format, name)
		}
		suffixes[name] = true
		if !strings.HasPrefix(export.ContentType(format), "application/") {
			t.Errorf("%s: content type %q", format, export.ContentType(format))
		}
		t.Run(format, func(t *testing.T) {
			if len(bytesOf(t, format, small())) < 100 {
				t.Error("nothing written")
			}
			if err := export.Write(&bytes.Buffer{}, format, export.Model{Meta: small().Meta}); err == nil || !strings.Contains(err.Error(), "needs") {
				t.Errorf("from nothing: %v", err)
			}
		})
	}
	if err := export.Write(&bytes.Buffer{}, "pdf", small()); !errors.Is(err, export.ErrFormat) {
		t.Errorf("pdf: %v", err)
	}
}

func TestWeightsThatAreNoNumbers(t *testing.T) {
	for _, format := range []string{export.H5, export.ONNX} {
		m := small()
		m.Params.Kernel[3] = float32(math.NaN())
		if err := export.Write(&bytes.Buffer{}, format, m); err == nil {
			t.Errorf("%s: written", format)
		}
	}
}

func TestNotebookOf(t *testing.T) {
	m := small()
	t.Run("a run on IMDB", func(t *testing.T) {
		text := string(bytesOf(t, export.IPYNB, m))
		for _, want := range []string{
			"layers.GRU(7", `model.load_weights(\"w.weights.h5\")`, "Epoch 2/15", "val_loss: 0.5000", "image/svg+xml", "Total params", "(None, 9, 5)",
		} {
			if want == "Total params" {
				want = web.EN.T("model.total")
			}
			if !strings.Contains(text, want) {
				t.Errorf("it lacks %s", want)
			}
		}
	})
	t.Run("a run on the practice reviews", func(t *testing.T) {
		m.Meta.Corpus = "practice"
		m.Notebook = export.NotebookOf(web.ES, m.Meta, "w.weights.h5")
		text := string(bytesOf(t, export.IPYNB, m))
		if strings.Contains(text, "load_weights") || !strings.Contains(text, "críticas de práctica") {
			t.Error("it offers weights for another vocabulary, or does not say what its results are of")
		}
	})
	var d struct {
		Metadata struct {
			Cuaderno struct{ Settings training.Settings }
		}
	}
	if err := json.Unmarshal(bytesOf(t, export.IPYNB, m), &d); err != nil || d.Metadata.Cuaderno.Settings != m.Meta.Settings {
		t.Errorf("settings %+v, %v", d.Metadata.Cuaderno.Settings, err)
	}
}
