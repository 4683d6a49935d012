package op

import (
	"fmt"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// Trainer trains one model with batches of at most B reviews. It owns all its buffers; it is not
// safe for concurrent use. Two trainers do not disturb each other.
type Trainer struct {
	spec nn.Spec
	cell cell
	seed uint64

	batch, t, s    int // B, T, S
	first          int // first time step that gradients reach
	maskIn, maskUp bool
	nIn, nUp       int // copies of the input and of the state, one for each mask

	w          *Weights
	kernelT    []float32 // the kernels transposed, for the way back
	recurrentT []float32
	biases     []float32 // one tile for every slot: the bias in each of its rows

	shards []*shard
	tokens tokens
	draw   func(shard int) // fills the shard's dropout masks

	// Of the batch at hand.
	step    uint64
	n       int // reviews in it
	labels  []float32
	logits  []float32
	dLogits []float32
	loss    float32
	correct int

	grads struct{ embedding, kernel, recurrent, bias, dense, denseBias []float32 }

	predictor *Predictor // reads the weights between epochs

	graph   *gorgonia.ExprGraph
	machine machine
	solver  *Solver
	params  []gorgonia.ValueGrad
}

// shard holds what 16 reviews need between the way forward and the way back. Time steps lie a tile
// further apart than they need, lest all of them compete for the same lines of the cache.
type shard struct {
	ids          []int32   // [T, 16]
	x            []float32 // [T, nIn Dt + 1] tiles: embedded words, one masked copy for each mask
	z            []float32 // [T, slots Ht + 1] tiles: pre-activations, activations, then gradients
	h            []float32 // [T+1, Ht + 1] tiles: states, h[0] = 0
	hm           []float32 // [T+1, nUp Ht + 1] tiles: masked states; h itself where there is no mask
	c, tc        []float32 // [T+1, Ht + 1] tiles: cell states and their tanh
	dx           []float32 // [T, Dt + 1] tiles
	dh, dc       []float32 // [Ht] tiles
	acc          []float32 // [max(nIn, nUp Ht)] tiles: gradients of the masked copies, zero between uses
	maskX, maskH []float32 // [nIn, Dt], [nUp, Ht] tiles
}

// The strides between time steps, in floats.
func (n *Trainer) xs() int  { return (n.nIn*n.w.dt + 1) * tile }
func (n *Trainer) zs() int  { return (n.cell.slots*n.w.ht + 1) * tile }
func (n *Trainer) hs() int  { return (n.w.ht + 1) * tile }
func (n *Trainer) hms() int { return (n.nUp*n.w.ht + 1) * tile }
func (n *Trainer) dxs() int { return (n.w.dt + 1) * tile }

// MaxBytes bounds the buffers of one trainer.
const MaxBytes int64 = 6 << 30

// NewTrainer builds the graph, its gradient and the buffers. The seed decides the dropout masks.
func NewTrainer(s nn.Spec, batch int, seed uint64, p *nn.Params) (*Trainer, error) {
	n := &Trainer{spec: s, cell: cellOf(s.Layer), seed: seed, batch: batch, t: s.Maxlen, s: (batch + lanes - 1) / lanes}
	if k := s.BPTTSteps; k > 0 && k < s.Maxlen {
		n.first = s.Maxlen - k
	}
	n.maskIn, n.maskUp = s.Dropout > 0, s.RecurrentDropout > 0
	n.nIn, n.nUp = maskCopies(n.cell, s.Dropout, s.RecurrentDropout)
	if !n.maskIn {
		n.nIn = 1
	}
	n.w = NewWeights(s)
	if need := n.bytes(); need > MaxBytes {
		return nil, fmt.Errorf("op: a batch of %d reviews of %d words with %d units needs %.1f GB, at most %.0f are allowed: lower batch_size, maxlen or units",
			batch, s.Maxlen, s.Units, float64(need)/1e9, float64(MaxBytes)/1e9)
	}
	n.w.Pack(p)
	n.allocate()
	n.draw = n.drawMasks
	solver, err := newSolver(s)
	if err != nil {
		return nil, err
	}
	n.solver = solver
	if err := n.build(); err != nil {
		return nil, fmt.Errorf("op: building the graph: %w", err)
	}
	n.refresh()
	return n, nil
}

func (n *Trainer) bytes() int64 {
	perStep := n.xs() + n.zs() + n.hms() + 3*n.hs() + n.dxs()
	return 4*int64(n.t+1)*int64(perStep)*int64(n.s) + 16*int64(len(n.w.embedding))
}

func (n *Trainer) allocate() {
	w := n.w
	n.kernelT = kernel.Floats(len(w.kernel))
	n.recurrentT = kernel.Floats(len(w.recurrent))
	n.biases = kernel.Floats(n.cell.slots * w.ht * tile)
	n.labels = make([]float32, n.s*lanes)
	n.logits = make([]float32, n.s*lanes)
	n.dLogits = make([]float32, n.s*lanes)
	for range n.s {
		sh := &shard{
			ids: make([]int32, n.t*lanes), x: kernel.Floats(n.t * n.xs()), z: kernel.Floats(n.t * n.zs()),
			h: kernel.Floats((n.t + 1) * n.hs()), dx: kernel.Floats(n.t * n.dxs()),
			dh: kernel.Floats(w.ht * tile), dc: kernel.Floats(w.ht * tile),
			acc:   kernel.Floats(max(n.nIn, n.nUp*w.ht) * tile),
			maskX: kernel.Floats(n.nIn * w.dt * tile), maskH: kernel.Floats(n.nUp * w.ht * tile),
		}
		sh.hm = sh.h
		if n.maskUp {
			sh.hm = kernel.Floats((n.t + 1) * n.hms())
		}
		if n.cell.hasC {
			sh.c, sh.tc = kernel.Floats((n.t+1)*n.hs()), kernel.Floats((n.t+1)*n.hs())
		} else {
			// Never read; the slices only have to be as long as if they were.
			sh.c, sh.tc = sh.h, sh.h
		}
		n.shards = append(n.shards, sh)
	}
	n.tokens.init(n.spec.NumWords, n.batch*n.t)
	g := &n.grads
	g.embedding = kernel.Floats(min(n.batch*n.t, n.spec.NumWords) * w.dt * lanes)
	g.kernel, g.recurrent = kernel.Floats(len(w.kernel)), kernel.Floats(len(w.recurrent))
	g.bias, g.dense, g.denseBias = kernel.Floats(len(w.bias)), kernel.Floats(len(w.dense)), kernel.Floats(lanes)
}

// building serialises graph construction: Gorgonia keeps its constant 1 in a package variable.
var building sync.Mutex

// build wires the nodes: the network's whole story in Gorgonia's terms.
func (n *Trainer) build() error {
	building.Lock()
	defer building.Unlock()
	g := gorgonia.NewGraph()
	n.graph = g
	input := func(name string, data []float32, shape ...int) (*gorgonia.Node, *tensor.Dense) {
		t := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
		return gorgonia.NewTensor(g, tensor.Float32, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name), gorgonia.WithValue(t)), t
	}
	w, c := n.w, n.cell
	embedding, ev := input("embedding", w.embedding, n.spec.NumWords, w.dt*lanes)
	kern, kv := input("kernel", w.kernel, w.ht, c.gates, w.dt, lanes, lanes)
	recurrent, rv := input("recurrent_kernel", w.recurrent, w.ht, c.gates, w.ht, lanes, lanes)
	bias, bv := input("bias", w.bias, w.ht, c.biasRows(), lanes)
	dense, dv := input("dense_kernel", w.dense, w.ht*lanes)
	denseBias, dbv := input("dense_bias", w.denseBias, lanes)
	labels, _ := input("labels", n.labels, n.s*lanes)

	x, err := gorgonia.ApplyOp(n.embed(), embedding)
	if err != nil {
		return err
	}
	h, err := gorgonia.ApplyOp(n.recur(), x, kern, recurrent, bias)
	if err != nil {
		return err
	}
	logits, err := gorgonia.ApplyOp(n.project(), h, dense, denseBias)
	if err != nil {
		return err
	}
	loss, err := gorgonia.ApplyOp(n.crossEntropy(), logits, labels)
	if err != nil {
		return err
	}
	grads, err := gorgonia.Grad(loss, embedding, kern, recurrent, bias, dense, denseBias)
	if err != nil {
		return err
	}
	if err := n.update(append(grads, loss)); err != nil {
		return err
	}
	n.params = []gorgonia.ValueGrad{
		&param{value: ev, data: w.embedding, grad: n.grads.embedding, tokens: &n.tokens},
		&param{value: kv, data: w.kernel, grad: n.grads.kernel},
		&param{value: rv, data: w.recurrent, grad: n.grads.recurrent},
		&param{value: bv, data: w.bias, grad: n.grads.bias},
		&param{value: dv, data: w.dense, grad: n.grads.dense},
		&param{value: dbv, data: w.denseBias, grad: n.grads.denseBias},
	}
	if err := n.solver.own(n.params); err != nil {
		return err
	}
	n.machine = newMachine(g)
	return nil
}

