package op

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// Gradients copies the last step's gradients into Keras' layout, zero for words not in the batch.
func (n *Trainer) Gradients() *nn.Params {
	w, width := *n.w, n.w.dt*lanes
	w.embedding = make([]float32, len(n.w.embedding))
	for i, id := range n.tokens.rows {
		copy(w.embedding[int(id)*width:][:width], n.grads.embedding[i*width:])
	}
	w.kernel, w.recurrent, w.bias = n.grads.kernel, n.grads.recurrent, n.grads.bias
	w.dense, w.denseBias = n.grads.dense, n.grads.denseBias
	return w.Unpack()
}

// Logits copies the last batch's, before the update.
func (n *Trainer) Logits() []float32 { return append([]float32(nil), n.logits[:n.n]...) }

// Masks are factors by Keras' gate, review and feature (or unit). Where gates share one mask, or
// have none, every gate's is listed all the same.
type Masks [][][]float64

// Masks reads the masks of the last batch from the shards.
func (n *Trainer) Masks() (input, state Masks) {
	return n.masks(n.maskIn, n.cell.wOrder, n.nIn, n.spec.EmbeddingDim, n.w.dt, func(sh *shard) []float32 { return sh.maskX }),
		n.masks(n.maskUp, n.cell.uOrder, n.nUp, n.spec.Units, n.w.ht, func(sh *shard) []float32 { return sh.maskH })
}

func (n *Trainer) masks(drawn bool, order []int, copies, width, tiles int, of func(*shard) []float32) Masks {
	all := make(Masks, n.cell.gates)
	for g := range all {
		all[g] = make([][]float64, n.n)
		for row := range all[g] {
			all[g][row] = make([]float64, width)
			for j := range all[g][row] {
				all[g][row][j] = 1
				if drawn {
					all[g][row][j] = float64(of(n.shards[row/lanes])[maskAt(place(order, copies, g), tiles, row, j)])
				}
			}
		}
	}
	return all
}

// SetMasks makes every following step use these masks: one for all gates, or one for each.
func (n *Trainer) SetMasks(input, state Masks) {
	n.draw = func(s int) {
		fill(n.shards[s].maskX, n.cell.wOrder, input, s, n.w.dt)
		fill(n.shards[s].maskH, n.cell.uOrder, state, s, n.w.ht)
	}
}

func fill(dst []float32, order []int, masks Masks, s, tiles int) {
	for g := range masks {
		for row := s * lanes; row < min((s+1)*lanes, len(masks[g])); row++ {
			for j, x := range masks[g][row] {
				dst[maskAt(place(order, len(masks), g), tiles, row, j)] = float32(x)
			}
		}
	}
}

func maskAt(gate, tiles, row, j int) int {
	return (gate*tiles+j/lanes)*tile + row%lanes*lanes + j%lanes
}

// Table drives a solver without a network: an embedding [V, 16] and one dense parameter.
type Table struct {
	solver *Solver
	tokens tokens
	params []gorgonia.ValueGrad
	rows   *param
	dense  *param
}

// NewTable copies the start values; rows are [V, 16], the dense ones as many as they are.
func NewTable(s nn.Spec, rows, other []float32) (*Table, error) {
	s.EmbeddingDim, s.NumWords = lanes, len(rows)/lanes
	solver, err := newSolver(s)
	if err != nil {
		return nil, err
	}
	t := &Table{solver: solver}
	t.tokens.init(s.NumWords, s.NumWords)
	make1 := func(data []float32) *param {
		own := kernel.Floats(len(data))
		copy(own, data)
		value := tensor.New(tensor.WithShape(len(own)), tensor.WithBacking(own))
		return &param{value: value, data: own, grad: kernel.Floats(len(own))}
	}
	t.rows, t.dense = make1(rows), make1(other)
	t.rows.tokens = &t.tokens
	t.params = []gorgonia.ValueGrad{t.rows, t.dense}
	return t, solver.own(t.params)
}

// Step updates the rows ids, distinct, with gradients [ids, 16], and the dense parameter.
func (t *Table) Step(ids []int32, rows, other []float32) error {
	t.tokens.index(ids)
	t.solver.touch(t.tokens.rows)
	copy(t.rows.grad, rows)
	copy(t.dense.grad, other)
	return t.solver.Step(t.params)
}

// Flush brings every row up to date.
func (t *Table) Flush() { t.solver.flush() }

// Values are the rows and the dense parameter, as they lie in memory.
func (t *Table) Values() (rows, other []float32) { return t.rows.data, t.dense.data }

// HasTable tells whether the words' projections have been computed.
func (p *Predictor) HasTable() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.project != nil
}

// Each and Receive are the two sides of shared work.
func Each(n int, f func(int))       { each(n, f) }
func Receive(from <-chan bool) bool { return receive(from, nil) }
