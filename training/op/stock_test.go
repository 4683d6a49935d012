package op_test

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// The same step as a graph of Gorgonia's own operations, unrolled over time, in float64: an
// independent forward pass and an independent differentiation.
func TestFusedOpsEqualTheStockGraph(t *testing.T) {
	for _, layer := range layers {
		for _, s := range []setup{
			{name: "plain", batch: 5, reviews: 5},
			{name: "dropout", dropout: 0.3, batch: 5, reviews: 5},
			{name: "both dropouts", dropout: 0.3, recurrent: 0.4, batch: 18, reviews: 18},
			{name: "a short batch", recurrent: 0.4, batch: 18, reviews: 3},
		} {
			t.Run(layer+"/"+s.name, func(t *testing.T) {
				spec := s.spec(layer)
				spec.NumWords, spec.Maxlen, spec.EmbeddingDim, spec.Units = 13, 6, 18, 21
				params := drawParams(spec, 21)
				n, ids, labels, loss := stepOnce(t, spec, s, params)

				g := &stock{t: t, spec: spec, graph: gorgonia.NewGraph(), reviews: s.reviews}
				g.inputMask, g.stateMask = n.Masks()
				want, grads := g.run(params, ids, labels)
				if math.Abs(loss-want) > 2e-6*want {
					t.Errorf("loss %.9g, the stock graph's %.9g", loss, want)
				}
				for i, mine := range widen(n.Gradients()).named() {
					worst, largest := farthest(mine.data, grads[i])
					t.Logf("gradients of %s: largest error %.1e", mine.name, worst/largest)
					if !(worst <= tolerated(largest)) {
						t.Errorf("%s: a gradient is off by %.2g, the largest is %.2g", mine.name, worst, largest)
					}
				}
			})
		}
	}
}

// farthest gives the largest difference and the largest number of b. A NaN is infinitely far.
func farthest(a, b []float64) (difference, largest float64) {
	if len(a) != len(b) {
		return math.Inf(1), 1
	}
	for i := range a {
		if math.IsNaN(a[i]) || math.IsNaN(b[i]) {
			return math.Inf(1), 1
		}
		difference, largest = max(difference, math.Abs(a[i]-b[i])), max(largest, math.Abs(b[i]))
	}
	return difference, largest
}

// stock builds the network from stock operations. Its methods end the test on an error, so that the
// formulas can be read.
type stock struct {
	t                    *testing.T
	spec                 nn.Spec
	graph                *gorgonia.ExprGraph
	reviews              int
	inputMask, stateMask op.Masks
	names                int
}

func (g *stock) run(p *nn.Params, ids []int32, labels []float32) (loss float64, grads [][]float64) {
	v, d, h, wide64 := g.spec.NumWords, g.spec.EmbeddingDim, g.spec.Units, widen(p)
	columns := g.spec.Gates() * h
	embedding, kernel := g.matrix(v, d, wide64.embedding), g.matrix(d, columns, wide64.kernel)
	recurrent := g.matrix(h, columns, wide64.recurrent)
	bias := g.matrix(len(wide64.bias)/columns, columns, wide64.bias)
	dense, denseBias := g.matrix(h, 1, wide64.dense), g.matrix(1, 1, wide64.denseBias)

	state := g.matrix(g.reviews, h, make([]float64, g.reviews*h))
	cell := g.matrix(g.reviews, h, make([]float64, g.reviews*h))
	for t := range g.spec.Maxlen {
		// One-hot rows times E: the stock way to look words up and have a gradient.
		hot := make([]float64, g.reviews*v)
		for b := range g.reviews {
			hot[b*v+int(ids[b*g.spec.Maxlen+t])] = 1
		}
		x := g.mul(g.matrix(g.reviews, v, hot), embedding)
		in := func(gate int) *gorgonia.Node {
			return g.add(g.mul(g.times(x, g.mask(g.inputMask, gate)), g.columns(kernel, gate)), g.rows(bias, 0, gate))
		}
		from := state // of the previous step, also when state has moved on
		rec := func(gate int) *gorgonia.Node {
			return g.mul(g.times(from, g.mask(g.stateMask, gate)), g.columns(recurrent, gate))
		}
		switch g.spec.Layer {
		case "lstm":
			i, f := g.sigmoid(g.add(in(0), rec(0))), g.sigmoid(g.add(in(1), rec(1)))
			candidate, o := g.tanh(g.add(in(2), rec(2))), g.sigmoid(g.add(in(3), rec(3)))
			cell = g.add(g.times(f, cell), g.times(i, candidate))
			state = g.times(o, g.tanh(cell))
		case "gru":
			rec1 := func(gate int) *gorgonia.Node { return g.add(rec(gate), g.rows(bias, 1, gate)) }
			z, r := g.sigmoid(g.add(in(0), rec1(0))), g.sigmoid(g.add(in(1), rec1(1)))
			candidate := g.tanh(g.add(in(2), g.times(r, rec1(2))))
			// z h' + (1-z) n = n + z (h' - n)
			state = g.add(candidate, g.times(z, g.sub(from, candidate)))
		case "simple_rnn":
			state = g.tanh(g.add(in(0), rec(0)))
		}
	}
	logits := g.add(g.mul(state, dense), g.mul(g.pick(1, 0), denseBias))
	y := g.matrix(g.reviews, 1, wide(labels))
	cost := g.ok(gorgonia.Mean(g.sub(g.ok(gorgonia.Softplus(logits)), g.times(y, logits))))

	weights := gorgonia.Nodes{embedding, kernel, recurrent, bias, dense, denseBias}
	nodes, err := gorgonia.Grad(cost, weights...)
	if err != nil {
		g.t.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g.graph)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		g.t.Fatal(err)
	}
	for _, n := range nodes {
		grads = append(grads, floats(n.Value()))
	}
	return floats(cost.Value())[0], grads
}

