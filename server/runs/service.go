package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/training/fit"
)

// Limits bound what a Service takes on; zero values are replaced by the defaults.
type Limits struct {
	Waiting  int           // jobs in the queue; default 64
	Notebook int64         // bytes of weights for each notebook; default 1 GiB
	Total    int64         // bytes of weights in all; default 8 GiB
	Every    time.Duration // between two live entries of a log; default 100 ms
	Cut      time.Duration // at most between two checkpoints to go on from; default 10 s
	Shelf    int64         // bytes of weights that wait in memory for room; default 256 MiB
	Silence  time.Duration // after which a worker is given up; default 15 s
}

func (l *Limits) fill() {
	l.Waiting = cmp.Or(l.Waiting, 64)
	l.Notebook, l.Total = cmp.Or(l.Notebook, 1<<30), cmp.Or(l.Total, 8<<30)
	l.Shelf = cmp.Or(l.Shelf, 256<<20)
	l.Every, l.Cut, l.Silence = cmp.Or(l.Every, 100*time.Millisecond), cmp.Or(l.Cut, 10*time.Second), cmp.Or(l.Silence, 15*time.Second)
}

// Service takes trainings and tells how they go. It is safe for concurrent use, and any number of
// them may share one store.
type Service struct {
	store   *store.Store
	limits  Limits
	logs    jetstream.Stream
	jobs    jetstream.Stream
	workers jetstream.Consumer
	weights jetstream.ObjectStore
	records *table
	shelf   shelf
	mu      sync.Mutex
	held    func(context.Context) (map[string]bool, error) // see Hold
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup
	tidying chan struct{}
	meter   meter
}

const (
	logsName    = "CUADERNO_RUNS"
	jobsName    = "CUADERNO_JOBS"
	jobsPrefix  = "cuaderno.job."
	recordsName = "cuaderno-runs"
	weightsName = "cuaderno-weights"
)

// Open makes what is missing in the store and reads all records. Close it.
func Open(ctx context.Context, st *store.Store, l Limits) (*Service, error) {
	l.fill()
	s := &Service{store: st, limits: l, tidying: make(chan struct{}, 1)}
	s.shelf = shelf{limit: l.Shelf, changed: func() {}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, err
	}
	s.wg.Go(s.tidy)
	s.wg.Go(s.clear)
	return s, nil
}

func (s *Service) open(ctx context.Context) (err error) {
	s.logs, err = s.store.Stream(ctx, jetstream.StreamConfig{
		Name: logsName, Subjects: []string{"cuaderno.run.>"}, AllowRollup: true, AllowDirect: true,
	})
	if err != nil {
		return err
	}
	s.jobs, err = s.store.Stream(ctx, jetstream.StreamConfig{
		Name: jobsName, Subjects: []string{jobsPrefix + ">"}, Retention: jetstream.WorkQueuePolicy,
	})
	if err != nil {
		return err
	}
	if s.store.Embedded {
		// Whoever had taken jobs is dead: they need not be waited for.
		if err := s.jobs.DeleteConsumer(ctx, "workers"); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return fmt.Errorf("runs: %w", err)
		}
	}
	s.workers, err = s.jobs.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: s.limits.Silence, MaxAckPending: 10_000,
	})
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	kv, err := s.store.Bucket(ctx, jetstream.KeyValueConfig{Bucket: recordsName, Description: "how each run stands"})
	if err != nil {
		return err
	}
	s.weights, err = s.store.Objects(ctx, jetstream.ObjectStoreConfig{Bucket: weightsName, Description: "weights and checkpoints"})
	if err != nil {
		return err
	}
	if s.store.Embedded {
		if err := s.sweep(ctx); err != nil {
			return fmt.Errorf("runs: %w", err)
		}
	}
	s.records = newTable(kv)
	s.shelf.changed = s.records.touch
	if err := s.records.follow(s.ctx, s.store, &s.wg); err != nil {
		return err
	}
	if s.store.Embedded {
		if err := errors.Join(s.giveUp(ctx), s.reconcile(ctx)); err != nil {
			return err
		}
	}
	s.mendAll(ctx)
	return nil
}

// Close ends watching and tidying. Workers are ended by their own contexts, before.
func (s *Service) Close() {
	s.cancel()
	s.wg.Wait()
}

// Submit queues a job and returns the run's id. To submit a job again that is there already does
// nothing, unless it was recorded and not queued.
func (s *Service) Submit(ctx context.Context, job Job) (string, error) {
	if s.ctx.Err() != nil {
		return "", ErrClosed
	}
	if job.ID == "" {
		job.ID = NewID(time.Now())
	}
	if !nameable.MatchString(job.ID) {
		return "", fmt.Errorf("runs: %q is no run's id", job.ID)
	}
	_, known, _ := s.records.get(job.ID)
	if _, waiting := s.Working(); !known && waiting >= s.limits.Waiting {
		return "", ErrFull
	}
	r := Record{Job: job, Phase: waiting, Submitted: time.Now().UTC(), Queued: 1}
	err := s.records.create(ctx, r)
	if store.Conflict(err) {
		if r, err = s.records.fresh(ctx, job.ID); err == nil && !r.Job.same(job) {
			return "", fmt.Errorf("%w: %s", ErrOther, job.ID)
		}
		if err == nil {
			return job.ID, s.Mend(ctx, job.ID)
		}
	}
	if err != nil {
		return "", fmt.Errorf("runs: %s was not taken: %w", job.ID, err)
	}
	return job.ID, s.enqueue(ctx, r)
}

// Result waits for nothing: ErrUnfinished while the run goes on.
func (s *Service) Result(id string) (Result, error) {
	r, known, _ := s.records.get(id)
	switch {
	case !known:
		return Result{}, fmt.Errorf("%w: %s", ErrUnknown, id)
	case r.Phase != over:
		return Result{}, fmt.Errorf("%w: %s", ErrUnfinished, id)
	}
	return s.result(r), nil
}

// Working counts the runs that train and those that wait.
func (s *Service) Working() (training, queued int) {
	s.records.each(func(r Record) {
		switch r.Phase {
		case working:
			training++
		case waiting:
			queued++
		}
	})
	return training, queued
}

// place is the run's place among those that wait, from 1; 0 if it does not wait.
func (s *Service) place(of Record) int {
	if of.Phase != waiting {
		return 0
	}
	place := 1
	s.records.each(func(r Record) {
		before := r.Ticket != 0 && (of.Ticket == 0 || r.Ticket < of.Ticket)
		if r.Phase == waiting && r.Job.ID != of.Job.ID && before {
			place++
		}
	})
	return place
}

func best(history []fit.EpochDone) int {
	best := 0
	for _, e := range history {
		if e.Best {
			best = e.Epoch
		}
	}
	return best
}

// List gives the records of all runs, the oldest first.
func (s *Service) List() (all []Record) {
	s.records.each(func(r Record) { all = append(all, r) })
	slices.SortFunc(all, func(a, b Record) int { return a.Submitted.Compare(b.Submitted) })
	return all
}

// Usable is List without those whose last weights cannot be had here.
func (s *Service) Usable() []Record {
	return slices.DeleteFunc(s.List(), func(r Record) bool {
		_, waits := s.shelf.get(r.Job.ID, r.Held)
		return r.Phase != over || r.Final == "" && !waits
	})
}
