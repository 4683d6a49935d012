package op

import (
	"fmt"
	"slices"

	"cuaderno/training/nn"
)

// State is what a training needs, beside its weights, to go on as if it had never stopped.
type State struct {
	Step      uint64     // steps taken: it decides the dropout masks and Adam's correction
	Optimizer []nn.Named // copies of the solver's numbers, in the kernels' order
	Rows      []int32    // [V] the step that each row of the embedding has seen; nil: all have seen all
}

// parameterNames name the solver's parameters in their order.
var parameterNames = []string{"embedding", "kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias"}

// State brings the weights up to date and copies what belongs to them.
func (n *Trainer) State() State {
	n.solver.flush()
	return n.state()
}

// Snapshot copies weights and state as they lie, some rows of the embedding being behind: bringing
// them up to date would round otherwise than the undisturbed training does. The weights are good for
// Resume alone.
func (n *Trainer) Snapshot() (*nn.Params, State) {
	st := n.state()
	st.Rows = slices.Clone(n.solver.current)
	return n.w.Unpack(), st
}

func (n *Trainer) state() State {
	st := State{Step: n.step}
	for i, states := range n.solver.state {
		for j, data := range states {
			st.Optimizer = append(st.Optimizer, nn.Named{
				Name: fmt.Sprintf("optimizer/%s/%d", parameterNames[i], j), Shape: []int{len(data)}, Data: slices.Clone(data),
			})
		}
	}
	return st
}

// Resume sets weights and state to those of a training of the same spec, batch size and seed. After
// an error the trainer must not be used.
func (n *Trainer) Resume(p *nn.Params, st State) error {
	if err := p.Check(n.spec); err != nil {
		return fmt.Errorf("op: %w", err)
	}
	byName := map[string][]float32{}
	for _, t := range st.Optimizer {
		byName[t.Name] = t.Data
	}
	for i, states := range n.solver.state {
		for j, data := range states {
			name := fmt.Sprintf("optimizer/%s/%d", parameterNames[i], j)
			if len(byName[name]) != len(data) {
				return fmt.Errorf("op: %s has %d numbers, %s needs %d", name, len(byName[name]), n.spec.Optimizer, len(data))
			}
			copy(data, byName[name])
		}
	}
	rows := st.Rows
	if rows == nil {
		rows = slices.Repeat([]int32{int32(st.Step)}, n.spec.NumWords)
	}
	if len(rows) != n.spec.NumWords || slices.Min(rows) < 0 || uint64(slices.Max(rows)) > st.Step {
		return fmt.Errorf("op: a state of step %d does not know the steps of its %d rows", st.Step, n.spec.NumWords)
	}
	copy(n.solver.current, rows)
	n.step, n.solver.steps = st.Step, int(st.Step)
	// The rule has to know every step that a row has yet to see.
	behind := int(slices.Min(rows))
	n.solver.rule.resume(behind)
	for range int(st.Step) - behind {
		n.solver.rule.begin()
	}
	n.w.Pack(p)
	n.refresh()
	return nil
}
