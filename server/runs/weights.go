package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// The objects of a run: weights after each epoch, those that it ended with if they are none of
// these, and the latest cut.
func epochName(epoch int) string { return fmt.Sprintf("epoch-%d", epoch) }

const (
	finalName = "final"
	cutName   = "cut"
)

// put writes an object of about that size while it is being made. It replaces an older one only when
// it is whole.
func (s *Service) put(ctx context.Context, id, name string, size int64, write func(io.Writer) error) error {
	room := s.store.Room(size) == nil
	defer func() { s.shelf.found(size, room) }()
	if !room {
		if err := s.trim(ctx, size); err != nil {
			slog.Warn("no room was made", "error", err)
		}
		if err := s.store.Room(size); err != nil {
			return fmt.Errorf("runs: %s of %s: %w", name, id, err)
		}
	}
	room = true
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := write(w)
		w.CloseWithError(err)
		done <- err
	}()
	_, err := s.weights.Put(ctx, jetstream.ObjectMeta{Name: id + "/" + name, Opts: &jetstream.ObjectMetaOptions{ChunkSize: 512 << 10}}, r)
	r.CloseWithError(errors.Join(errors.New("the store takes no more"), err))
	<-done
	if err != nil {
		return fmt.Errorf("runs: %s of %s: %w", name, id, err)
	}
	return nil
}

func (s *Service) putWeights(ctx context.Context, name string, job Job, meta checkpoint.Meta, p *nn.Params) error {
	return s.put(ctx, job.ID, name, bytesOf(p, job), func(w io.Writer) error { return checkpoint.Save(w, meta, p) })
}

func metaOf(job Job, epoch int, history []fit.EpochDone) checkpoint.Meta {
	return checkpoint.Meta{
		Settings: job.Settings, Corpus: job.Reviews, CorpusSHA256: job.Corpus, Epoch: epoch, History: history, Created: time.Now().UTC().Truncate(time.Second),
	}
}

// bytesOf is how many bytes weights take.
func bytesOf(p *nn.Params, job Job) (bytes int64) {
	for _, t := range p.All(nn.SpecOf(job.Settings)) {
		bytes += 4 * int64(len(t.Data))
	}
	return bytes
}

// object reads an object; its digest is checked at the end.
func object[T any](ctx context.Context, s *Service, id, name string, read func(io.Reader) (T, error)) (out T, err error) {
	err = store.Retry(ctx, func() error {
		o, err := s.weights.Get(ctx, id+"/"+name)
		if errors.Is(err, jetstream.ErrObjectNotFound) {
			return fmt.Errorf("runs: %s of %s: %w", name, id, ErrReleased)
		}
		if err != nil {
			return err
		}
		defer o.Close()
		out, err = read(o)
		return err
	})
	return out, err
}

// Weights are those after an epoch, or with epoch 0 those that the run ended with.
func (s *Service) Weights(ctx context.Context, id string, epoch int) (*nn.Params, checkpoint.Meta, error) {
	var meta checkpoint.Meta
	r, known, _ := s.records.get(id)
	if !known {
		return nil, meta, fmt.Errorf("%w: %s", ErrUnknown, id)
	}
	name := epochName(epoch)
	if epoch == 0 {
		if r.Phase != over {
			return nil, meta, fmt.Errorf("%w: %s", ErrUnfinished, id)
		}
		if name = cmp.Or(r.Final, r.Held); name == "" {
			return nil, meta, fmt.Errorf("%w: %s", ErrReleased, id)
		}
	}
	if o, there := s.shelf.get(id, name); there {
		return o.params, o.meta, nil
	}
	if name == r.Held {
		return nil, meta, fmt.Errorf("%w: %s", ErrElsewhere, id)
	}
	if name == cutName {
		c, err := object(ctx, s, id, name, checkpoint.LoadCut)
		if err != nil {
			return nil, meta, s.lost(ctx, id, name, err)
		}
		p, err := settled(c)
		meta = metaOf(r.Job, len(c.History), c.History)
		meta.Mixed = c.Mixed
		return p, meta, err
	}
	p, err := object(ctx, s, id, name, func(in io.Reader) (*nn.Params, error) {
		m, p, err := checkpoint.Load(in)
		meta = m
		return p, err
	})
	return p, meta, s.lost(ctx, id, name, err)
}

// lost takes an object that turns out to be damaged out of its run's record: whoever asks for it next is
// told that it is not there.
func (s *Service) lost(ctx context.Context, id, name string, err error) error {
	if !errors.Is(err, jetstream.ErrDigestMismatch) && !errors.Is(err, checkpoint.ErrFormat) {
		return err
	}
	slog.Error("weights of a run are damaged", "run", id, "name", name, "error", err)
	if forgotten := s.forget(ctx, id, []string{name}); forgotten != nil {
		slog.Warn("that was not noted", "run", id, "error", forgotten)
	}
	return fmt.Errorf("%w: %w", ErrReleased, err)
}

// Release gives up a run, its log and its weights, stopping it first if need be.
func (s *Service) Release(ctx context.Context, id string) error {
	if err := s.Stop(ctx, id); err != nil {
		if errors.Is(err, ErrUnknown) {
			return nil
		}
		return err
	}
	s.shelf.drop(func(o shelved) bool { return o.job.ID == id })
	if err := s.records.remove(ctx, id); err != nil {
		return fmt.Errorf("runs: releasing %s: %w", id, err)
	}
	return errors.Join(s.drop(ctx, id, func(string) bool { return true }),
		s.logs.Purge(ctx, jetstream.WithPurgeSubject(logSubject(id))), s.logs.Purge(ctx, jetstream.WithPurgeSubject(liveSubject(id))))
}

// drop deletes those objects of a run that the function names.
func (s *Service) drop(ctx context.Context, id string, which func(name string) bool) error {
	all, err := s.objects(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, o := range all {
		if name, ok := strings.CutPrefix(o.Name, id+"/"); ok && which(name) {
			if err := s.weights.Delete(ctx, o.Name); err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
				failed = append(failed, fmt.Errorf("runs: deleting %s: %w", o.Name, err))
			}
		}
	}
	return errors.Join(failed...)
}

func (s *Service) objects(ctx context.Context) ([]*jetstream.ObjectInfo, error) {
	all, err := s.weights.List(ctx)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("runs: listing weights: %w", err)
	}
	return all, nil
}
