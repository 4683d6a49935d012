package main

import (
	"context"
	"slices"
	"sync"

	"cuaderno/server/runs"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// pasts keeps the networks of runs as they were after each epoch, as far as a few reviews need them:
// with the embeddings of no words but theirs, a few hundred kilobytes an epoch instead of millions.
type pasts struct {
	mu   sync.Mutex
	used []*past // the latest last
}

// past is a run's networks after its epochs, for some words.
type past struct {
	run        string
	epochs     []int
	ids        []int32 // sorted; a word's id here is its place in it
	predictors []*fit.Predictor
}

// readyPasts is how many are kept.
const readyPasts = 4

// get reads the weights of all the epochs, unless they are there for these words.
func (s *pasts) get(ctx context.Context, service *runs.Service, run string, epochs []int, ids []int32) (*past, error) {
	s.mu.Lock()
	if i := slices.IndexFunc(s.used, func(p *past) bool { return p.run == run && slices.Equal(p.epochs, epochs) && p.knows(ids) }); i >= 0 {
		found := s.used[i]
		s.used = append(slices.Delete(s.used, i, i+1), found)
		s.mu.Unlock()
		return found, nil
	}
	s.mu.Unlock()
	p := &past{run: run, epochs: epochs, ids: ids}
	for _, epoch := range epochs {
		params, meta, err := service.Weights(ctx, run, epoch)
		if err != nil {
			return nil, err
		}
		p.predictors = append(p.predictors, excerpt(nn.SpecOf(meta.Settings), params, ids))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = append(s.used, p)
	if len(s.used) > readyPasts {
		s.used = slices.Delete(s.used, 0, 1)
	}
	return p, nil
}

// excerpt is the network for a vocabulary of some words only.
func excerpt(spec nn.Spec, full *nn.Params, ids []int32) *fit.Predictor {
	params, d := *full, spec.EmbeddingDim
	params.Embedding = make([]float32, 0, len(ids)*d)
	for _, id := range ids {
		params.Embedding = append(params.Embedding, full.Embedding[int(id)*d:][:d]...)
	}
	spec.NumWords = len(ids)
	return fit.NewPredictor(spec, &params)
}

func (p *past) knows(ids []int32) bool {
	for _, id := range ids {
		if _, ok := slices.BinarySearch(p.ids, id); !ok {
			return false
		}
	}
	return true
}

// judge gives the verdict of each epoch on a row.
func (p *past) judge(ctx context.Context, row []int32) ([]web.Moment, error) {
	own := make([]int32, len(row))
	for i, id := range row {
		at, _ := slices.BinarySearch(p.ids, id)
		own[i] = int32(at)
	}
	var all []web.Moment
	for i, predictor := range p.predictors {
		verdict, err := predictor.Predict(ctx, [][]int32{own})
		if err != nil {
			return nil, err
		}
		all = append(all, web.Moment{Epoch: p.epochs[i], P: float64(verdict[0])})
	}
	return all, nil
}