// update ends a step, when the loss and all gradients are there: the solver changes the weights.
func (n *Trainer) update(after gorgonia.Nodes) error {
	step := gorgonia.F32(0)
	op := &fused{name: "update", out: &step, do: func() error {
		if err := n.solver.Step(n.params); err != nil {
			return err
		}
		n.refresh()
		n.step++
		step = gorgonia.F32(n.step)
		n.machine.again()
		return nil
	}}
	for _, node := range after {
		op.inputs = append(op.inputs, node.Dims())
	}
	_, err := gorgonia.ApplyOp(op, after...)
	return err
}

// Step trains on one batch: n reviews, n <= B, ids [n, T] and labels [n]. It returns the mean loss
// and how many were judged rightly, both before the update and with dropout on.
func (n *Trainer) Step(ids []int32, labels []float32) (loss float64, correct int, err error) {
	if err := n.feed(ids, labels); err != nil {
		return 0, 0, err
	}
	if err := n.machine.turn(); err != nil {
		return 0, 0, fmt.Errorf("op: step %d: %w", n.step, cause(err))
	}
	return float64(n.loss), n.correct, nil
}

func (n *Trainer) feed(ids []int32, labels []float32) error {
	n.n = len(labels)
	if n.n == 0 || n.n > n.batch || len(ids) != n.n*n.t {
		panic(fmt.Sprintf("op: %d ids and %d labels for a batch of %d reviews of %d words", len(ids), len(labels), n.batch, n.t))
	}
	for _, id := range ids {
		if id < 0 || int(id) >= n.spec.NumWords {
			return fmt.Errorf("op: word id %d is outside the vocabulary of %d", id, n.spec.NumWords)
		}
	}
	clear(n.labels)
	copy(n.labels, labels)
	for s, sh := range n.shards {
		for b := range lanes {
			row := s*lanes + b
			for t := range n.t {
				id := int32(0) // rows beyond the batch are padding; no gradient comes back from them
				if row < n.n {
					id = ids[row*n.t+t]
				}
				sh.ids[t*lanes+b] = id
			}
		}
	}
	n.tokens.index(ids)
	return nil
}

