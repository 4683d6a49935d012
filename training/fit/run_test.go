package fit_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// Every event of a run, in order, with what it must say.
func TestEventsTellTheRun(t *testing.T) {
	s := smallSettings()
	s.Validation, s.Epochs = "split", 3 // 72 reviews train in batches of 16, 18 validate
	var events []fit.Event
	_, h, err := trainSmall(t, t.Context(), s, func(e fit.Event) { events = append(events, e) })
	if err != nil {
		t.Fatal(err)
	}
	next := func() fit.Event {
		if len(events) == 0 {
			t.Fatal("the events end too soon")
		}
		e := events[0]
		events = events[1:]
		return e
	}
	lowest := math.Inf(1)
	for epoch := 1; epoch <= 3; epoch++ {
		if e := next(); e != (fit.EpochStarted{Epoch: epoch, Epochs: 3, Steps: 5}) {
			t.Fatalf("%#v", e)
		}
		var last fit.BatchDone
		for batch := 1; batch <= 5; batch++ {
			if batch == 4 { // the last whole one
				r, ok := next().(fit.Reach)
				if !ok || r.Epoch != epoch || len(r.Norms) != s.Maxlen || !(r.Norms[s.Maxlen-1] > 0) {
					t.Fatalf("before batch 4: %#v", r)
				}
			}
			e, ok := next().(fit.BatchDone)
			if !ok || e.Epoch != epoch || e.Batch != batch || e.Steps != 5 || e.Reviews != min(16*batch, 72) || e.Seconds < last.Seconds {
				t.Fatalf("batch %d: %#v", batch, e)
			}
			last = e
		}
		if e, ok := next().(fit.Validating); !ok || e != (fit.Validating{Epoch: epoch, Reviews: 18, Of: 18}) {
			t.Fatalf("%#v", e)
		}
		e, ok := next().(fit.EpochDone)
		if !ok || e != h.Epochs[epoch-1] || e.Epoch != epoch || e.Loss != last.Loss || e.Accuracy != last.Accuracy {
			t.Fatalf("after %#v: %#v", last, e)
		}
		if e.Best != (e.ValLoss < lowest) || e.Seconds < last.Seconds || e.MsPerStep <= 0 || 1e-3*e.MsPerStep > last.Seconds {
			t.Errorf("lowest val_loss before %g: %#v", lowest, e)
		}
		lowest = min(lowest, e.ValLoss)
		if e.ValLoss == lowest && h.Best < epoch {
			t.Errorf("epoch %d has the lowest val_loss, the history's best is %d", epoch, h.Best)
		}
	}
	if e := next(); e != (fit.Stopped{Reason: fit.Finished, Epochs: 3, Best: h.Best}) || h.Reason != fit.Finished || len(h.Epochs) != 3 {
		t.Errorf("%#v, history %+v", e, h)
	}
	if len(events) > 0 {
		t.Errorf("after the end: %#v", events)
	}
}

// still has a learning rate so small that the weights stay: every figure of the epoch can be known.
func still(layer string) training.Settings {
	s := smallSettings()
	s.Layer, s.Dropout, s.RecurrentDropout, s.Optimizer, s.LearningRate = layer, 0, 0, "sgd", 1e-30
	return s
}

