package keras_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/checkpoint/keras"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

var layers = []string{"lstm", "gru", "simple_rnn"}

func read(t *testing.T, data []byte) (keras.Model, error) {
	t.Helper()
	return keras.Read(bytes.NewReader(data), int64(len(data)))
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Keras' own weights give Keras' own probabilities, in every form that they may be saved in.
func TestKerasProbabilities(t *testing.T) {
	for _, layer := range layers {
		var want struct {
			Rows          [][]int32
			Probabilities []float64
		}
		if err := json.Unmarshal(file(t, layer+".json"), &want); err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{".weights.h5", "-latest.h5", "-packed.h5", "-legacy.h5", ".keras"} {
			t.Run(layer+form, func(t *testing.T) {
				data := file(t, layer+form)
				m, err := read(t, data)
				if form == ".keras" {
					m, err = keras.ReadArchive(bytes.NewReader(data), int64(len(data)))
				}
				if err != nil {
					t.Fatal(err)
				}
				if m.Meta != nil || m.Layer != layer || m.NumWords != 100 || m.EmbeddingDim != 3 || m.Units != 4 {
					t.Errorf("%+v", m)
				}
				s := m.Settings(training.Defaults())
				if form == ".keras" && s.Maxlen != len(want.Rows[0]) {
					t.Errorf("maxlen %d", s.Maxlen)
				}
				s.Maxlen = len(want.Rows[0])
				got, err := fit.NewPredictor(nn.SpecOf(s), m.Params).Predict(t.Context(), want.Rows)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range got {
					if math.Abs(float64(p)-want.Probabilities[i]) > 1e-6 {
						t.Errorf("row %d: %v, Keras gives %v", i, p, want.Probabilities[i])
					}
				}
			})
		}
	}
}

func small(layer string) checkpoint.Meta {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Layer, s.Padding = 100, 5, 7, layer, "post"
	return checkpoint.Meta{
		Settings: s, Corpus: "practice", CorpusSHA256: "ab", Epoch: 2,
		History: []fit.EpochDone{{Epoch: 1, Loss: 0.5}, {Epoch: 2, Loss: 0.25, Best: true}},
		Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func written(t testing.TB, m checkpoint.Meta, p *nn.Params) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := keras.Write(&b, m, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadGivesWhatWasWritten(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			m := small(layer)
			p := nn.Init(nn.SpecOf(m.Settings), 3)
			got, err := read(t, written(t, m, p))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, got.Params); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(&m, got.Meta); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a history too long for the file", func(t *testing.T) {
		m := small("gru")
		m.History = make([]fit.EpochDone, 1000)
		got, err := read(t, written(t, m, nn.Init(nn.SpecOf(m.Settings), 3)))
		if err != nil || got.Meta == nil || got.Meta.History != nil || got.Meta.Settings != m.Settings {
			t.Errorf("%+v, %v", got.Meta, err)
		}
	})
	t.Run("weights that do not fit the settings", func(t *testing.T) {
		m := small("gru")
		p := nn.Init(nn.SpecOf(m.Settings), 3)
		m.Settings.Units++
		if err := keras.Write(&bytes.Buffer{}, m, p); err == nil {
			t.Error("written")
		}
	})
}

// vars is a layer as Keras 3 saves it, with zeros of the given shapes.
func vars(name string, shapes ...[]int) hdf5.Group {
	g := hdf5.Group{Name: "vars"}
	for i, s := range shapes {
		n := 1
		for _, d := range s {
			n *= d
		}
		g.Datasets = append(g.Datasets, hdf5.Dataset{Name: string(rune('0' + i)), Shape: s, Data: make([]float32, n)})
	}
	if name == "cell" {
		return hdf5.Group{Name: "rnn", Groups: []hdf5.Group{{Name: "cell", Groups: []hdf5.Group{g}}}}
	}
	return hdf5.Group{Name: name, Groups: []hdf5.Group{g}}
}

func TestOtherModelsAreRefused(t *testing.T) {
	embedding, dense := vars("embedding", []int{100, 3}), vars("dense", []int{4, 1}, []int{1})
	cell := vars("cell", []int{3, 16}, []int{4, 16}, []int{16})
	for name, c := range map[string]struct {
		layers []hdf5.Group
		want   string
	}{
		"the right one":     {[]hdf5.Group{embedding, cell, dense}, ""},
		"no recurrent":      {[]hdf5.Group{embedding, dense}, "there is no kernel"},
		"no embedding":      {[]hdf5.Group{cell, dense}, "there is no embedding"},
		"two dense":         {[]hdf5.Group{embedding, cell, dense, vars("dense_1", []int{1, 1}, []int{1})}, "two of the kind dense kernel"},
		"no biases":         {[]hdf5.Group{embedding, vars("cell", []int{3, 16}, []int{4, 16}), vars("dense", []int{4, 1})}, ""},
		"no bias of a GRU":  {[]hdf5.Group{embedding, vars("cell", []int{3, 12}, []int{4, 12}), dense}, "reset_after"},
		"pooling":           {[]hdf5.Group{embedding, cell, vars("global_max_pooling1d_1"), dense}, "global_max_pooling1d_1"},
		"masking":           {[]hdf5.Group{embedding, vars("masking"), cell, dense}, "masking"},
		"old GRU":           {[]hdf5.Group{embedding, vars("cell", []int{3, 12}, []int{4, 12}, []int{12}), dense}, "reset_after"},
		"two classes":       {[]hdf5.Group{embedding, cell, vars("dense", []int{4, 2}, []int{2})}, "dense kernel is of shape [4 2]"},
		"five gates":        {[]hdf5.Group{embedding, vars("cell", []int{3, 20}, []int{4, 20}, []int{20}), dense}, "recurrent kernel of shape"},
		"does not chain":    {[]hdf5.Group{vars("embedding", []int{100, 5}), cell, dense}, "kernel is of shape [3 16]"},
		"too few words":     {[]hdf5.Group{vars("embedding", []int{10, 3}), cell, dense}, "num_words"},
		"more variables":    {[]hdf5.Group{embedding, vars("cell", []int{3, 16}, []int{4, 16}, []int{16}, []int{4}), dense}, "no part of one"},
		"embedding in 3-D":  {[]hdf5.Group{vars("embedding", []int{100, 3, 1}), cell, dense}, "embedding [100 3 1]"},
		"nothing in it":     {nil, "there is no embedding"},
		"optimizer besides": {[]hdf5.Group{embedding, cell, dense, vars("optimizer", []int{4, 2}, []int{2})}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := hdf5.Write(&b, hdf5.Group{Groups: []hdf5.Group{{Name: "layers", Groups: c.layers}}}); err != nil {
				t.Fatal(err)
			}
			_, err := read(t, b.Bytes())
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	m := small("lstm")
	whole := written(t, m, nn.Init(nn.SpecOf(m.Settings), 3))
	for n := 0; n < len(whole); n += 61 {
		if _, err := read(t, whole[:n]); !errors.Is(err, hdf5.ErrFormat) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(whole), err)
		}
	}
	t.Run("a NaN", func(t *testing.T) {
		data := bytes.Clone(whole)
		copy(data[len(data)-4:], []byte{0, 0, 0xc0, 0x7f})
		if _, err := read(t, data); err == nil || !strings.Contains(err.Error(), "NaN") {
			t.Errorf("it was read: %v", err)
		}
	})
	t.Run("metadata of other weights", func(t *testing.T) {
		data := bytes.Replace(whole, []byte(`"units":7`), []byte(`"units":8`), 1)
		if got, err := read(t, data); err != nil || got.Meta != nil || got.Units != 7 {
			t.Errorf("%+v, %v", got.Meta, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, layer := range layers {
		for _, form := range []string{".weights.h5", "-latest.h5", "-packed.h5", "-legacy.h5"} {
			data, err := os.ReadFile(filepath.Join("testdata", layer+form))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := read(t, data)
		if err == nil && m.Params == nil {
			t.Error("neither weights nor an error")
		}
		if err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Error("an error without words")
		}
	})
}
