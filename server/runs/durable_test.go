package runs_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
)

var corpus = sync.OnceValue(practice.New)

// local finds it, unless nobody waits for it any more.
func local(ctx context.Context, _ string) (*imdb.Corpus, error) { return corpus(), ctx.Err() }

// real is a job with real training, small.
func real(change ...func(*training.Settings)) runs.Job {
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.Epochs, s.LearningRate = 300, 8, 8, 8, 4, 0.01
	for _, f := range change {
		f(&s)
	}
	return runs.Job{Settings: s, Corpus: "practice"}
}

// undisturbed is the hash of what a job ends with when nothing happens to it.
func undisturbed(t *testing.T, j runs.Job) string {
	t.Helper()
	p, err := runs.Local(local)(t.Context(), runs.Session{Job: j})
	if err != nil {
		t.Fatal(err)
	}
	return p.SHA256()
}

// slow is real training that calls a function after every batch.
func slow(each func(at fit.Position)) runs.Train {
	return func(ctx context.Context, s runs.Session) (*nn.Params, error) {
		midway := s.Midway
		s.Midway = func(h []fit.EpochDone, at fit.Position, m *fit.Model) {
			midway(h, at, m)
			each(at)
		}
		return runs.Local(local)(ctx, s)
	}
}

// whole checks that a run is over, that its log has every epoch once, and its weights the bits wanted.
func whole(t *testing.T, s *runs.Service, id, want string) {
	t.Helper()
	lines, _ := tale(t, s, id, 0)
	count := map[string]int{}
	for _, l := range lines {
		count[l]++
	}
	result, err := s.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	for l, n := range count {
		if n > 1 && strings.HasPrefix(l, "started") || n > 1 && strings.HasPrefix(l, "done") {
			t.Errorf("%q %d times in %v", l, n, lines)
		}
	}
	for e := 1; e <= result.Job.Settings.Epochs; e++ {
		for _, l := range []string{"started ", "done "} {
			if count[l+string(rune('0'+e))] != 1 {
				t.Errorf("%s%d is missing in %v", l, e, lines)
			}
		}
	}
	if lines[len(lines)-1] != fit.Finished || result.Err != nil {
		t.Errorf("ended with %v, %v", lines, result.Err)
	}
	for i, e := range result.History {
		if e.Epoch != i+1 {
			t.Errorf("history %v", result.History)
		}
	}
	p, _, err := s.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "weights", p.SHA256(), want)
}

func TestShutdownHandsBackAndTheNextProcessGoesOn(t *testing.T) {
	for name, change := range map[string]func(*training.Settings){
		"plain":        func(*training.Settings) {},
		"restore best": func(s *training.Settings) { s.RestoreBest = true },
		"rmsprop, gru": func(s *training.Settings) { s.Optimizer, s.Layer = "rmsprop", "gru" },
	} {
		t.Run(name, func(t *testing.T) {
			j, dir := real(change), t.TempDir()
			want := undisturbed(t, j)
			id := ""
			for attempt := 0; ; attempt++ {
				st, err := store.Open(t.Context(), store.Options{Dir: dir})
				if err != nil {
					t.Fatal(err)
				}
				s, err := runs.Open(t.Context(), st, runs.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				if id == "" {
					if id, err = s.Submit(t.Context(), j); err != nil {
						t.Fatal(err)
					}
				}
				batches, cut := 0, make(chan struct{})
				stop := workerOn(t, s, "test", slow(func(fit.Position) {
					if batches++; batches == 61 && attempt < 3 {
						close(cut)
						time.Sleep(20 * time.Millisecond)
					}
				}))
				if attempt < 3 {
					<-cut
				} else {
					whole(t, s, id, want)
				}
				stop()
				s.Close()
				st.Close()
				if attempt == 3 {
					break
				}
			}
		})
	}
}

func TestSilentWorkerIsReplaced(t *testing.T) {
	for name, epoch := range map[string]int{"from a checkpoint": 2, "from the beginning": 1} {
		t.Run(name, func(t *testing.T) {
			st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			// The first worker falls asleep, as a machine does that is suspended; the next sign of life
			// that it would give is far off.
			a := serviceOn(t, st, runs.Limits{Silence: time.Hour})
			b := serviceOn(t, st, runs.Limits{Silence: 400 * time.Millisecond})
			asleep, wake := make(chan struct{}), make(chan struct{})
			once, woken := sync.Once{}, sync.OnceFunc(func() { close(wake) })
			j := real()
			want := undisturbed(t, j)
			id, err := a.Submit(t.Context(), j)
			if err != nil {
				t.Fatal(err)
			}
			stopA := workerOn(t, a, "a", slow(func(at fit.Position) {
				if at.Epoch == epoch && at.Batches == 20 {
					once.Do(func() { close(asleep); <-wake })
				}
			}))
			t.Cleanup(woken) // also where the test fails: its worker is waited for
			<-asleep
			workerOn(t, b, "b", runs.Local(local))
			whole(t, b, id, want)
			woken() // it does not know yet, finds out, and disturbs nothing
			time.Sleep(200 * time.Millisecond)
			stopA()
			whole(t, a, id, want)
			result, err := a.Result(id)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "it was finished by", result.Worker, "b")
		})
	}
}

