package models

import (
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
)

// EpochModels keeps the networks of runs as they were after each epoch, as far as reviews are likely to need
// them: with the embeddings of the commonest words and of those that came up, a tenth of the whole.
type EpochModels struct {
	runs *runs.Service
	turn chan struct{} // one run's are loaded at a time

	mu    sync.Mutex
	ready *lru.Bytes[string, *Epochs] // by run
}

// NewEpochModels keeps up to so many bytes of the networks of a service's runs.
func NewEpochModels(s *runs.Service, bytes int64) *EpochModels {
	return &EpochModels{runs: s, turn: make(chan struct{}, 1), ready: lru.NewBytes[string](bytes, (*Epochs).bytes)}
}

// Epochs is a run's networks after its epochs, for some words.
type Epochs struct {
	epochs     []int
	ids        []int32 // sorted; a word's id here is its place in it
	predictors []*fit.Predictor
}

func (p *Epochs) bytes() (total int64) {
	for _, network := range p.predictors {
		total += network.Bytes()
	}
	return total
}

const (
	// commonest is how many of the commonest words are always taken along.
	commonest = 1000
	// mostEpochs bounds how many epochs are asked.
	mostEpochs = 20
)

// Spread picks of the epochs at most twenty, evenly, the first and the last among them.
func Spread(epochs []int) []int {
	if len(epochs) <= mostEpochs {
		return epochs
	}
	var out []int
	for i := range mostEpochs {
		out = append(out, epochs[i*(len(epochs)-1)/(mostEpochs-1)])
	}
	return out
}

// Get reads the weights of all the epochs, unless they are there for these words; before that it calls
// waking.
func (s *EpochModels) Get(ctx context.Context, waking func(), run string, epochs []int, ids []int32) (*Epochs, error) {
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
	p, err := wake(ctx, s.runs, run, epochs, ids)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready.Add(run, p)
	return p, nil
}

func (s *EpochModels) look(run string, epochs []int) (*Epochs, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.ready.Get(run)
	return p, ok && slices.Equal(p.epochs, epochs)
}

// wake reads what each epoch left, several at a time.
func wake(ctx context.Context, service *runs.Service, run string, epochs []int, ids []int32) (*Epochs, error) {
	p := &Epochs{epochs: epochs, predictors: make([]*fit.Predictor, len(epochs))}
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

func (p *Epochs) knows(ids []int32) bool {
	for _, id := range ids {
		if _, ok := slices.BinarySearch(p.ids, id); !ok {
			return false
		}
	}
	return true
}

// Judge gives the verdicts on a row, in the order of the epochs.
func (p *Epochs) Judge(ctx context.Context, row []int32) ([]float64, error) {
	own := make([]int32, len(row))
	for i, id := range row {
		at, _ := slices.BinarySearch(p.ids, id)
		own[i] = int32(at)
	}
	var all []float64
	for _, predictor := range p.predictors {
		verdict, err := predictor.Predict(ctx, [][]int32{own})
		if err != nil {
			return nil, err
		}
		all = append(all, float64(verdict[0]))
	}
	return all, nil
}
