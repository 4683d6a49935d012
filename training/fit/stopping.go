package fit

import "math"

// watch is Keras' EarlyStopping: it ends a run once the watched figure has not improved for
// `patience` epochs in a row. With monitor "off" it still knows the best epoch by val_loss, as Keras'
// ModelCheckpoint does, which has no min_delta.
type watch struct {
	monitor  string
	patience int
	minDelta float64
	best     float64
	waited   int
}

func newWatch(c Config) watch {
	w := watch{monitor: c.EarlyStopping, patience: c.Patience, best: math.Inf(1)}
	if w.watches() {
		w.minDelta = math.Abs(c.MinDelta)
	}
	return w
}

// see is told of every epoch, in order.
func (w *watch) see(e EpochDone) (improved, stop bool) {
	figure := e.ValLoss
	if w.monitor == "val_accuracy" {
		figure = -e.ValAccuracy
	}
	if figure < w.best-w.minDelta {
		w.best, w.waited = figure, 0
		return true, false
	}
	w.waited++
	return false, w.watches() && w.waited >= max(w.patience, 1)
}

func (w *watch) watches() bool { return w.monitor != "off" && w.monitor != "" }

// BestEpoch is the one whose weights RestoreBest brings back; 0 if there is none.
func (c Config) BestEpoch(history []EpochDone) (epoch int) {
	w := newWatch(c)
	for _, e := range history {
		if improved, _ := w.see(e); improved {
			epoch = e.Epoch
		}
	}
	return epoch
}
