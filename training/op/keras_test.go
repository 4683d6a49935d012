package op_test

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// What Keras computed, in float64; the folders' READMEs say how. Gradients and weights are compared
// tensor by tensor.

type kerasArray struct {
	Shape []int
	Data  []float64
}

type kerasTensors map[string]kerasArray

type kerasBatch struct {
	X [][]int32
	Y []float32
}

func (b kerasBatch) flat() (ids []int32, labels []float32) {
	for _, row := range b.X {
		ids = append(ids, row...)
	}
	return ids, b.Y
}

type kerasStep struct {
	kerasBatch
	Loss      float64
	Gradients kerasTensors
}

// kerasModel is a model with its batches (../fit/testdata), or with one batch, masks and truncation
// (testdata).
type kerasModel struct {
	kerasStep
	Layer            string
	V, D, H, T, B    int
	Weights          kerasTensors
	Batches          []kerasBatch
	First, Padded    kerasStep
	Dropout          float64
	RecurrentDropout float64 `json:"recurrent_dropout"`
	BPTTSteps        int     `json:"bptt_steps"`
	Masks            map[string]kerasArray
}

type kerasTraining struct {
	Model, Layer, Optimizer string
	Settings                struct {
		LearningRate float64 `json:"learning_rate"`
	}
	Losses, Accuracies []float64
	Moved              map[string]float64
	After              []struct {
		Step    int
		Weights kerasTensors
	}
}

// Losses and weights after training steps, for every layer and optimizer; and where rows of the
// embedding rest for long ("seldom", "rested").
func TestTrainingFollowsKeras(t *testing.T) {
	for _, path := range glob(t, "../fit/testdata/keras/train-*.json.gz", 30) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json.gz"), func(t *testing.T) {
			var run kerasTraining
			load(t, path, &run)
			var model kerasModel
			load(t, filepath.Join(filepath.Dir(path), run.Model), &model)
			spec, params := model.spec(), model.params()
			spec.Optimizer, spec.LearningRate = run.Optimizer, run.Settings.LearningRate
			n := newTrainer(t, spec, model.B, 1, params)
			worstLoss, after := 0.0, run.After
			for i, want := range run.Losses {
				ids, labels := model.Batches[i].flat()
				loss, right := step(t, n, ids, labels)
				worstLoss = max(worstLoss, math.Abs(loss-want)/want)
				if !(math.Abs(loss-want) <= 3e-6*want) {
					t.Fatalf("step %d: loss %.9g, Keras' is %.9g", i+1, loss, want)
				}
				if accuracy := float64(right) / float64(len(labels)); math.Abs(accuracy-run.Accuracies[i]) > 1e-6 {
					t.Errorf("step %d: accuracy %g, Keras' is %g", i+1, accuracy, run.Accuracies[i])
				}
				if len(after) > 0 && after[0].Step == i+1 {
					compareWeights(t, i+1, n, after[0].Weights, run.Moved)
					after = after[1:]
				}
			}
			if len(after) > 0 || len(run.Losses) < 20 {
				t.Errorf("%d steps, and weights that were not compared: %d", len(run.Losses), len(after))
			}
			t.Logf("loss: largest relative error %.1e", worstLoss)
		})
	}
}

// compareWeights allows 1e-5, a hundredth of one step of Adam; where a tensor hardly moved, less: a
// hundredth of its way, but for the rounding of numbers up to 3.
func compareWeights(t *testing.T, step int, n *op.Trainer, want kerasTensors, moved map[string]float64) {
	t.Helper()
	for _, got := range widen(n.Weights().Unpack()).named() {
		name := strings.ReplaceAll(got.name, " ", "_")
		worst, _ := farthest(got.data, want[name].Data)
		t.Logf("step %d, %s: largest error %.1e, it moved %.1e", step, name, worst, moved[name])
		if allowed := min(1e-5, max(1e-6, moved[name]/100)); !(worst <= allowed) {
			t.Errorf("step %d: a weight of %s is off by %.2g, allowed %.2g", step, name, worst, allowed)
		}
	}
}

func TestFirstGradientsAreThoseOfKeras(t *testing.T) {
	for _, path := range glob(t, "../fit/testdata/keras/model-*.json.gz", 5) {
		var model kerasModel
		load(t, path, &model)
		for name, first := range map[string]kerasStep{"ordinary": model.First, "padded": model.Padded} {
			if first.Gradients == nil {
				continue
			}
			t.Run(model.Layer+"/"+name, func(t *testing.T) {
				compareStep(t, newTrainer(t, model.spec(), model.B, 1, model.params()), first)
			})
		}
	}
}

// With given masks, and with the gradient going back only some steps.
func TestMaskedGradientsAreThoseOfKeras(t *testing.T) {
	for _, path := range glob(t, "testdata/keras/*.json.gz", 20) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json.gz"), func(t *testing.T) {
			var model kerasModel
			load(t, path, &model)
			n := newTrainer(t, model.spec(), model.B, 1, model.params())
			n.SetMasks(masksOf(model.Masks["input"], model.Dropout), masksOf(model.Masks["state"], model.RecurrentDropout))
			compareStep(t, n, model.kerasStep)
		})
	}
}

func compareStep(t *testing.T, n *op.Trainer, want kerasStep) {
	t.Helper()
	ids, labels := want.flat()
	loss, _ := step(t, n, ids, labels)
	if !(math.Abs(loss-want.Loss) <= 2e-6*want.Loss) {
		t.Errorf("loss %.9g, Keras' is %.9g", loss, want.Loss)
	}
	for _, got := range widen(n.Gradients()).named() {
		worst, largest := farthest(got.data, want.Gradients[strings.ReplaceAll(got.name, " ", "_")].Data)
		t.Logf("gradients of %s: largest error %.1e", got.name, worst/largest)
		if !(worst <= tolerated(largest)) {
			t.Errorf("%s: a gradient is off by %.2g, the largest is %.2g", got.name, worst, largest)
		}
	}
}

func (m kerasModel) spec() nn.Spec {
	return nn.Spec{
		NumWords: m.V, Maxlen: m.T, EmbeddingDim: m.D, Layer: m.Layer, Units: m.H,
		Dropout: m.Dropout, RecurrentDropout: m.RecurrentDropout, BPTTSteps: m.BPTTSteps,
		Optimizer: "sgd", LearningRate: 0.01,
	}
}

func (m kerasModel) params() *nn.Params {
	narrow := func(name string) (x []float32) {
		for _, v := range m.Weights[name].Data {
			x = append(x, float32(v))
		}
		return x
	}
	return &nn.Params{
		Embedding: narrow("embedding"), Kernel: narrow("kernel"), Recurrent: narrow("recurrent"), Bias: narrow("bias"),
		DenseKernel: narrow("dense_kernel"), DenseBias: narrow("dense_bias"),
	}
}

// masksOf scales zeros and ones [G, B, width] as Keras does.
func masksOf(a kerasArray, p float64) op.Masks {
	var m op.Masks
	for i, x := range a.Data {
		g, row := i/(a.Shape[1]*a.Shape[2]), i/a.Shape[2]%a.Shape[1]
		if g == len(m) {
			m = append(m, make([][]float64, a.Shape[1]))
		}
		m[g][row] = append(m[g][row], x/(1-p))
	}
	return m
}

func glob(t *testing.T, pattern string, least int) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) < least {
		t.Fatalf("%d files %s, at least %d are expected (%v)", len(paths), pattern, least, err)
	}
	return paths
}

func load(t *testing.T, path string, into any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
