package runs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// When a process opens a store of its own, what an earlier one left may not agree: it may have been killed
// between two writes, or files may be damaged.

// chunkPrefix is what the subjects of objects' parts begin with.
const chunkPrefix = "$O." + weightsName + ".C."

// sweep removes what a process that was killed had begun to write. Nobody else may be writing.
func (s *Service) sweep(ctx context.Context) error {
	objects, err := s.objects(ctx)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, o := range objects {
		named[o.NUID] = true
	}
	stream, err := s.store.JetStream.Stream(ctx, "OBJ_"+weightsName)
	if err != nil {
		return err
	}
	chunks, err := s.chunks(ctx)
	if err != nil {
		return err
	}
	for name := range chunks {
		if !named[name] {
			if err := stream.Purge(ctx, jetstream.WithPurgeSubject(chunkPrefix+name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// reconcile takes out of the records the weights that are not there: they are lost, or have lost a part.
func (s *Service) reconcile(ctx context.Context) error {
	objects, err := s.objects(ctx)
	if err != nil {
		return err
	}
	chunks, err := s.chunks(ctx)
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	whole := map[string]bool{}
	for _, o := range objects {
		whole[o.Name] = chunks[o.NUID] == uint64(o.Chunks)
	}
	var all []Record
	s.records.each(func(r Record) { all = append(all, r) })
	for _, r := range all {
		var gone []string
		for _, name := range r.objects() {
			if !whole[r.Job.ID+"/"+name] {
				gone = append(gone, name)
			}
		}
		if len(gone) == 0 {
			continue
		}
		slog.Error("weights of a run are lost", "run", r.Job.ID, "names", gone)
		if err := s.forget(ctx, r.Job.ID, gone); err != nil {
			return err
		}
	}
	return nil
}

// objects are the names of those that a record counts on.
func (r Record) objects() (names []string) {
	for _, epoch := range r.Kept {
		names = append(names, epochName(epoch))
	}
	if r.Final != "" && !slices.Contains(names, r.Final) {
		names = append(names, r.Final)
	}
	return names
}

// forget takes objects out of a run's record.
func (s *Service) forget(ctx context.Context, id string, gone []string) error {
	_, err := s.records.update(ctx, id, func(r *Record) error {
		r.Kept = slices.DeleteFunc(slices.Clone(r.Kept), func(epoch int) bool { return slices.Contains(gone, epochName(epoch)) })
		if slices.Contains(gone, r.Final) {
			r.Final = ""
		}
		return nil
	})
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	return err
}

// chunks counts the parts of each object that are there, by its unique name.
func (s *Service) chunks(ctx context.Context) (map[string]uint64, error) {
	stream, err := s.store.JetStream.Stream(ctx, "OBJ_"+weightsName)
	if err != nil {
		return nil, err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(chunkPrefix+">"))
	if err != nil {
		return nil, err
	}
	all := map[string]uint64{}
	for subject, n := range info.State.Subjects {
		all[strings.TrimPrefix(subject, chunkPrefix)] = n
	}
	return all, nil
}
