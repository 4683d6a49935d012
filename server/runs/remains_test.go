package runs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// What a run learnt is there however it ends, and may be used.
func TestAFailedRunKeepsWhatItLearnt(t *testing.T) {
	broken := fmt.Errorf("epoch 3: %w", op.ErrNotFinite)
	boom := errors.New("boom")
	for name, of := range map[string]struct {
		train  runs.Train
		epochs int // that are in the weights
		cut    bool
		err    error
	}{
		"not finite in its third epoch": {epochs: 2, err: op.ErrNotFinite, train: failing(func(at fit.Position) error {
			if at.Epoch == 3 && at.Batches == 10 {
				return broken
			}
			return nil
		})},
		"not finite in its first epoch": {epochs: 0, err: op.ErrNotFinite, train: failing(func(at fit.Position) error {
			if at.Batches == 10 {
				return broken
			}
			return nil
		})},
		"panic": {epochs: 1, train: failing(func(at fit.Position) error {
			if at.Epoch == 2 {
				panic(boom)
			}
			return nil
		})},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, runs.Limits{})
			p.worker(of.train)
			id := p.submit(real())
			lines, _ := tale(t, p.Service, id, 0)
			same(t, "end", lines[len(lines)-1], fit.Failed)
			result, err := p.Result(id)
			if err != nil || result.Err == nil || of.err != nil && !errors.Is(result.Err, of.err) {
				t.Errorf("result %v, %v", result, err)
			}
			same(t, "history", len(result.History), of.epochs)
			kept, meta, err := p.Weights(t.Context(), id, 0)
			if of.epochs == 0 {
				if !errors.Is(err, runs.ErrReleased) {
					t.Errorf("weights that are not good for anything: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			same(t, "their history", len(meta.History), of.epochs)
			epoch, _, err := p.Weights(t.Context(), id, of.epochs)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "weights", kept.SHA256(), epoch.SHA256())
			if err := p.Resume(t.Context(), id); !errors.Is(err, runs.ErrWhole) {
				t.Errorf("a failed run was resumed: %v", err)
			}
		})
	}
}

// failing is real training that fails or panics after a batch.
func failing(each func(fit.Position) error) runs.Train {
	return func(ctx context.Context, s runs.Session) (*nn.Params, error) {
		ctx, cancel := context.WithCancelCause(ctx)
		midway := s.Midway
		s.Midway = func(h []fit.EpochDone, at fit.Position, m *fit.Model) {
			midway(h, at, m)
			if err := each(at); err != nil {
				cancel(err)
			}
		}
		s.Cut = nil
		p, err := runs.Local(local)(ctx, s)
		if why := context.Cause(ctx); err != nil && why != nil && !errors.Is(why, context.Canceled) {
			return nil, why
		}
		return p, err
	}
}

// A run that was handed back in mid-epoch is taken by machines that cannot go on with it.
func TestWhatALostRunLearnt(t *testing.T) {
	missing := func(context.Context, string) (*imdb.Corpus, error) { return nil, imdb.ErrMissing }
	for name, next := range map[string]func(t *testing.T, s *runs.Service, id string){
		"its reviews are not there": func(t *testing.T, s *runs.Service, id string) {
			workerOn(t, s, "without them", runs.Local(missing))
		},
		"its workers are lost": func(t *testing.T, s *runs.Service, id string) {
			for range 10 {
				s.Lose(t.Context(), id)
			}
			workerOn(t, s, "the last", runs.Local(local))
		},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := store.Open(t.Context(), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(st.Close)
			s := serviceOn(t, st, runs.Limits{})
			id, err := s.Submit(t.Context(), real())
			if err != nil {
				t.Fatal(err)
			}
			trainedHalf(t, s, id, false)
			next(t, s, id)
			lines, _ := tale(t, s, id, 0)
			same(t, "end", lines[len(lines)-1], fit.Failed)
			kept, meta, err := s.Weights(t.Context(), id, 0)
			if err != nil {
				t.Fatal(err)
			}
			first, _, err := s.Weights(t.Context(), id, 1)
			if err != nil {
				t.Fatal(err)
			}
			if kept.SHA256() == first.SHA256() {
				t.Error("what was learnt in the second epoch is not in the weights kept")
			}
			same(t, "their history", len(meta.History), 1)
		})
	}
}

// A worker died after it had told of an epoch and before its weights were kept; then the reader stops
// the run. What is told and what the weights have learnt is the same, and the rest is trained again.
func TestTheLogWasAheadOfTheWeights(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	j := real(func(s *training.Settings) { s.Epochs = 2 })
	id := p.submit(j)
	trainedHalf(t, p.Service, id, false)
	if err := p.Tell(t.Context(), id, fit.EpochDone{Epoch: 2, Loss: 1}); err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	_, seqs := tale(t, p.Service, id, 0)
	result, err := p.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "history", len(result.History), 1)
	same(t, "epochs that are told to be done", result.Stopped.Epochs, 1)
	if err := p.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	p.worker(runs.Local(local))
	rest, _ := tale(t, p.Service, id, seqs[len(seqs)-1])
	same(t, "the rest", rest[len(rest)-2:], []string{"done 2", "finished"})
	w, _, err := p.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "weights", w.SHA256(), undisturbed(t, j))
}

