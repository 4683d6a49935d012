package fit

// An Event is what a run tells its observer. The values are plain data and marshal to JSON.
type Event interface{ event() }

// Observer is told of every event, in order, on the goroutine of the run. It must not block for
// long: the run waits for it.
type Observer func(Event)

// EpochStarted opens an epoch.
type EpochStarted struct {
	Epoch  int `json:"epoch"`  // from 1
	Epochs int `json:"epochs"` // planned
	Steps  int `json:"steps"`  // batches in an epoch
}

// BatchDone closes a training step. Loss and Accuracy are means over the epoch so far, with
// dropout on, as Keras prints them.
type BatchDone struct {
	Epoch    int     `json:"epoch"`
	Batch    int     `json:"batch"` // from 1
	Steps    int     `json:"steps"`
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
	Reviews  int     `json:"reviews"` // trained on in this epoch so far
	Seconds  float64 `json:"seconds"` // since the epoch began
}

// Reach tells how far back in the reviews the last whole batch of an epoch (or its only one) has learnt: for each
// stretch of time steps, the first read first, the norm of the gradient of the batch's mean loss by
// what the gates sum up there, before they squash it. There are MaxReach stretches of equal length at
// most; of several steps in one the norm is their mean. Steps before the border of truncated BPTT
// have 0.
type Reach struct {
	Epoch int       `json:"epoch"`
	Norms []float32 `json:"norms"`
}

// Validating reports how far the pass over the validation set has come.
type Validating struct {
	Epoch   int `json:"epoch"`
	Reviews int `json:"reviews"` // done
	Of      int `json:"of"`
}

// EpochDone closes an epoch. The validation figures were measured after it, with dropout off.
type EpochDone struct {
	Epoch       int     `json:"epoch"`
	Loss        float64 `json:"loss"`
	Accuracy    float64 `json:"accuracy"`
	ValLoss     float64 `json:"val_loss"`
	ValAccuracy float64 `json:"val_accuracy"`
	Seconds     float64 `json:"seconds"`     // training and validation
	MsPerStep   float64 `json:"ms_per_step"` // median over the epoch's training steps
	Best        bool    `json:"best"`        // lowest val_loss so far
}

// Stopped is the last event of every run.
type Stopped struct {
	Reason string `json:"reason"` // finished | early_stopping | interrupted | failed
	Epochs int    `json:"epochs"` // completed
	Best   int    `json:"best"`   // epoch of the lowest val_loss, 0 if none
}

func (EpochStarted) event() {}
func (BatchDone) event()    {}
func (Reach) event()        {}
func (Validating) event()   {}
func (EpochDone) event()    {}
func (Stopped) event()      {}
