package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// rule is an optimizer: what one step does to some weights, given their gradient and their state,
// and what steps without a gradient do, all at once.
//
// Weights of rows that a batch does not touch have the gradient zero, which is not nothing: Adam and
// momentum coast on. Such rows are brought up to date when they are next read (lazily, but exactly).
type rule interface {
	states() int      // numbers kept for each weight: 0, 1 or 2
	initial() float32 // what they begin with
	begin()           // starts the next step: t = 1, 2, ...
	update(w, g []float32, state [][]float32)
	// catchUp applies the steps after t0 up to the last one begun; it must be safe for concurrent use.
	catchUp(w []float32, state [][]float32, t0 int, pad *kernel.AdamMissed)
	coasts() bool // whether catchUp does anything
	resume(t int) // goes on after step t, with every row up to date
}

func newRule(s nn.Spec) (rule, error) {
	switch s.Optimizer {
	case "sgd":
		return &sgd{rate: s.LearningRate}, nil
	case "momentum":
		return &sgd{rate: s.LearningRate, momentum: 0.9}, nil
	case "nesterov":
		return &sgd{rate: s.LearningRate, momentum: 0.9, nesterov: true}, nil
	case "rmsprop":
		return &rmsprop{rate: s.LearningRate, rho: 0.9, eps: 1e-7}, nil
	case "adagrad":
		return &adagrad{rate: s.LearningRate, eps: 1e-7}, nil
	case "adam":
		return newAdam(s.LearningRate, 0), nil
	case "adamw":
		return newAdam(s.LearningRate, 0.004), nil
	}
	return nil, fmt.Errorf("op: unknown optimizer %q", s.Optimizer)
}

// Solver is a gorgonia.Solver. It reads the gradients from the memory of the graph's own nodes, and
// knows that the embedding's has a row for each distinct word of the batch only.
type Solver struct {
	rule  rule
	steps int
	width int // of an embedding row

	table   *param        // the embedding
	current []int32       // [V] the step each of its rows has seen
	state   [][][]float32 // for each parameter, in order: its states
	params  []*param
}

var _ gorgonia.Solver = (*Solver)(nil)

func newSolver(s nn.Spec) (*Solver, error) {
	r, err := newRule(s)
	if err != nil {
		return nil, err
	}
	return &Solver{rule: r, width: kernel.Up(s.EmbeddingDim), current: make([]int32, s.NumWords)}, nil
}

// param is one parameter and the memory that its gradient is left in.
type param struct {
	value  *tensor.Dense
	data   []float32 // of value
	grad   []float32
	tokens *tokens // of the embedding: which rows grad holds
}

// Value and Grad make a param a gorgonia.ValueGrad.
func (p *param) Value() gorgonia.Value         { return p.value }
func (p *param) Grad() (gorgonia.Value, error) { return dense(p.grad, len(p.grad)), nil }

// own allocates the states; the first parameter is the embedding.
func (s *Solver) own(model []gorgonia.ValueGrad) error {
	for _, m := range model {
		p, ok := m.(*param)
		if !ok {
			return fmt.Errorf("op: a solver's parameter is a %T", m)
		}
		var states [][]float32
		for range s.rule.states() {
			state := kernel.Floats(len(p.data))
			if v := s.rule.initial(); v != 0 {
				for i := range state {
					state[i] = v
				}
			}
			states = append(states, state)
		}
		if p.tokens != nil {
			s.table = p
		}
		s.params, s.state = append(s.params, p), append(s.state, states)
	}
	return nil
}

// Step applies the gradients that the graph has just left.
func (s *Solver) Step(model []gorgonia.ValueGrad) error {
	if len(model) != len(s.params) {
		return fmt.Errorf("op: the solver owns %d parameters, got %d", len(s.params), len(model))
	}
	s.rule.begin()
	s.steps++
	const chunk = 1 << 15
	for i, p := range s.params {
		if p.tokens != nil {
			s.rows(i, p.tokens.rows, func(j int, row []float32, state [][]float32, _ *kernel.AdamMissed) {
				s.rule.update(row, p.grad[j*s.width:][:s.width], state)
			})
			continue
		}
		w := p.data
		each((len(w)+chunk-1)/chunk, func(c int) {
			low, high := c*chunk, min((c+1)*chunk, len(w))
			s.rule.update(w[low:high], p.grad[low:high], part(make([][]float32, 0, 2), s.state[i], low, high))
		})
	}
	for _, id := range s.table.tokens.rows {
		s.current[id] = int32(s.steps)
	}
	return nil
}

// touch brings rows of the embedding up to date before they are read.
func (s *Solver) touch(ids []int32) {
	if s.rule.coasts() {
		s.rows(0, ids, func(j int, row []float32, state [][]float32, pad *kernel.AdamMissed) {
			if t0 := int(s.current[ids[j]]); t0 < s.steps {
				s.rule.catchUp(row, state, t0, pad)
			}
		})
	}
	for _, id := range ids {
		s.current[id] = int32(s.steps)
	}
}

// flush brings all rows up to date.
func (s *Solver) flush() {
	all := make([]int32, len(s.current))
	for i := range all {
		all[i] = int32(i)
	}
	s.touch(all)
}

// rows calls f with rows of a parameter and of its states; pad is scratch, one for each goroutine.
func (s *Solver) rows(param int, ids []int32, f func(j int, row []float32, state [][]float32, pad *kernel.AdamMissed)) {
	const chunk = 256
	w := s.params[param].data
	each((len(ids)+chunk-1)/chunk, func(c int) {
		var mine struct {
			states [2][]float32
			pad    kernel.AdamMissed
		}
		for j := c * chunk; j < min((c+1)*chunk, len(ids)); j++ {
			low := int(ids[j]) * s.width
			f(j, w[low:low+s.width], part(mine.states[:0], s.state[param], low, low+s.width), &mine.pad)
		}
	})
}

func part(dst, state [][]float32, low, high int) [][]float32 {
	for _, x := range state {
		dst = append(dst, x[low:high])
	}
	return dst
}
