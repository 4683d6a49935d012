package op

import (
	"errors"
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// fused is an operation on a trainer's own buffers. Its output is always the same tensor, so that a
// step allocates next to nothing.
type fused struct {
	name   string
	inputs []int // dimensions of each, 0 for a scalar
	out    gorgonia.Value
	do     func() error

	// grads builds the nodes of the gradients with respect to the inputs; nil where there is none.
	grads func(in gorgonia.Nodes, grad *gorgonia.Node) (gorgonia.Nodes, error)
	diff  []bool // which inputs have a gradient
}

var _ gorgonia.SDOp = (*fused)(nil)

func kind(dims int) hm.Type {
	if dims == 0 {
		return tensor.Float32
	}
	return gorgonia.TensorType{Dims: dims, Of: tensor.Float32}
}

func (f *fused) Arity() int { return len(f.inputs) }

func (f *fused) Type() hm.Type {
	var types []hm.Type
	for _, d := range f.inputs {
		types = append(types, kind(d))
	}
	return hm.NewFnType(append(types, kind(f.out.Shape().Dims()))...)
}

func (f *fused) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return f.out.Shape(), nil }

// Do runs the operation. A panic in a kernel becomes an error: it must not end the program.
func (f *fused) Do(in ...gorgonia.Value) (out gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &failure{f.name, fmt.Errorf("%v", r)}
		}
	}()
	if len(in) != len(f.inputs) {
		return nil, &failure{f.name, fmt.Errorf("%d inputs where %d are needed", len(in), len(f.inputs))}
	}
	if err := f.do(); err != nil {
		return nil, &failure{f.name, err}
	}
	return f.out, nil
}

// failure is what went wrong in an operation.
type failure struct {
	op  string
	err error
}

func (f *failure) Error() string { return f.op + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// cause finds the failure in an error of the virtual machine, whose wrapper errors.Is cannot see
// through and whose text speaks of registers.
func cause(err error) error {
	var outer interface{ Err() error }
	var inner *failure
	if errors.As(err, &outer) && errors.As(outer.Err(), &inner) {
		return inner
	}
	return err
}

func (f *fused) ReturnsPtr() bool     { return false }
func (f *fused) CallsExtern() bool    { return false }
func (f *fused) OverwritesInput() int { return -1 }
func (f *fused) String() string       { return f.name }

// WriteHash writes the name: it is unique in a graph, for ops of equal hash on one input are merged.
func (f *fused) WriteHash(h hash.Hash) { fmt.Fprint(h, "cuaderno/", f.name) }

func (f *fused) Hashcode() uint32 {
	h := fnv.New32a()
	f.WriteHash(h)
	return h.Sum32()
}

func (f *fused) DiffWRT(inputs int) []bool {
	if f.diff == nil {
		return make([]bool, inputs)
	}
	return f.diff
}

func (f *fused) SymDiff(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if f.grads == nil {
		return nil, fmt.Errorf("op: %s has no gradient", f.name)
	}
	return f.grads(in, grad)
}

// tap hands out a gradient that the operation behind node `after` has left in memory.
func tap(name string, after *gorgonia.Node, data []float32, shape tensor.Shape) (*gorgonia.Node, error) {
	return gorgonia.ApplyOp(&fused{
		name: name, inputs: []int{after.Dims()}, out: dense(data, shape...), do: func() error { return nil },
	}, after)
}

func dense(data []float32, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
}
