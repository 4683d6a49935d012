package export_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cuaderno/server/export"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/imdbtest"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
	"cuaderno/web"
)

// tolerance is what another program's probabilities may differ from ours.
const tolerance = 1e-5

// reviews is how many test reviews are compared.
const reviews = 100

// lesson stands for the lesson's own settings where others are named by their layer.
const lesson = "lesson"

// trained is a model that has learnt something, so that its probabilities are not all alike.
type trained struct {
	export.Model
	rows          [][]int32
	probabilities []float32
}

func train(t *testing.T, corpus *imdb.Corpus, layer string) trained {
	t.Helper()
	s, reviewed := training.Defaults(), 8000
	s.Epochs, s.LearningRate = 1, 0.005
	switch layer {
	case lesson: // its own size
		reviewed = 1600
	case "lstm":
		s.Padding, s.Truncating = "post", "post"
		fallthrough
	default:
		s.Layer, s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units = layer, 3000, 40, 16, 24
	}
	m, err := fit.NewModel(nn.SpecOf(s), s.BatchSize, s.Seed)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	data := fit.Prepare(corpus, s)
	data.Train, data.Val = fit.NewSet(corpus.Train, 0, reviewed, s), fit.NewSet(corpus.Test, 0, 500, s)
	h, err := fit.Run(t.Context(), m, data, fit.ConfigOf(s), func(fit.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	out := trained{Model: export.Model{
		Meta:   checkpoint.Meta{Settings: s, Corpus: corpus.Name, CorpusSHA256: corpus.SHA256, Epoch: 1, History: h.Epochs},
		Params: m.Params(), Words: corpus.Words,
	}}
	out.Notebook = export.NotebookOf(web.EN, out.Meta, export.FileName(export.H5, layer))
	for i := range reviews {
		row := make([]int32, s.Maxlen)
		data.Test.Row(i, row)
		out.rows = append(out.rows, row)
	}
	out.probabilities = predict(t, out.Meta.Settings, out.Params, out.rows)
	return out
}

func predict(t *testing.T, s training.Settings, p *nn.Params, rows [][]int32) []float32 {
	t.Helper()
	out, err := fit.NewPredictor(nn.SpecOf(s), p).Predict(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// env is a variable that names what only some machines have; in CI its lack is a failure.
func env(t *testing.T, name, what string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("other programs take a minute")
	}
	value := os.Getenv(name)
	if value == "" {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatalf("CI must have %s in %s; see testdata/peers/README.md", what, name)
		}
		t.Skipf("needs %s in %s; see testdata/peers/README.md", what, name)
	}
	return value
}

// write exports a model in every format and its rows.
func write(t *testing.T, m trained, run string) string {
	t.Helper()
	dir := t.TempDir()
	for _, format := range export.Formats {
		var b bytes.Buffer
		if err := export.Write(&b, format, m.Model); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, export.FileName(format, run)), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(m.rows)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rows.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// peer runs a program and gives what it prints.
func peer(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s\n%s", args, err, out, errs.String())
	}
	return out
}

func parse(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

func compare(t *testing.T, name string, got []float64, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d probabilities, not %d", name, len(got), len(want))
	}
	worst := 0.0
	for i, p := range got {
		worst = max(worst, math.Abs(p-float64(want[i])))
	}
	t.Logf("%s: %d probabilities, at most %.1e apart", name, len(got), worst)
	if !(worst <= tolerance) {
		t.Errorf("%s: %.1e apart, at most %.0e is allowed", name, worst, tolerance)
	}
}

// Keras, Jupyter, Hugging Face's library and onnxruntime give the notebook's own probabilities, and
// what Keras saves gives Keras' probabilities here.
func TestPeers(t *testing.T) {
	python := env(t, "CUADERNO_PYTHON", "a Python with testdata/peers/requirements.txt")
	corpus, data := imdbtest.Corpus(t), imdbtest.Dir(t)
	for _, layer := range []string{"lstm", "gru", "simple_rnn", lesson} {
		t.Run(layer, func(t *testing.T) {
			m := train(t, corpus, layer)
			dir := write(t, m, layer)
			peer(t, python, filepath.Join("testdata", "peers", "verify.py"), dir, layer, data)
			text, err := os.ReadFile(filepath.Join(dir, "out.json"))
			if err != nil {
				t.Fatal(err)
			}
			var got map[string][]float64
			parse(t, text, &got)
			for _, name := range []string{"keras", "safetensors", "onnxruntime", "jupyter"} {
				compare(t, name, got[name], m.probabilities)
			}
			own := make([]int32, m.Meta.Settings.Maxlen)
			s := m.Meta.Settings
			sequence.Pad(own, corpus.Words.Encode(web.DefaultReview, s.NumWords).IDs, sequence.Side(s.Padding), sequence.Side(s.Truncating))
			compare(t, "own review in Jupyter", got["jupyter, own review"], predict(t, s, m.Params, [][]int32{own}))
			e, err := fit.Evaluate(t.Context(), fit.NewPredictor(nn.SpecOf(s), m.Params), fit.Prepare(corpus, s).Test, nil)
			if err != nil {
				t.Fatal(err)
			}
			if printed := got["jupyter, accuracy"][0]; math.Abs(printed-e.Accuracy) > 1.1e-4 { // it prints four decimals
				t.Errorf("accuracy in Jupyter %v, here %v", printed, e.Accuracy)
			}
			for file, want := range map[string][]float64{"keras.weights.h5": got["keras"], "keras-trained.weights.h5": got["keras, trained on"]} {
				read := imported(t, filepath.Join(dir, file))
				read.Settings.Maxlen = s.Maxlen
				compare(t, file+" read back", want, predict(t, read.Settings, read.Params, m.rows))
			}
		})
	}
}

func imported(t *testing.T, path string) export.Imported {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := export.Read(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if m.Prepared {
		t.Errorf("%s is said to tell its settings", path)
	}
	return m
}

func TestNode(t *testing.T) {
	modules := env(t, "CUADERNO_NODE_MODULES", "the npm packages of testdata/peers/package.json")
	m := train(t, imdbtest.Corpus(t), "gru")
	dir := write(t, m, "node")
	var got []float64
	parse(t, peer(t, "node", filepath.Join("testdata", "peers", "onnx.mjs"), modules,
		filepath.Join(dir, export.FileName(export.ONNX, "node")), filepath.Join(dir, "rows.json")), &got)
	compare(t, "onnxruntime-node", got, m.probabilities)
}
