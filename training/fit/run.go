package fit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"cuaderno/training/op"
)

// The reasons for which a run ends.
const (
	Finished     = "finished"
	StoppedEarly = "early_stopping"
	Interrupted  = "interrupted"
	Failed       = "failed"
)

// History is what a run leaves.
type History struct {
	Epochs []EpochDone
	Best   int // epoch of the lowest val_loss, from 1; 0 before the first
	Reason string
}

// Run trains the model. It returns when all epochs are done, when early stopping says so, when ctx
// ends (then with the partial history and ctx.Err()), or with an error, for example that the loss is
// not finite. The context is looked at before every batch.
//
// The order of the reviews is drawn anew for every epoch, from the seed and the epoch's number.
func Run(ctx context.Context, m *Model, d Data, c Config, observe Observer) (History, error) {
	if c.BatchSize > m.batch {
		panic(fmt.Sprintf("fit: batches of %d for a model of %d", c.BatchSize, m.batch))
	}
	if observe == nil {
		observe = func(Event) {}
	}
	defer runtime.KeepAlive(m) // not to be closed as forgotten during its last step
	if err := d.check(); err != nil {
		observe(Stopped{Reason: Failed, Epochs: len(c.After)})
		return History{Epochs: c.After, Reason: Failed}, err
	}
	r := run{ctx: ctx, m: m, d: d, c: c, observe: observe}
	h, err := r.epochs()
	observe(Stopped{Reason: h.Reason, Epochs: len(h.Epochs), Best: h.Best})
	return h, err
}

type run struct {
	ctx     context.Context
	m       *Model
	d       Data
	c       Config
	observe Observer

	bestLoss float64
	watch    watch
	within   *Position // of the epoch to go on with; nil from its second on
}

func (r *run) epochs() (h History, err error) {
	r.bestLoss = math.Inf(1)
	r.watch, r.within = newWatch(r.c), r.c.Within
	best := r.c.Best
	for _, done := range r.c.After {
		if r.watch.see(done); done.Best {
			h.Best, r.bestLoss = done.Epoch, done.ValLoss
		}
		h.Epochs = append(h.Epochs, done)
	}
	for epoch := len(h.Epochs) + 1; epoch <= r.c.Epochs; epoch++ {
		done, err := r.epoch(epoch)
		if err != nil {
			h.Reason = Failed
			if errors.Is(err, r.ctx.Err()) {
				h.Reason = Interrupted
			}
			return h, err
		}
		if done.Best {
			h.Best = epoch
		}
		h.Epochs = append(h.Epochs, done)
		improved, stop := r.watch.see(done)
		if improved && r.c.RestoreBest {
			best = r.m.Params()
		}
		if r.c.Checkpoint != nil {
			if err := r.c.Checkpoint(done, r.m); err != nil {
				h.Reason = Failed
				return h, fmt.Errorf("fit: checkpoint of epoch %d: %w", epoch, err)
			}
		}
		r.observe(done)
		if stop {
			h.Reason = StoppedEarly
			break
		}
	}
	if h.Reason == "" {
		h.Reason = Finished
	}
	if best != nil {
		r.m.SetParams(best)
	}
	return h, nil
}

// epoch trains on every review once and validates.
func (r *run) epoch(epoch int) (EpochDone, error) {
	train, size := r.d.Train, r.c.BatchSize
	steps := (train.Len() + size - 1) / size
	r.observe(EpochStarted{Epoch: epoch, Epochs: r.c.Epochs, Steps: steps})
	order := rand.New(rand.NewPCG(r.c.Seed, uint64(epoch))).Perm(train.Len())
	ids, labels := make([]int32, size*train.Maxlen()), make([]float32, size)
	at := Position{Epoch: epoch, Millis: make([]float64, 0, steps)}
	if r.within != nil {
		if r.within.Epoch != epoch || r.within.Batches > steps {
			return EpochDone{}, fmt.Errorf("fit: cannot go on after batch %d of epoch %d in epoch %d of %d batches", r.within.Batches, r.within.Epoch, epoch, steps)
		}
		at, r.within = *r.within, nil
	}
	start := time.Now().Add(-time.Duration(at.Seconds * float64(time.Second)))
	for step := at.Batches; step < steps; step++ {
		if err := r.ctx.Err(); err != nil {
			return EpochDone{}, err
		}
		began := time.Now()
		batch := order[step*size : min((step+1)*size, len(order))]
		for i, review := range batch {
			train.Row(review, ids[i*train.Maxlen():][:train.Maxlen()])
			labels[i] = train.Label(review)
		}
		l, ok, err := r.m.trainer.Step(ids[:len(batch)*train.Maxlen()], labels[:len(batch)])
		if errors.Is(err, op.ErrNotFinite) {
			return EpochDone{}, r.tooFast(epoch, step+1, err)
		}
		if err != nil {
			return EpochDone{}, fmt.Errorf("fit: epoch %d, batch %d: %w", epoch, step+1, err)
		}
		if step == max(0, len(order)/size-1) {
			r.observe(Reach{Epoch: epoch, Norms: thin(r.m.trainer.Reach())})
		}
		at.Batches++
		at.Millis = append(at.Millis, 1e3*time.Since(began).Seconds())
		at.Loss += l * float64(len(batch))
		at.Right += ok
		at.Reviews += len(batch)
		at.Seconds = time.Since(start).Seconds()
		if r.c.Midway != nil {
			r.c.Midway(at, r.m)
		}
		loss, accuracy := at.means()
		r.observe(BatchDone{
			Epoch: epoch, Batch: at.Batches, Steps: steps, Reviews: at.Reviews,
			Loss: loss, Accuracy: accuracy, Seconds: at.Seconds,
		})
	}
	done := EpochDone{Epoch: epoch, MsPerStep: median(at.Millis)}
	done.Loss, done.Accuracy = at.means()
	val, err := evaluate(r.ctx, r.m.trainer.Predictor(), r.d.Val, func(n, of int) {
		r.observe(Validating{Epoch: epoch, Reviews: n, Of: of})
	})
	if err != nil {
		return EpochDone{}, err
	}
	if math.IsNaN(val.Loss) || math.IsInf(val.Loss, 0) {
		// The last update did it: training would only find out with the next batch, if there is one.
		return EpochDone{}, r.tooFast(epoch, steps, fmt.Errorf("validation: %w: %v", op.ErrNotFinite, val.Loss))
	}
	done.ValLoss, done.ValAccuracy = val.Loss, val.Accuracy
	done.Seconds = time.Since(start).Seconds()
	if done.ValLoss < r.bestLoss {
		r.bestLoss, done.Best = done.ValLoss, true
	}
	return done, nil
}

// tooFast adds to an error what a loss that is no number most likely comes from.
func (r *run) tooFast(epoch, batch int, err error) error {
	return fmt.Errorf("fit: epoch %d, batch %d: %w; the likely cause is a learning_rate of %g, which is too high for %s",
		epoch, batch, err, r.m.Spec.LearningRate, r.m.Spec.Optimizer)
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