// The last batch has 10 reviews of 16: the epoch's figures weigh reviews, not batches.
func TestEpochFiguresWeighReviews(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := still(layer)
			s.Epochs = 2
			var events []fit.BatchDone
			m, h, err := trainSmall(t, t.Context(), s, func(e fit.Event) {
				if b, ok := e.(fit.BatchDone); ok {
					events = append(events, b)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			d := fit.Prepare(smallCorpus(90, 70, 1), s)
			train, err := fit.Evaluate(t.Context(), m.Predictor(), d.Train, nil)
			if err != nil {
				t.Fatal(err)
			}
			val, err := fit.Evaluate(t.Context(), m.Predictor(), d.Val, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range h.Epochs {
				if math.Abs(e.Loss-train.Loss) > 1e-6 || e.Accuracy != train.Accuracy {
					t.Errorf("epoch %d: loss %v, accuracy %v; over all reviews %v and %v", e.Epoch, e.Loss, e.Accuracy, train.Loss, train.Accuracy)
				}
				if e.ValLoss != val.Loss || e.ValAccuracy != val.Accuracy {
					t.Errorf("epoch %d: val_loss %v, val_accuracy %v; evaluate says %v and %v", e.Epoch, e.ValLoss, e.ValAccuracy, val.Loss, val.Accuracy)
				}
			}
			if events[2].Loss == events[8].Loss {
				t.Error("two epochs have the same batches")
			}
		})
	}
}

func TestTheSeedDecidesARun(t *testing.T) {
	final := func(seed uint64) (string, fit.History) {
		s := smallSettings()
		s.Seed = seed
		m, h, err := trainSmall(t, t.Context(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range h.Epochs {
			h.Epochs[i].Seconds, h.Epochs[i].MsPerStep = 0, 0
		}
		return m.Params().SHA256(), h
	}
	a, history := final(1)
	b, again := final(1)
	c, _ := final(2)
	if a != b || !slices.Equal(history.Epochs, again.Epochs) {
		t.Error("one seed gave two results")
	}
	if a == c {
		t.Error("two seeds gave one result")
	}
}

// The run's own seed draws the order of the reviews, and nothing else.
func TestTheSeedDecidesTheOrder(t *testing.T) {
	s := still("gru")
	s.Epochs = 1
	losses := func(seed uint64) (all []float64) {
		m, c := newModel(t, s), fit.ConfigOf(s)
		c.Seed = seed
		if _, err := fit.Run(t.Context(), m, fit.Prepare(smallCorpus(90, 70, 1), s), c, func(e fit.Event) {
			if b, ok := e.(fit.BatchDone); ok {
				all = append(all, b.Loss)
			}
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	a, again, other := losses(1), losses(1), losses(2)
	if !slices.Equal(a, again) {
		t.Error("one seed gave two orders")
	}
	if a[0] == other[0] || math.Abs(a[5]-other[5]) > 1e-6 {
		t.Errorf("seeds 1 and 2 give the losses %v and %v", a, other)
	}
}

// It also learns, whatever the layer and the optimizer.
func TestRunLearnsWhichWordDecides(t *testing.T) {
	for _, layer := range layers {
		for optimizer, rate := range map[string]float64{
			"adam": 0.02, "adamw": 0.02, "rmsprop": 0.01, "adagrad": 0.3, "sgd": 0.3, "momentum": 0.05, "nesterov": 0.05,
		} {
			if testing.Short() && optimizer != "adam" {
				continue
			}
			t.Run(layer+"/"+optimizer, func(t *testing.T) {
				s := smallSettings()
				s.Layer, s.Optimizer, s.LearningRate, s.Epochs = layer, optimizer, rate, 30
				_, h, err := trainSmall(t, t.Context(), s, nil)
				if err != nil {
					t.Fatal(err)
				}
				if first, last := h.Epochs[0], h.Epochs[29]; last.Loss > 0.7*first.Loss || last.Accuracy < 0.8 {
					t.Errorf("loss %.3f, accuracy %.3f; in the first epoch %.3f and %.3f", last.Loss, last.Accuracy, first.Loss, first.Accuracy)
				}
			})
		}
	}
}

func TestARateTooHighIsAnError(t *testing.T) {
	for _, layer := range layers {
		t.Run(layer, func(t *testing.T) {
			s := smallSettings()
			s.Layer, s.Optimizer, s.LearningRate, s.Epochs = layer, "sgd", 1e6, 20
			var last fit.Event
			_, h, err := trainSmall(t, t.Context(), s, func(e fit.Event) { last = e })
			if !errors.Is(err, op.ErrNotFinite) {
				t.Fatalf("error %v", err)
			}
			for _, part := range []string{fmt.Sprintf("epoch %d, batch ", len(h.Epochs)+1), "the loss is not finite", "learning_rate of 1e+06", "sgd"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error %q does not say %q", err, part)
				}
			}
			if h.Reason != fit.Failed || last != (fit.Stopped{Reason: fit.Failed, Epochs: len(h.Epochs), Best: h.Best}) {
				t.Errorf("history %+v, last event %#v", h, last)
			}
		})
	}
}

// The last update of an epoch may spoil the weights: then the validation must say so.
func TestValidationThatIsNoNumberIsAnError(t *testing.T) {
	s := smallSettings()
	s.Optimizer, s.LearningRate, s.BatchSize = "sgd", 1e38, 90 // one batch an epoch
	told := 0
	_, h, err := trainSmall(t, t.Context(), s, func(e fit.Event) {
		if _, ok := e.(fit.EpochDone); ok {
			told++
		}
	})
	if !errors.Is(err, op.ErrNotFinite) || !strings.Contains(err.Error(), fmt.Sprintf("epoch %d, batch 1: validation", told+1)) || !strings.Contains(err.Error(), "learning_rate") {
		t.Errorf("error %v", err)
	}
	if len(h.Epochs) != told || h.Reason != fit.Failed {
		t.Errorf("history %+v, %d epochs told", h, told)
	}
}

func TestModelRefusesWeightsThatDoNotFit(t *testing.T) {
	spec := nn.SpecOf(smallSettings())
	wrong := nn.NewParams(spec)
	wrong.Kernel = wrong.Kernel[1:]
	spoilt := nn.NewParams(spec)
	spoilt.Bias[2] = float32(math.NaN())
	for name, p := range map[string]*nn.Params{"sizes": wrong, "NaN": spoilt} {
		if _, err := fit.NewModelFrom(spec, 4, 1, p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	m := newModel(t, smallSettings())
	want := nn.Init(spec, 8)
	m.SetParams(want)
	if m.Params().SHA256() != want.SHA256() {
		t.Error("the weights are not those that were set")
	}
}

func TestACheckpointsErrorEndsTheRun(t *testing.T) {
	s := smallSettings()
	m, full := newModel(t, s), errors.New("the disk is full")
	c := fit.ConfigOf(s)
	c.Checkpoint = func(e fit.EpochDone, _ *fit.Model) error {
		if e.Epoch == 2 {
			return full
		}
		return nil
	}
	h, err := fit.Run(t.Context(), m, fit.Prepare(smallCorpus(90, 70, 1), s), c, nil)
	if !errors.Is(err, full) || h.Reason != fit.Failed || !strings.Contains(err.Error(), "epoch 2") {
		t.Errorf("error %v, history %+v", err, h)
	}
}
