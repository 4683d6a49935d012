package keras

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// layer is one of a model's layers as its configuration tells of it.
type layer struct {
	Class      string          `json:"class_name"`
	Registered string          `json:"registered_name"` // of a class that is not Keras' own
	Name       string          `json:"name"`
	Raw        json.RawMessage `json:"config"`
	Inbound    json.RawMessage `json:"inbound_nodes"`

	config map[string]json.RawMessage
}

// maxNested bounds models in models, and JSON in JSON.
const maxNested = 16

// chain lists a model's layers from the input to the output. Models within the model are taken apart. It is
// an error if they do not stand one behind another.
func chain(raw []byte, depth int) ([]layer, error) {
	if depth == 0 {
		return nil, fmt.Errorf("keras: %w: models in models without end", ErrModel)
	}
	var model layer
	if err := json.Unmarshal(raw, &model); err != nil {
		return nil, fmt.Errorf("keras: %w: its configuration: %w", ErrModel, err)
	}
	var c struct {
		Layers  []layer         `json:"layers"`
		Inputs  json.RawMessage `json:"input_layers"`
		Outputs json.RawMessage `json:"output_layers"`
		Built   json.RawMessage `json:"build_input_shape"`
	}
	into := any(&c)
	if bytes.HasPrefix(bytes.TrimSpace(model.Raw), []byte("[")) {
		into = &c.Layers // as Keras wrote it until 2.2.2
	}
	if err := json.Unmarshal(model.Raw, into); err != nil {
		return nil, fmt.Errorf("keras: %w: its configuration: %w", ErrModel, err)
	}
	for i := range c.Layers {
		if err := c.Layers[i].read(); err != nil {
			return nil, err
		}
	}
	layers := c.Layers
	switch model.class() {
	case "Sequential":
		if c.Built != nil && !slices.ContainsFunc(layers, func(l layer) bool { return l.Class == "InputLayer" }) {
			// The shape that the model was built with, as it was not told any.
			layers = append([]layer{{Class: "InputLayer", config: map[string]json.RawMessage{"batch_shape": c.Built}}}, layers...)
		}
	case "Functional", "Model":
		var err error
		if layers, err = follow(layers, c.Inputs, c.Outputs); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("keras: %w: it is a model of the class %.60q, neither Sequential nor Functional", ErrModel, model.class())
	}
	var out []layer
	for _, l := range layers {
		switch l.class() {
		case "Sequential", "Functional", "Model":
			text, err := json.Marshal(map[string]any{"class_name": l.Class, "config": l.Raw})
			if err != nil {
				return nil, fmt.Errorf("keras: %w", err)
			}
			inner, err := chain(text, depth-1)
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
		default:
			out = append(out, l)
		}
	}
	return out, nil
}

// read takes the options apart.
func (l *layer) read() error {
	switch l.class() {
	case "Sequential", "Functional", "Model":
		return nil // its configuration may be a list
	}
	if err := json.Unmarshal(l.Raw, &l.config); err != nil {
		return fmt.Errorf("keras: %w: the configuration of %s: %w", ErrModel, l, err)
	}
	if l.Name == "" {
		_ = json.Unmarshal(l.config["name"], &l.Name) // a layer without a name is known by its class
	}
	return nil
}

// class is the layer's class, by the name under which others than Keras' own are registered.
func (l layer) class() string {
	if l.Registered != "" {
		return l.Registered
	}
	return l.Class
}

// String names the layer for a message.
func (l layer) String() string {
	if l.Name == "" {
		return fmt.Sprintf("the layer %.60q", l.class())
	}
	return fmt.Sprintf("the layer %.60q (%s)", l.Name, printable(l.class()))
}

// follow puts a Functional model's layers in the order in which they compute.
func follow(layers []layer, inputs, outputs json.RawMessage) ([]layer, error) {
	refuse := func(format string, args ...any) ([]layer, error) {
		return nil, fmt.Errorf("keras: %w: %s", ErrModel, fmt.Sprintf(format, args...))
	}
	from, to := tensors(inputs), tensors(outputs)
	if len(from) != 1 || len(to) != 1 {
		return refuse("it has %d inputs and %d outputs, not one of each", len(from), len(to))
	}
	byName := map[string]layer{}
	for _, l := range layers {
		byName[l.Name] = l
	}
	var out []layer
	for at := to[0]; ; {
		l, ok := byName[at]
		if !ok || len(out) == len(layers) {
			return refuse("its layers do not stand one behind another")
		}
		out = append(out, l)
		if at == from[0] {
			break
		}
		source, err := l.source()
		if err != nil {
			return nil, err
		}
		at = source
	}
	if len(out) < len(layers) {
		return refuse("%d of its layers stand beside the others", len(layers)-len(out))
	}
	slices.Reverse(out)
	return out, nil
}

// source is the layer whose output this one takes.
func (l layer) source() (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", fmt.Errorf("keras: %w: %s %s", ErrModel, l, fmt.Sprintf(format, args...))
	}
	var nodes []json.RawMessage
	if err := json.Unmarshal(l.Inbound, &nodes); err != nil {
		return refuse("does not say what it takes")
	}
	if len(nodes) != 1 {
		return refuse("is used %d times, not once", len(nodes))
	}
	node := nodes[0]
	var call struct { // as Keras 3 writes it
		Args   json.RawMessage            `json:"args"`
		Kwargs map[string]json.RawMessage `json:"kwargs"`
	}
	if json.Unmarshal(node, &call) == nil && call.Args != nil {
		node = call.Args
	} else { // as Keras 2 did: [[layer, node, tensor, arguments]]
		var calls [][]json.RawMessage
		if json.Unmarshal(node, &calls) == nil && len(calls) == 1 && len(calls[0]) > 3 {
			_ = json.Unmarshal(calls[0][3], &call.Kwargs) // what is no object gives no arguments
		}
	}
	for _, name := range slices.Sorted(maps.Keys(call.Kwargs)) {
		if v := string(call.Kwargs[name]); v != "null" && v != "false" {
			return refuse("is called with %s=%s", printable(name), printable(v))
		}
	}
	found := tensors(node)
	if len(found) != 1 {
		return refuse("takes %d inputs, not one", len(found))
	}
	return found[0], nil
}

// tensors names the layers whose outputs stand in a piece of configuration: ["name", 0, 0], alone or in
// lists, or in objects under keras_history.
func tensors(raw json.RawMessage) []string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	var out []string
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		if depth == 0 {
			return
		}
		switch v := v.(type) {
		case []any:
			if name, ok := tensor(v); ok {
				out = append(out, name)
				return
			}
			for _, e := range v {
				walk(e, depth-1)
			}
		case map[string]any:
			for _, e := range v {
				walk(e, depth-1)
			}
		}
	}
	walk(v, maxNested)
	return out
}

func tensor(v []any) (string, bool) {
	if len(v) != 3 && len(v) != 4 {
		return "", false
	}
	name, ok := v[0].(string)
	_, node := v[1].(float64)
	_, index := v[2].(float64)
	return name, ok && node && index
}
