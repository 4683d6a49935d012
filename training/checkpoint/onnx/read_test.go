package onnx_test

import (
	"encoding/binary"
	"math"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// fields is a protocol buffers message read without knowing its kind.
type fields map[protowire.Number][]field

type field struct {
	number uint64
	bytes  []byte
}

func parse(t *testing.T, b []byte) fields {
	t.Helper()
	out := fields{}
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		var f field
		switch kind {
		case protowire.VarintType:
			f.number, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			t.Fatalf("wire type %d", kind)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		out[number] = append(out[number], f)
	}
	return out
}

func (f fields) text(n protowire.Number) string { return string(f.first(n).bytes) }

func (f fields) first(n protowire.Number) field {
	if len(f[n]) == 0 {
		return field{}
	}
	return f[n][0]
}

func (f fields) texts(n protowire.Number) []string {
	out := []string{}
	for _, x := range f[n] {
		out = append(out, string(x.bytes))
	}
	return out
}

func (f fields) numbers(n protowire.Number) []int {
	out := []int{}
	for _, x := range f[n] {
		out = append(out, int(x.number))
	}
	return out
}

// constant is a tensor of the graph.
type constant struct {
	dims []int
	data []float64
}

// op is a node: its name and kind, what goes in and out, its attributes.
type op struct {
	kind       string
	in, out    []string
	attributes map[string][]int
}

// model is what a file holds, read with the field numbers of onnx.proto.
type model struct {
	ir, opset   int
	metadata    map[string]string
	nodes       []op
	constants   map[string]constant
	input, outs fields
}

func load(t *testing.T, data []byte) model {
	t.Helper()
	top := parse(t, data)
	m := model{ir: int(top.first(1).number), metadata: map[string]string{}, constants: map[string]constant{}}
	m.opset = int(parse(t, top.first(8).bytes).first(2).number)
	for _, e := range top[14] {
		entry := parse(t, e.bytes)
		m.metadata[entry.text(1)] = entry.text(2)
	}
	graph := parse(t, top.first(7).bytes)
	for _, n := range graph[1] {
		node := parse(t, n.bytes)
		o := op{kind: node.text(4), in: node.texts(1), out: node.texts(2), attributes: map[string][]int{}}
		for _, a := range node[5] {
			attribute := parse(t, a.bytes)
			switch attribute.first(20).number { // its type: an int, a list of ints
			case 2:
				o.attributes[attribute.text(1)] = attribute.numbers(3)
			case 7:
				o.attributes[attribute.text(1)] = attribute.numbers(8)
			}
		}
		m.nodes = append(m.nodes, o)
	}
	for _, x := range graph[5] {
		tensor := parse(t, x.bytes)
		c := constant{dims: tensor.numbers(1)}
		raw := tensor.first(9).bytes
		for ; len(raw) >= 4 && tensor.first(2).number == 1; raw = raw[4:] {
			c.data = append(c.data, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))))
		}
		m.constants[tensor.text(8)] = c
	}
	m.input, m.outs = parse(t, graph.first(11).bytes), parse(t, graph.first(12).bytes)
	return m
}
