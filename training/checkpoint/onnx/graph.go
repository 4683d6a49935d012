package onnx

// The field numbers of onnx.proto that are used here.
const (
	modelIRVersion, modelProducer, modelVersion, modelDoc = 1, 2, 3, 6
	modelGraph, modelOpset, modelMetadata                 = 7, 8, 14

	opsetVersion = 2

	graphNode, graphName, graphInitializer = 1, 2, 5
	graphInput, graphOutput                = 11, 12

	nodeInput, nodeOutput, nodeName, nodeOp, nodeAttribute = 1, 2, 3, 4, 5

	attributeName, attributeInt, attributeInts, attributeType = 1, 3, 8, 20

	tensorDims, tensorType, tensorName, tensorRaw = 1, 2, 8, 9

	valueName, valueType                    = 1, 2
	typeTensor, tensorElem, tensorShape     = 1, 1, 2
	shapeDim, dimensionValue, dimensionName = 1, 1, 2

	entryKey, entryValue = 1, 2
)

// The types of elements and attributes.
const (
	elemFloat, elemInt32, elemInt64 = 1, 6, 7
	attrInt, attrInts               = 2, 7
)

// attribute is a whole number that a node takes, or a list of them.
type attribute struct {
	name string
	ints []int
	list bool
}

// node is one operation: op(inputs...) gives outputs.
func node(op, name string, inputs, outputs []string, attributes ...attribute) proto {
	var p proto
	for _, in := range inputs {
		p.text(nodeInput, in)
	}
	for _, out := range outputs {
		p.text(nodeOutput, out)
	}
	p.text(nodeName, name)
	p.text(nodeOp, op)
	for _, a := range attributes {
		var b proto
		b.text(attributeName, a.name)
		kind := attrInt
		if a.list {
			kind = attrInts
			for _, v := range a.ints {
				b.number(attributeInts, v)
			}
		} else {
			b.number(attributeInt, a.ints[0])
		}
		b.number(attributeType, kind)
		p.bytes(nodeAttribute, b)
	}
	return p
}

// tensor is a constant of the graph.
func tensor(name string, elem int, raw proto, dims ...int) proto {
	var p proto
	for _, d := range dims {
		p.number(tensorDims, d)
	}
	p.number(tensorType, elem)
	p.text(tensorName, name)
	p.bytes(tensorRaw, raw)
	return p
}

// dimension is a number, or the name of one that the caller decides.
type dimension struct {
	name string
	size int
}

// value is an input or output of the graph.
func value(name string, elem int, dims ...dimension) proto {
	var shape proto
	for _, d := range dims {
		var p proto
		if d.name != "" {
			p.text(dimensionName, d.name)
		} else {
			p.number(dimensionValue, d.size)
		}
		shape.bytes(shapeDim, p)
	}
	var t, kind, p proto
	t.number(tensorElem, elem)
	t.bytes(tensorShape, shape)
	kind.bytes(typeTensor, t)
	p.text(valueName, name)
	p.bytes(valueType, kind)
	return p
}
