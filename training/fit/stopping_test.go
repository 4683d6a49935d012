package fit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cuaderno/training/fit"
)

// earlyStopping is Keras' callback, line by line (keras/src/callbacks/early_stopping.py of 3.15):
// it tells after which epoch training stops, 0 for never, and which epoch's weights are the best.
func earlyStopping(figures []float64, up bool, patience int, minDelta float64) (stopped, best int) {
	bestFigure, wait := math.Inf(1), 0
	if up {
		bestFigure = math.Inf(-1)
	}
	for epoch, figure := range figures {
		wait++
		improved := figure < bestFigure-minDelta
		if up {
			improved = figure > bestFigure+minDelta
		}
		if improved {
			bestFigure, best, wait = figure, epoch+1, 0
			continue
		}
		if wait >= patience && epoch > 0 {
			return epoch + 1, best
		}
	}
	return 0, best
}

// watched is the same of fit's own.
func watched(figures []float64, c fit.Config) (stopped, best int) {
	w := fit.NewWatch(c)
	for i, figure := range figures {
		e := fit.EpochDone{Epoch: i + 1, ValLoss: figure, ValAccuracy: -7}
		if c.EarlyStopping == "val_accuracy" {
			e.ValLoss, e.ValAccuracy = -7, figure
		}
		improved, stop := w.See(e)
		if improved {
			best = i + 1
		}
		if stop {
			return i + 1, best
		}
	}
	return 0, best
}

func TestEarlyStoppingByExample(t *testing.T) {
	for _, c := range []struct {
		name          string
		figures       []float64
		config        fit.Config
		stopped, best int
	}{
		// The notebook's val_loss of LESSON.md, section 6.
		{"the notebook, patience 2", []float64{.3579, .3808, .4690, .5585}, fit.Config{EarlyStopping: "val_loss", Patience: 2}, 3, 1},
		{"the notebook, patience 0", []float64{.3579, .3808, .4690, .5585}, fit.Config{EarlyStopping: "val_loss"}, 2, 1},
		{"patience 1 is patience 0", []float64{.3579, .3808, .4690, .5585}, fit.Config{EarlyStopping: "val_loss", Patience: 1}, 2, 1},
		{"its val_accuracy", []float64{.8380, .8384, .8276, .8247, .8194}, fit.Config{EarlyStopping: "val_accuracy", Patience: 3}, 5, 2},
		{"an improvement starts the count anew", []float64{5, 6, 4, 6, 5, 7}, fit.Config{EarlyStopping: "val_loss", Patience: 2}, 5, 3},
		{"equal is no improvement", []float64{5, 5, 5}, fit.Config{EarlyStopping: "val_loss", Patience: 2}, 3, 1},
		{"too small an improvement", []float64{5, 4.95, 4.91, 4.8}, fit.Config{EarlyStopping: "val_loss", Patience: 2, MinDelta: 0.1}, 3, 1},
		{"small ones add up", []float64{5, 4.95, 4.89, 4.85}, fit.Config{EarlyStopping: "val_loss", Patience: 2, MinDelta: 0.1}, 0, 3},
		{"off, every improvement counts", []float64{5, 4.95, 4.96}, fit.Config{EarlyStopping: "off", MinDelta: 0.1}, 0, 2},
		{"off never stops", []float64{1, 2, 3, 4, 5}, fit.Config{EarlyStopping: "off"}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if stopped, best := watched(c.figures, c.config); stopped != c.stopped || best != c.best {
				t.Errorf("stopped after epoch %d, the best is %d; want %d and %d", stopped, best, c.stopped, c.best)
			}
		})
	}
}

func TestEarlyStoppingIsKeras(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	stops := 0
	for range 3000 {
		figures := make([]float64, 1+rng.IntN(12))
		for i := range figures {
			figures[i] = float64(rng.IntN(12)) / 8 // exact, and often equal
		}
		c := fit.Config{EarlyStopping: "val_loss", Patience: rng.IntN(5), MinDelta: float64(rng.IntN(3)) / 8}
		if rng.IntN(2) == 0 {
			c.EarlyStopping = "val_accuracy"
		}
		wantStop, wantBest := earlyStopping(figures, c.EarlyStopping == "val_accuracy", c.Patience, c.MinDelta)
		stopped, best := watched(figures, c)
		if stopped != wantStop || best != wantBest {
			t.Fatalf("%+v on %v: stopped after %d, best %d; Keras stops after %d, best %d", c, figures, stopped, best, wantStop, wantBest)
		}
		if stopped > 0 {
			stops++
		}
	}
	if stops < 1000 {
		t.Errorf("only %d of 3000 stopped", stops)
	}
}

// A whole run stops where the callback says, and ends with the weights that it should.
func TestRunStopsEarlyAndRestores(t *testing.T) {
	for _, monitor := range []string{"val_loss", "val_accuracy"} {
		for _, restore := range []bool{true, false} {
			t.Run(monitor, func(t *testing.T) {
				s := smallSettings()
				s.LearningRate, s.Epochs, s.EarlyStopping, s.Patience, s.RestoreBest = 0.05, 20, monitor, 2, restore
				m := newModel(t, s)
				c := fit.ConfigOf(s)
				var after []string
				c.Checkpoint = func(e fit.EpochDone, m *fit.Model) error {
					after = append(after, m.Params().SHA256())
					return nil
				}
				h, err := fit.Run(t.Context(), m, fit.Prepare(smallCorpus(90, 70, 1), s), c, nil)
				if err != nil {
					t.Fatal(err)
				}
				var figures []float64
				lowest := 0
				for i, e := range h.Epochs {
					figure := e.ValLoss
					if monitor == "val_accuracy" {
						figure = e.ValAccuracy
					}
					figures = append(figures, figure)
					if e.ValLoss < h.Epochs[lowest].ValLoss {
						lowest = i
					}
				}
				stopped, best := earlyStopping(figures, monitor == "val_accuracy", 2, 0)
				if h.Reason != fit.StoppedEarly || stopped != len(h.Epochs) || stopped == s.Epochs || best == stopped {
					t.Fatalf("%s after %d epochs; Keras stops after %d, best %d", h.Reason, len(h.Epochs), stopped, best)
				}
				if h.Best != lowest+1 {
					t.Errorf("the lowest val_loss is said to be epoch %d's, it is %d's", h.Best, lowest+1)
				}
				end := after[len(after)-1]
				if restore {
					end = after[best-1]
				}
				if m.Params().SHA256() != end {
					t.Errorf("restore_best %v: the run ended with other weights", restore)
				}
			})
		}
	}
}

// Keras restores the best weights also when it did not stop early.
func TestAFinishedRunRestores(t *testing.T) {
	s := smallSettings()
	s.LearningRate, s.Epochs, s.RestoreBest = 0.05, 8, true
	m, h, err := trainSmall(t, t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if h.Reason != fit.Finished || h.Best == 0 || h.Best == s.Epochs {
		t.Fatalf("%s, best epoch %d of %d: this run shows nothing", h.Reason, h.Best, s.Epochs)
	}
	e, err := fit.Evaluate(t.Context(), m.Predictor(), fit.Prepare(smallCorpus(90, 70, 1), s).Val, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := h.Epochs[h.Best-1]; e.Loss != want.ValLoss || e.Accuracy != want.ValAccuracy {
		t.Errorf("afterwards val_loss %v, accuracy %v; epoch %d had %v and %v", e.Loss, e.Accuracy, h.Best, want.ValLoss, want.ValAccuracy)
	}
}