func TestStoppedRunIsResumed(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	reached := make(chan struct{})
	once := sync.Once{}
	p.worker(slow(func(at fit.Position) {
		if at.Epoch == 2 && at.Batches == 20 {
			once.Do(func() { close(reached); time.Sleep(100 * time.Millisecond) })
		}
	}))
	j := real()
	id := p.submit(j)
	if err := p.Resume(t.Context(), id); !errors.Is(err, runs.ErrUnfinished) {
		t.Errorf("resumed while it runs: %v", err)
	}
	<-reached
	if err := p.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	lines, seqs := tale(t, p.Service, id, 0)
	same(t, "end", lines[len(lines)-1], fit.Interrupted)
	cut, _, err := p.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := p.Weights(t.Context(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	if cut.SHA256() == first.SHA256() {
		t.Error("what was learnt in the second epoch is not in the weights kept")
	}
	if err := p.Resume(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	rest, _ := tale(t, p.Service, id, seqs[len(seqs)-1])
	same(t, "goes on", rest[0], "taken by test")
	whole(t, p.Service, id, undisturbed(t, j))
	if err := p.Resume(t.Context(), id); !errors.Is(err, runs.ErrWhole) {
		t.Errorf("a whole run was resumed: %v", err)
	}
}

func TestDamagedCheckpointsAreNotNeeded(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s := serviceOn(t, st, runs.Limits{})
	j := real()
	id, err := s.Submit(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	reached := make(chan struct{})
	once := sync.Once{}
	stop := workerOn(t, s, "a", slow(func(at fit.Position) {
		if at.Epoch == 3 {
			once.Do(func() { close(reached); time.Sleep(50 * time.Millisecond) })
		}
	}))
	<-reached
	stop()
	objects, err := st.ObjectStore(t.Context(), "cuaderno-weights")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.PutString(t.Context(), id+"/cut", "not a checkpoint"); err != nil {
		t.Fatal(err)
	}
	workerOn(t, s, "b", runs.Local(local))
	whole(t, s, id, undisturbed(t, j))
}

// TestRoomIsMade has more weights than may be kept: the oldest go first, those on a page stay.
func TestRoomIsMade(t *testing.T) {
	p := newPlace(t, runs.Limits{Notebook: 45_000})
	p.worker(runs.Local(local))
	var ids []string
	for i := range 4 {
		j := real(func(s *training.Settings) { s.Epochs, s.Seed = 2, uint64(i) })
		j.Notebook = "one"
		id := p.submit(j)
		ids = append(ids, id)
		tale(t, p.Service, id, 0)
	}
	other := real(func(s *training.Settings) { s.Epochs = 2 })
	other.Notebook = "other"
	ids = append(ids, p.submit(other))
	tale(t, p.Service, ids[4], 0)
	doubted := make(chan struct{}, 100)
	p.Hold(func(context.Context) (map[string]bool, error) {
		doubted <- struct{}{}
		return nil, errors.New("what is on the pages is not known now")
	})
	has := func(i, epoch int) bool {
		_, _, err := p.Weights(t.Context(), ids[i], epoch)
		if err != nil && !errors.Is(err, runs.ErrReleased) {
			t.Fatal(err)
		}
		return err == nil
	}
	<-doubted
	p.Untidy()
	<-doubted // and so the first look is over
	for i := range ids {
		if !has(i, 0) || !has(i, 1) {
			t.Errorf("weights of run %d were deleted while it was not known who needs them", i)
		}
	}
	p.Hold(func(context.Context) (map[string]bool, error) { return map[string]bool{ids[1]: true}, nil })
	for deadline := time.Now().Add(10 * time.Second); has(0, 0); {
		if time.Now().After(deadline) {
			t.Fatal("nothing was deleted")
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond)
	got := map[string]bool{
		"the held run's epochs": has(1, 1), "the held run": has(1, 0), "the newest": has(3, 0), "another notebook's": has(4, 1),
		"the oldest's epochs": has(0, 1), "epochs of the third": has(2, 1),
	}
	same(t, "what is kept", got, map[string]bool{
		"the held run's epochs": true, "the held run": true, "the newest": true, "another notebook's": true,
		"the oldest's epochs": false, "epochs of the third": false,
	})
	result, err := p.Result(ids[0])
	if err != nil || result.Final || len(result.Epochs) > 0 || len(result.History) != 2 {
		t.Errorf("the oldest is now %+v, %v", result, err)
	}
}

// TestWhatAKilledProcessLeftIsSwept writes half an object, as a process does that is killed.
func TestWhatAKilledProcessLeftIsSwept(t *testing.T) {
	p := newPlace(t, runs.Limits{})
	p.worker(runs.Local(local))
	id := p.submit(real())
	tale(t, p.Service, id, 0)
	if _, err := p.store.Publish(t.Context(), "$O.cuaderno-weights.C.orphan", make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	again := serviceOn(t, p.store, runs.Limits{})
	stream, err := p.store.JetStream.Stream(t.Context(), "OBJ_cuaderno-weights")
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter("$O.cuaderno-weights.C.*"))
	if err != nil {
		t.Fatal(err)
	}
	if _, there := info.State.Subjects["$O.cuaderno-weights.C.orphan"]; there || len(info.State.Subjects) == 0 {
		t.Errorf("chunks %v", info.State.Subjects)
	}
	whole(t, again, id, undisturbed(t, real()))
}
