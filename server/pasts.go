package main

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"cuaderno/server/lru"
	"cuaderno/server/runs"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
	"cuaderno/web"
)

// pasts keeps the networks of runs as they were after each epoch, as far as reviews are likely to need
// them: with the embeddings of the commonest words and of those that came up, a tenth of the whole.
type pasts struct {
	turn chan struct{} // one run's are loaded at a time

	mu    sync.Mutex
	ready *lru.Bytes[string, *past] // by run
}

func newPasts(bytes int64) *pasts {
	return &pasts{turn: make(chan struct{}, 1), ready: lru.NewBytes[string](bytes, (*past).bytes)}
}

// past is a run's networks after its epochs, for some words.
type past struct {
	epochs     []int
	ids        []int32 // sorted; a word's id here is its place in it
	predictors []*fit.Predictor
}

func (p *past) bytes() (total int64) {
	for _, network := range p.predictors {
		total += network.Bytes()
	}
	return total
}

const (
	// commonest is how many of the commonest words are always taken along.
	commonest = 1000
	// shownMoments bounds how many epochs are asked.
	shownMoments = 20
)

// spread picks of the epochs at most shownMoments, evenly, the first and the last among them.
func spread(epochs []int) []int {
	if len(epochs) <= shownMoments {
		return epochs
	}
	var out []int
	for i := range shownMoments {
		out = append(out, epochs[i*(len(epochs)-1)/(shownMoments-1)])
	}
	return out
}

// joined puts the moment that judges among the others, if it is not there.
func joined(all []web.Moment, m web.Moment) []web.Moment {
	i, in := slices.BinarySearchFunc(all, m.Epoch, func(m web.Moment, epoch int) int { return cmp.Compare(m.Epoch, epoch) })
	if in || m.Epoch == 0 {
		return all
	}
	return slices.Insert(all, i, m)
}

// get reads the weights of all the epochs, unless they are there for these words; before that it calls
// waking.
func (s *pasts) get(ctx context.Context, waking func(), service *runs.Service, run string, epochs []int, ids []int32) (*past, error) {
	if p, ok := s.look(run, epochs); ok && p.knows(ids) {
		return p, nil
	}
	waking()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	known, ok := s.look(run, epochs)
	if ok {
		if known.knows(ids) {
			return known, nil
		}
		ids = append(slices.Clone(known.ids), ids...)
	}
	p, err := wake(ctx, service, run, epochs, ids)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready.Add(run, p)
	return p, nil
}

func (s *pasts) look(run string, epochs []int) (*past, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.ready.Get(run)
	return p, ok && slices.Equal(p.epochs, epochs)
}

// wake reads what each epoch left, several at a time.
func wake(ctx context.Context, service *runs.Service, run string, epochs []int, ids []int32) (*past, error) {
	p := &past{epochs: epochs, predictors: make([]*fit.Predictor, len(epochs))}
	errs := make([]error, len(epochs))
	vocabulary := make([][]int32, len(epochs)) // the same for all
	room := make(chan struct{}, min(4, runtime.GOMAXPROCS(0)))
	var wg sync.WaitGroup
	for i, epoch := range epochs {
		wg.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			params, meta, err := service.Weights(ctx, run, epoch)
			if errs[i] = err; err != nil {
				return
			}
			spec := nn.SpecOf(meta.Settings)
			vocabulary[i] = likely(ids, spec.NumWords)
			p.predictors[i] = excerpt(spec, params, vocabulary[i])
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	p.ids = vocabulary[0]
	return p, nil
}

// likely adds the commonest words to ids.
func likely(ids []int32, numWords int) []int32 {
	all := slices.Clone(ids)
	for id := range min(commonest+imdb.IndexFrom, numWords) {
		all = append(all, int32(id))
	}
	slices.Sort(all)
	return slices.Compact(all)
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
