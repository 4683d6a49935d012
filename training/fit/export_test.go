package fit

// Watch is early stopping without a run.
type Watch struct{ watch watch }

// NewWatch starts it.
func NewWatch(c Config) *Watch { return &Watch{newWatch(c)} }

// See tells it of an epoch.
func (w *Watch) See(e EpochDone) (improved, stop bool) { return w.watch.see(e) }

// ThinNorms takes the means of neighbouring norms.
func ThinNorms(norms []float64) []float32 { return thin(norms) }
