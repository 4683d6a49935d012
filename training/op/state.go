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
}

// parameterNames name the solver's parameters in their order.
var parameterNames = []string{"embedding", "kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias"}

// State brings the weights up to date and copies what belongs to them.
func (n *Trainer) State() State {
	n.solver.flush()
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
	n.step = st.Step
	n.solver.steps = int(st.Step)
	for i := range n.solver.current {
		n.solver.current[i] = int32(st.Step)
	}
	n.solver.rule.resume(int(st.Step))
	n.w.Pack(p)
	n.refresh()
	return nil
}
