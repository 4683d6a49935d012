package estimate

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"cuaderno/server/lru"
	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/nn"
)

// Estimator tells what a training would take on this machine. It knows from epochs that were trained
// here; for other settings it tries a few steps out, in the background and never while something
// else is at work, and until it has come to that it compares with what it knows.
type Estimator struct {
	corpus  func(ctx context.Context, hash string) (*imdb.Corpus, error)
	measure func(context.Context, training.Settings, *imdb.Corpus) (cost, error)
	quiet   [rounds]time.Duration // for which a question has to stand before a round of measuring

	Rested func() // is told when nothing is at work any more; may be nil

	mu     sync.Mutex
	known  *simplelru.LRU[key, *finding]
	wants  map[string]want // by notebook
	trial  trial           // under way
	lag    float64         // how many times as long as tried out trainings really took; 0 before one
	busy   int             // cells and trainings at work here
	wake   chan struct{}   // tells the goroutine that something has changed; nil without one
	cancel context.CancelFunc
	closed bool
	wg     sync.WaitGroup
}

// rounds is how often settings are tried out: at once, while the page is still busy with the change,
// and again once that has passed. The quicker one counts: what else the machine does can only delay.
const rounds = 2

// finding is what was found out about some settings.
type finding struct {
	cost   cost
	rounds int
	epoch  float64 // seconds, of epochs that were trained; 0 if none was
	of     Counts
}

// knownPrices is how many findings are remembered.
const knownPrices = 500

type key struct {
	settings training.Settings
	corpus   string
}

// keyOf keeps what the time of an epoch depends on.
func keyOf(s training.Settings, corpus string) key {
	s.Epochs, s.Seed, s.LearningRate = 0, 0, 0
	s.EarlyStopping, s.Patience, s.MinDelta, s.RestoreBest = "", 0, 0, false
	s.Truncating = ""
	return key{s, corpus}
}

// New finds data sets with corpus, by their hash, where settings are tried out.
func New(corpus func(ctx context.Context, hash string) (*imdb.Corpus, error)) *Estimator {
	return &Estimator{
		corpus: corpus, measure: benchmark{wallClock()}.measure,
		quiet: [rounds]time.Duration{600 * time.Millisecond, 4 * time.Second},
		known: lru.New[key, *finding](knownPrices), wants: map[string]want{},
	}
}

// Epoch is what an epoch takes, in seconds; 0 is unknown.
type Epoch struct {
	Seconds float64
	Ratio   float64 // with reviews of the other length it takes so many times as long; 0 is unknown
	Rough   bool    // it was concluded from other settings
}

// Estimate looks up what is known, and has it found out if that is little. tell is called when there
// is more. A notebook's next question replaces its last one, so that of all the values that a slider passes
// only the one is measured on which it rests.
func (p *Estimator) Estimate(who string, s training.Settings, corpus string, r Counts, tell func()) Epoch {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := keyOf(s, corpus)
	k, _ := p.known.Get(key)
	if k == nil || k.epoch == 0 && k.rounds < rounds {
		if p.wants[who].key != key && !p.closed {
			p.wants[who] = want{key, s, r, tell, time.Now()}
			p.abandon()
			p.start()
		}
	} else {
		delete(p.wants, who)
		p.abandon()
	}
	return p.conclude(k, s, corpus, r)
}

func (p *Estimator) conclude(k *finding, s training.Settings, corpus string, r Counts) (e Epoch) {
	switch {
	case k == nil || k.epoch == 0 && k.cost == (cost{}):
		return p.compare(s, corpus, r)
	case k.epoch > 0:
		e.Seconds = k.epoch
	default:
		e.Seconds = k.cost.epoch(r, s.BatchSize) * p.real()
	}
	if k.cost != (cost{}) {
		e.Ratio = k.cost.ratio(r, s)
	}
	return e
}

// compare concludes from the most similar settings that are known.
func (p *Estimator) compare(s training.Settings, corpus string, r Counts) (e Epoch) {
	mine, nearest := effort(s, r), math.Inf(1)
	for _, key := range p.known.Keys() {
		k, _ := p.known.Peek(key)
		other := k.epoch
		if other == 0 && k.cost != (cost{}) {
			other = k.cost.epoch(k.of, key.settings.BatchSize) * p.real()
		}
		if other == 0 {
			continue
		}
		far := math.Abs(math.Log(mine / effort(key.settings, k.of)))
		if key.settings.Layer != s.Layer || key.corpus != corpus {
			far++
		}
		if far < nearest {
			nearest = far
			e = Epoch{Seconds: other * mine / effort(key.settings, k.of), Rough: true}
		}
	}
	return e
}

// note is told what every epoch took that was trained on this machine.
func (p *Estimator) note(s training.Settings, corpus string, r Counts, took float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy > 1 || took <= 0 {
		return
	}
	k := p.at(keyOf(s, corpus), r)
	if k.epoch == 0 {
		k.epoch = took
	}
	k.epoch = (k.epoch + took) / 2
	if k.cost != (cost{}) {
		// Pages that watch, and whatever else the machine does, cost time that no trial sees. An
		// unlucky epoch must not spoil all prices.
		lag := min(max(took/k.cost.epoch(r, s.BatchSize), 0.8), 1.3)
		p.lag = (p.real() + lag) / 2
	}
}

func (p *Estimator) real() float64 {
	if p.lag == 0 {
		return 1
	}
	return p.lag
}

// Around has trainings on this machine taken notice of: nothing is tried out meanwhile, and their
// epochs tell what they take.
func (p *Estimator) Around(train runs.Train) runs.Train {
	return func(ctx context.Context, s runs.Session) (*nn.Params, error) {
		defer p.Hold()()
		job, tell := s.Job, s.Tell
		part := s.From != nil && s.From.Within != nil // the rest of an epoch is no measure
		ended := time.Now()
		s.Tell = func(e fit.Event) {
			if _, ok := e.(fit.EpochDone); ok {
				// From one end to the next: keeping the weights takes its time too.
				took := time.Since(ended).Seconds()
				ended = time.Now()
				if c, err := p.corpus(ctx, job.Corpus); err == nil && !part {
					p.note(job.Settings, job.Corpus, Counts{c.Train.Len(), c.Test.Len()}.With(job.Settings), took)
				}
				part = false
			}
			if tell != nil {
				tell(e)
			}
		}
		return train(ctx, s)
	}
}

// at gives what is known of a key, to be added to.
func (p *Estimator) at(key key, r Counts) *finding {
	k, ok := p.known.Get(key)
	if !ok {
		k = &finding{of: r}
		p.known.Add(key, k)
	}
	return k
}

// Found is for how many settings something is known.
func (p *Estimator) Found() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known.Len()
}

// Waiting is how many questions wait for a measurement.
func (p *Estimator) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.wants)
}

// Hurry has what is asked for measured at once from now on, however soon the next question may follow.
func (p *Estimator) Hurry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.quiet = [rounds]time.Duration{}
}