// Every epoch's weights are kept, and only now and then a cut to go on from. A run whose worker died is
// stopped when the next one has gone on from an older cut: the later weights are what it ends with.
func TestStoppedBehindWhatIsKept(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	objects, err := p.store.ObjectStore(t.Context(), "cuaderno-weights")
	if err != nil {
		t.Fatal(err)
	}
	j := real()
	id := p.submit(j)
	kept := func(epoch int) func() bool {
		return func() bool { return slices.Contains(p.List()[0].Kept, epoch) }
	}
	reached, on := make(chan int), make(chan struct{})
	halts := func(at ...fit.Position) runs.Train {
		return slow(func(now fit.Position) {
			for _, h := range at {
				if now.Epoch == h.Epoch && now.Batches == h.Batches {
					reached <- h.Epoch
					<-on
				}
			}
		})
	}
	first := p.worker(halts(fit.Position{Epoch: 2, Batches: 20}, fit.Position{Epoch: 4, Batches: 5}))
	<-reached
	var cut []byte // of the first epoch
	await(t, func() bool {
		cut, err = objects.GetBytes(t.Context(), id+"/cut")
		return err == nil && kept(1)()
	})
	on <- struct{}{}
	<-reached
	await(t, kept(3))
	time.AfterFunc(20*time.Millisecond, func() { on <- struct{}{} }) // when the worker has been told to end
	first()
	if _, err := objects.PutBytes(t.Context(), id+"/cut", cut); err != nil {
		t.Fatal(err)
	}
	third, _, err := p.Weights(t.Context(), id, 3)
	if err != nil {
		t.Fatal(err)
	}

	second := p.worker(halts(fit.Position{Epoch: 2, Batches: 5}))
	<-reached
	if err := p.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	on <- struct{}{}
	_, seqs := tale(t, p.Service, id, 0)
	second()
	result, err := p.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	weights, meta, err := p.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "weights", weights.SHA256(), third.SHA256())
	same(t, "epochs told, in the history and of the weights", [3]int{result.Stopped.Epochs, len(result.History), len(meta.History)}, [3]int{3, 3, 3})
	if err := p.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	p.worker(runs.Local(local))
	tale(t, p.Service, id, seqs[len(seqs)-1])
	whole(t, p.Service, id, undisturbed(t, j))
}

// A run goes on from a checkpoint of a machine that rounds differently, or from none.
func TestHowARunGoesOnIsTold(t *testing.T) {
	for name, of := range map[string]struct {
		disturb func(t *testing.T, s *runs.Service, st *store.Store, id string)
		notes   []string
		mixed   bool
	}{
		"the same arithmetic": {disturb: func(*testing.T, *runs.Service, *store.Store, string) {}},
		"another": {mixed: true, notes: []string{runs.NoteMixed}, disturb: func(t *testing.T, s *runs.Service, _ *store.Store, id string) {
			if err := s.Recut(t.Context(), id, func(c *checkpoint.Cut) { c.Arithmetic = "another" }); err != nil {
				t.Fatal(err)
			}
		}},
		"mixed before": {mixed: true, disturb: func(t *testing.T, s *runs.Service, _ *store.Store, id string) {
			if err := s.Recut(t.Context(), id, func(c *checkpoint.Cut) { c.Mixed = true }); err != nil {
				t.Fatal(err)
			}
		}},
		"of an earlier version": {disturb: func(t *testing.T, s *runs.Service, _ *store.Store, id string) {
			if err := s.Recut(t.Context(), id, func(c *checkpoint.Cut) { c.Arithmetic = "" }); err != nil {
				t.Fatal(err)
			}
		}},
		"no checkpoint": {notes: []string{runs.NoteAnew}, disturb: func(t *testing.T, _ *runs.Service, st *store.Store, id string) {
			objects, err := st.ObjectStore(t.Context(), "cuaderno-weights")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := objects.PutString(t.Context(), id+"/cut", "not a checkpoint"); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, runs.Limits{})
			id := p.submit(real(func(s *training.Settings) { s.Epochs = 2 }))
			trainedHalf(t, p.Service, id, true)
			of.disturb(t, p.Service, p.store, id)
			if err := p.Resume(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			p.worker(runs.Local(local))
			var notes []string
			for u, err := range p.Watch(t.Context(), id, 0) {
				if err != nil {
					t.Fatal(err)
				}
				if u.Note != "" {
					notes = append(notes, u.Note)
				}
			}
			same(t, "notes", notes, of.notes)
			_, meta, err := p.Weights(t.Context(), id, 0)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "of the weights", meta.Mixed, of.mixed)
			same(t, "of the record", p.List()[0].Mixed, of.mixed)
		})
	}
}
