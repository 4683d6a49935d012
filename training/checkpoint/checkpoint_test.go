package checkpoint_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

func small(layer string) checkpoint.Meta {
	s := training.Defaults()
	s.NumWords, s.EmbeddingDim, s.Units, s.Layer = 100, 5, 7, layer
	return checkpoint.Meta{
		Settings: s, Corpus: "practice", CorpusSHA256: "ab", Epoch: 2,
		History: []fit.EpochDone{{Epoch: 1, Loss: 0.5}, {Epoch: 2, Loss: 0.25, Best: true}},
		Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func written(t *testing.T, m checkpoint.Meta) ([]byte, *nn.Params) {
	t.Helper()
	p := nn.Init(nn.SpecOf(m.Settings), 3)
	var b bytes.Buffer
	if err := checkpoint.Save(&b, m, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), p
}

func TestLoadGivesWhatWasSaved(t *testing.T) {
	for _, layer := range []string{"lstm", "gru", "simple_rnn"} {
		t.Run(layer, func(t *testing.T) {
			m := small(layer)
			data, p := written(t, m)
			got, q, err := checkpoint.Load(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(p, q); diff != "" {
				t.Error(diff)
			}
			alone, err := checkpoint.ReadMeta(bytes.NewReader(data[:len(data)-4]))
			if diff := cmp.Diff(m, alone); diff != "" || err != nil {
				t.Error(err, diff)
			}
		})
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	data, _ := written(t, small("lstm"))
	for n := range len(data) {
		if _, _, err := checkpoint.Load(bytes.NewReader(data[:n])); !errors.Is(err, checkpoint.ErrFormat) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(data), err)
		}
	}
	header := func(text string) []byte {
		return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"more behind":   {append(bytes.Clone(data), 0), "more after the last tensor"},
		"huge header":   {binary.LittleEndian.AppendUint64(nil, 1<<60), "a header of"},
		"no JSON":       {header("nonsense"), "the header"},
		"other type":    {header(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`), "only F32"},
		"false size":    {header(`{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}`), "lies at"},
		"negative":      {header(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}`), "shape"},
		"overflow":      {header(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`), "a"},
		"overlap":       {append(header(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`), make([]byte, 6)...), "begins at"},
		"gap":           {header(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`), "begins at"},
		"claims 4 GB":   {header(`{"a":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}}`), "cut off"},
		"another model": {header(`{"__metadata__":{"cuaderno":"{}"}}`), "settings"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := checkpoint.Load(bytes.NewReader(c.data))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestNaNWeightsAreRefused(t *testing.T) {
	data, _ := written(t, small("gru"))
	copy(data[len(data)-4:], []byte{0, 0, 0xc0, 0x7f})
	if _, _, err := checkpoint.Load(bytes.NewReader(data)); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("a NaN was read: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	m := small("lstm")
	m.Settings.EmbeddingDim, m.Settings.Units = 1, 1
	var b bytes.Buffer
	if err := checkpoint.Save(&b, m, nn.Init(nn.SpecOf(m.Settings), 1)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, p, err := checkpoint.Load(bytes.NewReader(data)); err == nil && p == nil {
			t.Error("neither weights nor an error")
		}
	})
}