func floats(v gorgonia.Value) []float64 {
	if x, ok := v.Data().(float64); ok {
		return []float64{x}
	}
	return v.Data().([]float64)
}

func (g *stock) matrix(rows, columns int, data []float64) *gorgonia.Node {
	g.names++
	return gorgonia.NewMatrix(g.graph, tensor.Float64, gorgonia.WithShape(rows, columns), gorgonia.WithName(fmt.Sprint("m", g.names)),
		gorgonia.WithValue(tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(data))))
}

// pick is [reviews, rows] with ones in the chosen column: times a matrix of so many rows it repeats
// one of them for every review.
func (g *stock) pick(rows, chosen int) *gorgonia.Node {
	data := make([]float64, g.reviews*rows)
	for i := range g.reviews {
		data[i*rows+chosen] = 1
	}
	return g.matrix(g.reviews, rows, data)
}

func (g *stock) mask(m op.Masks, gate int) *gorgonia.Node {
	var data []float64
	for _, row := range m[gate] {
		data = append(data, row...)
	}
	return g.matrix(g.reviews, len(data)/g.reviews, data)
}

// columns are those of a gate.
func (g *stock) columns(w *gorgonia.Node, gate int) *gorgonia.Node {
	h := g.spec.Units
	return g.ok(gorgonia.Slice(w, nil, gorgonia.S(gate*h, (gate+1)*h)))
}

// rows is a gate's part of one row of the bias, for every review.
func (g *stock) rows(bias *gorgonia.Node, row, gate int) *gorgonia.Node {
	return g.mul(g.pick(bias.Shape()[0], row), g.columns(bias, gate))
}

func (g *stock) ok(n *gorgonia.Node, err error) *gorgonia.Node {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
	return n
}

func (g *stock) mul(a, b *gorgonia.Node) *gorgonia.Node   { return g.ok(gorgonia.Mul(a, b)) }
func (g *stock) add(a, b *gorgonia.Node) *gorgonia.Node   { return g.ok(gorgonia.Add(a, b)) }
func (g *stock) sub(a, b *gorgonia.Node) *gorgonia.Node   { return g.ok(gorgonia.Sub(a, b)) }
func (g *stock) times(a, b *gorgonia.Node) *gorgonia.Node { return g.ok(gorgonia.HadamardProd(a, b)) }
func (g *stock) tanh(a *gorgonia.Node) *gorgonia.Node     { return g.ok(gorgonia.Tanh(a)) }
func (g *stock) sigmoid(a *gorgonia.Node) *gorgonia.Node  { return g.ok(gorgonia.Sigmoid(a)) }