// refresh derives from the weights what the kernels read in other orders.
func (n *Trainer) refresh() {
	w := n.w
	each(2, func(i int) {
		if i == 0 {
			transpose(n.kernelT, w.kernel, w.dt, n.cell.gates, w.ht)
			return
		}
		transpose(n.recurrentT, w.recurrent, w.ht, n.cell.gates, w.ht)
	})
	biasTiles(n.biases, w)
}

// biasTiles writes for every slot a tile whose rows all are its bias.
func biasTiles(dst []float32, w *Weights) {
	slots := w.ht * w.cell.slots
	w.biasRow(dst) // a row for each slot, at the beginning of what becomes their tiles
	for i := slots - 1; i >= 0; i-- {
		row := *(*[lanes]float32)(dst[i*lanes:])
		for b := range lanes {
			copy(dst[i*tile+b*lanes:], row[:])
		}
	}
}

// Weights gives the weights, brought up to date, in the trainer's own memory.
func (n *Trainer) Weights() *Weights {
	n.solver.flush()
	return n.w
}

// Close ends the virtual machine.
func (n *Trainer) Close() error { return n.machine.close() }

// SetParams replaces the weights; the solver's state stays as it is.
func (n *Trainer) SetParams(p *nn.Params) {
	n.solver.flush()
	n.w.Pack(p)
	n.refresh()
}
