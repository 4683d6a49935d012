package fit

import (
	"fmt"
	"runtime"

	"cuaderno/training"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// Model is a network in training. It is not safe for concurrent use; Close it in the end. One that nobody
// closes is closed when it is collected: its trainer's goroutine would keep the trainer for ever.
type Model struct {
	Spec      nn.Spec
	batch     int
	trainer   *op.Trainer
	forgotten runtime.Cleanup
}

// NewModel draws initial weights and builds the graph for batches of at most batchSize reviews. The
// seed decides the weights and the dropout masks.
func NewModel(spec nn.Spec, batchSize int, seed uint64) (*Model, error) {
	return NewModelFrom(spec, batchSize, seed, nn.Init(spec, seed))
}

// NewModelFrom is NewModel with given weights.
func NewModelFrom(spec nn.Spec, batchSize int, seed uint64, p *nn.Params) (*Model, error) {
	if err := p.Check(spec); err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	trainer, err := op.NewTrainer(spec, batchSize, seed, p)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	m := &Model{Spec: spec, batch: batchSize, trainer: trainer}
	m.forgotten = runtime.AddCleanup(m, func(t *op.Trainer) { _ = t.Close() }, trainer) // nobody is left to tell
	return m, nil
}

// Params copies the present weights.
func (m *Model) Params() *nn.Params { return m.trainer.Weights().Unpack() }

// SetParams replaces the weights; the optimizer's state stays.
func (m *Model) SetParams(p *nn.Params) { m.trainer.SetParams(p) }

// State copies what the model needs beside its weights to go on training later.
func (m *Model) State() op.State { return m.trainer.State() }

// Snapshot copies what Resume needs without bringing the weights up to date, for use within an epoch.
func (m *Model) Snapshot() (*nn.Params, op.State) { return m.trainer.Snapshot() }

// Resume puts a model of the same spec, batch size and seed back to where another stopped: from there
// on it computes the same bits.
func (m *Model) Resume(p *nn.Params, st op.State) error {
	if err := m.trainer.Resume(p, st); err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	return nil
}

// Predictor copies the present weights for reading reviews.
func (m *Model) Predictor() *Predictor { return NewPredictor(m.Spec, m.Params()) }

// Close gives the graph back.
func (m *Model) Close() error {
	m.forgotten.Stop()
	return m.trainer.Close()
}

// Config is how to train.
type Config struct {
	BatchSize     int
	Epochs        int
	EarlyStopping string  // "off", "val_loss" or "val_accuracy"
	Patience      int     // epochs without improvement that are allowed
	MinDelta      float64 // what counts as an improvement
	RestoreBest   bool    // end with the weights of the best epoch
	Seed          uint64  // of the order of the batches

	// After are the epochs that an interrupted run completed, for a model that has been put back to
	// the state after the last of them; Best are the weights of the best, if RestoreBest is set.
	After []EpochDone
	Best  *nn.Params
	// Within is where the run stood in the epoch after those, if not at its beginning.
	Within *Position

	// Midway, if not nil, is called after every batch, on the goroutine of the run.
	Midway func(Position, *Model)
	// Checkpoint, if not nil, is called after every epoch, on the goroutine of the run.
	Checkpoint func(EpochDone, *Model) error
}

// ConfigOf picks from the settings what concerns training.
func ConfigOf(s training.Settings) Config {
	return Config{
		BatchSize: s.BatchSize, Epochs: s.Epochs, EarlyStopping: s.EarlyStopping, Patience: s.Patience,
		MinDelta: s.MinDelta, RestoreBest: s.RestoreBest, Seed: s.Seed,
	}
}
