package runs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/training/fit"
)

// reopened is a store directory as the next process finds it.
func reopened(t *testing.T, dir string, js func(jetstream.JetStream) jetstream.JetStream) (st *store.Store, s *runs.Service, end func()) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if js != nil {
		st.JetStream = js(st.JetStream)
	}
	s, err = runs.Open(t.Context(), st, runs.Limits{})
	if err != nil {
		st.Close()
		t.Fatal(err)
	}
	return st, s, func() { s.Close(); st.Close() }
}

// half is real training that says when it is in its second epoch, and waits there for a word.
func half(reached chan<- struct{}, on <-chan struct{}) runs.Train {
	return slow(func(at fit.Position) {
		if at.Epoch == 2 && at.Batches == 20 {
			reached <- struct{}{}
			<-on
		}
	})
}

// trainedHalf trains a run into its second epoch; then the worker ends, or the run is stopped before.
func trainedHalf(t *testing.T, s *runs.Service, id string, stop bool) {
	t.Helper()
	reached, on := make(chan struct{}), make(chan struct{})
	end := workerOn(t, s, "before", half(reached, on))
	<-reached
	if stop {
		if err := s.Stop(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		close(on)
		tale(t, s, id, 0)
		end()
		return
	}
	time.AfterFunc(20*time.Millisecond, func() { close(on) }) // when the worker has been told to end
	end()
}

// queued counts the jobs of each run that are in the queue.
func queued(t *testing.T, st *store.Store) map[string]uint64 {
	t.Helper()
	stream, err := st.JetStream.Stream(t.Context(), "CUADERNO_JOBS")
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter("cuaderno.job.>"))
	if err != nil {
		t.Fatal(err)
	}
	jobs := map[string]uint64{}
	for subject, n := range info.State.Subjects {
		jobs[strings.TrimPrefix(subject, "cuaderno.job.")] = n
	}
	return jobs
}

// jobless lists the runs that are not over and have no job in the queue.
func jobless(t *testing.T, st *store.Store, s *runs.Service) (ids []string) {
	t.Helper()
	jobs := queued(t, st)
	for _, r := range s.List() {
		if r.Phase != "over" && jobs[r.Job.ID] == 0 {
			ids = append(ids, r.Job.ID)
		}
	}
	return ids
}

// await polls until something is so.
func await(t *testing.T, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not come about")
		}
	}
}

// TestDeathBetweenAnyTwoWrites lets a process die before each of the writes that a run is handed in,
// stopped or resumed with. Whatever the next process finds, the run comes to its end, with what it had
// learnt, without anybody looking at it.
func TestDeathBetweenAnyTwoWrites(t *testing.T) {
	const id = "the-run"
	j := real(func(s *training.Settings) { s.Epochs = 2 })
	j.ID = id
	want := undisturbed(t, j)
	submit := func(t *testing.T, s *runs.Service) {
		t.Helper()
		if _, err := s.Submit(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
	stop := func(ctx context.Context, s *runs.Service) error { return s.Stop(ctx, id) }
	resume := func(ctx context.Context, s *runs.Service) error { return s.Resume(ctx, id) }
	scenes := []struct {
		name    string
		before  func(t *testing.T, s *runs.Service)
		act     func(ctx context.Context, s *runs.Service) error
		at      bool // a worker is at the run
		learnt  bool // something, before
		stopped bool // once the first write is made
	}{
		{name: "submit", before: func(*testing.T, *runs.Service) {}, act: func(ctx context.Context, s *runs.Service) error {
			_, err := s.Submit(ctx, j)
			return err
		}},
		{name: "resume", act: resume, learnt: true, before: func(t *testing.T, s *runs.Service) {
			submit(t, s)
			trainedHalf(t, s, id, true)
		}},
		{name: "stop of a new run that waits", before: submit, act: stop, stopped: true},
		{name: "stop of a resumed run that waits", act: stop, learnt: true, stopped: true, before: func(t *testing.T, s *runs.Service) {
			submit(t, s)
			trainedHalf(t, s, id, true)
			if err := s.Resume(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "stop of a run that was handed back", act: stop, learnt: true, stopped: true, before: func(t *testing.T, s *runs.Service) {
			submit(t, s)
			trainedHalf(t, s, id, false)
		}},
		{name: "stop of a run at work", act: stop, at: true, learnt: true, stopped: true, before: submit},
		{name: "stop of a resumed run at work", act: stop, at: true, learnt: true, stopped: true, before: func(t *testing.T, s *runs.Service) {
			submit(t, s)
			trainedHalf(t, s, id, false)
		}},
	}
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			for writes, over := 0, false; !over; writes++ {
				t.Run(fmt.Sprintf("after %d writes", writes), func(t *testing.T) {
					dir := t.TempDir()
					_, first, end := reopened(t, dir, nil)
					scene.before(t, first)
					end()

					var process *mortal
					st, s, end := reopened(t, dir, func(js jetstream.JetStream) jetstream.JetStream {
						process = newMortal(js)
						return process
					})
					leave := func() {}
					if scene.at {
						// It does not get to its place again where it had been cut beyond.
						reached, on := make(chan struct{}, 1), make(chan struct{})
						leave = workerOn(t, s, "at work", slow(func(at fit.Position) {
							if at.Epoch == 2 && at.Batches >= 30 {
								select {
								case reached <- struct{}{}:
								default:
								}
								<-on
							}
						}))
						<-reached
						process.dieAfter(writes)
						if err := scene.act(t.Context(), s); err != nil && !process.died() {
							t.Fatal(err)
						}
						close(on)
						await(t, func() bool {
							_, err := s.Result(id)
							return process.died() || err == nil && queued(t, st)[id] == 0
						})
					} else {
						process.dieAfter(writes)
						if err := scene.act(t.Context(), s); err != nil && !process.died() {
							t.Fatal(err)
						}
					}
					over = !process.died()
					leave()
					end()
					if writes == 0 && over {
						t.Fatal("nothing was written")
					}

					st, s, end = reopened(t, dir, nil)
					defer end()
					if ids := jobless(t, st, s); len(ids) > 0 {
						t.Errorf("%v waits without a job", ids)
					}
					defer workerOn(t, s, "after", runs.Local(local))()
					if len(s.List()) == 0 { // nothing was written: the page hands it in again
						submit(t, s)
					}
					lines, seqs := tale(t, s, id, 0)
					result, err := s.Result(id)
					if err != nil {
						t.Fatal(err)
					}
					if stopped := result.Stopped.Reason == fit.Interrupted; stopped != (scene.stopped && writes > 0) && (writes > 0 || scene.name != "resume") {
						t.Errorf("after %v the run is %s", lines, result.Stopped.Reason)
					}
					if result.Stopped.Reason == fit.Interrupted {
						_, meta, err := s.Weights(t.Context(), id, 0)
						switch {
						case !scene.learnt && !errors.Is(err, runs.ErrReleased):
							t.Errorf("weights of a run that was never trained: %v", err)
						case scene.learnt && err != nil:
							t.Errorf("what was learnt is lost: %v", err)
						case scene.learnt && (len(meta.History) != 1 || len(result.History) != 1):
							t.Errorf("history %v, of the weights %v", result.History, meta.History)
						}
						if err := s.Resume(t.Context(), id); err != nil {
							t.Fatal(err)
						}
						tale(t, s, id, seqs[len(seqs)-1])
					}
					whole(t, s, id, want)
				})
			}
		})
	}
}
