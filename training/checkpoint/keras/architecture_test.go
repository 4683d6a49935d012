package keras_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/checkpoint/keras"
)

// options are a layer's configuration.
type options map[string]any

// with gives options of which some are others; nil leaves one out.
func (o options) with(other options) options {
	out := maps.Clone(o)
	for k, v := range other {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

type part struct {
	class string
	options
}

var (
	input     = part{"InputLayer", options{"name": "in", "batch_shape": []any{nil, 12}, "sparse": false, "ragged": false}}
	words     = part{"Embedding", options{"name": "words", "mask_zero": false, "dtype": "float32"}}
	recurrent = part{"LSTM", options{
		"name": "lstm", "activation": "tanh", "recurrent_activation": "sigmoid", "return_sequences": false, "return_state": false,
		"go_backwards": false, "stateful": false, "use_bias": true, "unroll": true, "dropout": 0.5,
	}}
	verdict = part{"Dense", options{"name": "out", "units": 1, "activation": "sigmoid"}}
)

func (p part) but(o options) part { return part{p.class, p.with(o)} }

// sequential is a configuration as Keras 3 writes it, or, without a name, Keras until 2.2.2.
func sequential(name string, parts ...part) map[string]any {
	var layers []any
	for _, p := range parts {
		layers = append(layers, map[string]any{"class_name": p.class, "config": p.options})
	}
	if name == "" {
		return map[string]any{"class_name": "Sequential", "config": layers}
	}
	return map[string]any{"class_name": "Sequential", "config": options{"name": name, "layers": layers}}
}

// functional is the same as a graph in which every layer takes the one before; call are the arguments of
// the recurrent layer. Keras 3 writes its nodes otherwise than Keras 2.
func functional(version int, call options, parts ...part) map[string]any {
	var layers []any
	before := ""
	for i, p := range parts {
		nodes := []any{}
		name := p.options["name"]
		if i > 0 {
			arguments := options{}
			if p.class == "LSTM" {
				arguments = call
			}
			history := []any{before, 0, 0}
			if version == 3 {
				tensor := options{"class_name": "__keras_tensor__", "config": options{"shape": []any{nil, 4}, "keras_history": history}}
				nodes = []any{options{"args": []any{tensor}, "kwargs": arguments}}
			} else {
				nodes = []any{[]any{append(history, arguments)}}
			}
		}
		layers = append(layers, options{"class_name": p.class, "name": name, "config": p.options, "inbound_nodes": nodes})
		before = name.(string)
	}
	first, last := []any{parts[0].options["name"], 0, 0}, []any{before, 0, 0}
	if version == 3 {
		return options{"class_name": "Functional", "registered_name": "Functional", "config": options{"layers": layers, "input_layers": first, "output_layers": last}}
	}
	return options{"class_name": "Model", "config": options{"layers": layers, "input_layers": []any{first}, "output_layers": []any{last}}}
}

// whole is a model in HDF5, of the shapes of small weights, that says a configuration of itself.
func whole(t *testing.T, config any, biases bool) []byte {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return wholeOf(t, string(text), biases)
}

func wholeOf(t *testing.T, config string, biases bool) []byte {
	t.Helper()
	layers := []hdf5.Group{vars("embedding", []int{100, 3}), vars("cell", []int{3, 16}, []int{4, 16}), vars("dense", []int{4, 1})}
	if biases {
		layers[1], layers[2] = vars("cell", []int{3, 16}, []int{4, 16}, []int{16}), vars("dense", []int{4, 1}, []int{1})
	}
	var b bytes.Buffer
	if err := hdf5.Write(&b, hdf5.Group{
		Attrs:  []hdf5.Attr{{Name: "model_config", Text: config}},
		Groups: []hdf5.Group{{Name: "model_weights", Groups: layers}},
	}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A whole model that computes what the notebook's does is read, and its maxlen with it; any other is
// refused by the name of the option and its value.
func TestConfigurations(t *testing.T) {
	linear := verdict.but(options{"activation": "linear"})
	sigmoid := part{"Activation", options{"name": "squash", "activation": "sigmoid"}}
	dropout := part{"Dropout", options{"name": "drop", "rate": 0.5}}
	pooling := part{"GlobalMaxPooling1D", options{"name": "pool"}}
	plain := func(l part) any { return sequential("s", input, words, l, verdict) }
	for name, c := range map[string]struct {
		config any
		want   string // in the error, or the maxlen
	}{
		"as it is":            {plain(recurrent), "12"},
		"of any length":       {sequential("s", input.but(options{"batch_shape": []any{nil, nil}}), words, recurrent, verdict), "0"},
		"of Keras 2":          {sequential("s", words.but(options{"batch_input_shape": []any{nil, 40}}), recurrent, verdict), "40"},
		"of Keras 2, old":     {sequential("", words.but(options{"input_length": 30}), recurrent, verdict), "30"},
		"built later":         {options{"class_name": "Sequential", "config": sequential("s", words, recurrent, verdict)["config"].(options).with(options{"build_input_shape": []any{nil, 80}})}, "80"},
		"with dropout":        {sequential("s", input, words, dropout, part{"SpatialDropout1D", options{}}, recurrent, dropout, verdict), "12"},
		"sigmoid behind":      {sequential("s", input, words, recurrent, linear, sigmoid), "12"},
		"linear between":      {sequential("s", input, words, recurrent, part{"Activation", options{"activation": "linear"}}, verdict), "12"},
		"functional":          {functional(3, options{"training": false, "mask": nil}, input, words, recurrent, dropout, linear, sigmoid), "12"},
		"functional, Keras 2": {functional(2, options{}, input, words, recurrent, verdict), "12"},
		"activation in an object": {plain(recurrent.but(options{
			"activation": options{"module": "builtins", "class_name": "function", "config": "tanh", "registered_name": "function"},
		})), "12"},
		"model in a model": {options{"class_name": "Sequential", "config": options{"layers": []any{
			sequential("inner", input, words, recurrent), options{"class_name": "Dense", "config": verdict.options},
		}}}, "12"},

		"hard_sigmoid":       {plain(recurrent.but(options{"recurrent_activation": "hard_sigmoid"})), `the layer "lstm" (LSTM) has recurrent_activation="hard_sigmoid", not "sigmoid"`},
		"relu":               {plain(recurrent.but(options{"activation": "relu"})), `activation="relu", not "tanh"`},
		"no activation":      {plain(recurrent.but(options{"activation": nil})), "does not say its activation"},
		"linear cell":        {plain(recurrent.but(options{"activation": json.RawMessage("null")})), `activation="linear"`},
		"backwards":          {plain(recurrent.but(options{"go_backwards": true})), "go_backwards=true"},
		"stateful":           {plain(recurrent.but(options{"stateful": true})), "stateful=true"},
		"time_major":         {plain(recurrent.but(options{"time_major": true})), "time_major=true"},
		"old GRU":            {plain(part{"GRU", recurrent.with(options{"name": "gru", "reset_after": false})}), "reset_after=false"},
		"GRU of before":      {plain(part{"GRU", recurrent.options}), "does not say its reset_after"},
		"mask_zero":          {sequential("s", input, words.but(options{"mask_zero": true}), recurrent, verdict), `the layer "words" (Embedding) has mask_zero=true`},
		"quantised":          {sequential("s", input, words.but(options{"dtype": options{"class_name": "QuantizedDTypePolicy", "config": options{"mode": "int8"}}}), recurrent, verdict), "quantised"},
		"masking":            {sequential("s", input, words, part{"Masking", options{"name": "m"}}, recurrent, verdict), `"m" (Masking)`},
		"pooling":            {sequential("s", input, words, recurrent.but(options{"return_sequences": true}), pooling, verdict), `return_sequences=true, not false; the layer "pool" (GlobalMaxPooling1D) is of a kind`},
		"bidirectional":      {plain(part{"Bidirectional", options{"name": "both"}}), "Bidirectional"},
		"CuDNNLSTM":          {plain(part{"CuDNNLSTM", options{"name": "fast"}}), "CuDNNLSTM"},
		"linear output":      {sequential("s", input, words, recurrent, linear), `activation="linear"`},
		"two classes":        {sequential("s", input, words, recurrent, verdict.but(options{"units": 2, "activation": "softmax"})), `activation="softmax"`},
		"tanh behind":        {sequential("s", input, words, recurrent, linear, sigmoid.but(options{"activation": "tanh"})), `activation="tanh"`},
		"two sigmoids":       {sequential("s", input, words, recurrent, verdict, sigmoid), "stands where none does"},
		"a layer more":       {sequential("s", input, words, recurrent, part{"Dense", options{"name": "mid", "units": 64, "activation": "relu"}}, verdict), "units=64, not 1"},
		"no embedding":       {sequential("s", input, recurrent, verdict), "stands where none does"},
		"nothing":            {sequential("s"), "no Embedding"},
		"no output":          {sequential("s", input, words, recurrent), "no Dense"},
		"an input of 3-D":    {sequential("s", input.but(options{"batch_shape": []any{nil, 12, 1}}), words, recurrent, verdict), "batch_shape=[null,12,1]"},
		"too long":           {sequential("s", input.but(options{"batch_shape": []any{nil, 5000}}), words, recurrent, verdict), "maxlen"},
		"always in training": {functional(3, options{"training": true}, input, words, recurrent, verdict), "training=true"},
		"always, Keras 2":    {functional(2, options{"training": true}, input, words, recurrent, verdict), "training=true"},
		"with a mask":        {functional(3, options{"mask": options{"keras_history": []any{"words", 0, 0}}}, input, words, recurrent, verdict), "mask="},
		"own class":          {options{"class_name": "Mine", "config": options{}}, `"Mine"`},
		"own layer":          {options{"class_name": "Sequential", "config": options{"layers": []any{options{"class_name": "LSTM", "registered_name": "mine>LSTM", "config": recurrent.options}}}}, "mine>LSTM"},
		"an escape":          {plain(recurrent.but(options{"name": "\x1b[2Jx", "activation": "\x1b[31m"})), `"\x1b[2Jx"`},
		"no configuration":   {"nothing", "its configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			data := whole(t, c.config, true)
			m, err := read(t, data)
			readable := strings.Trim(c.want, "0123456789") == ""
			switch {
			case (err == nil) != readable:
				t.Errorf("maxlen %d, error %v; want %s", m.Maxlen, err, c.want)
			case err == nil && (fmt.Sprint(m.Maxlen) != c.want || !m.Whole || m.Params == nil):
				t.Errorf("maxlen %d, whole %v; want %s", m.Maxlen, m.Whole, c.want)
			case err != nil && (!strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\x1b\n")):
				t.Errorf("error %q, want one with %q", err, c.want)
			}
		})
	}
	t.Run("without biases", func(t *testing.T) {
		unbiased := options{"use_bias": false}
		m, err := read(t, whole(t, sequential("s", input, words, recurrent.but(unbiased), verdict.but(unbiased)), false))
		if err != nil || len(m.Params.Bias) != 16 || len(m.Params.DenseBias) != 1 {
			t.Errorf("%v, %v", m.Params, err)
		}
	})
}

// A graph is a chain, or it is refused.
func TestGraphs(t *testing.T) {
	take := func(names ...string) any {
		var args []any
		for _, n := range names {
			args = append(args, options{"class_name": "__keras_tensor__", "config": options{"keras_history": []any{n, 0, 0}}})
		}
		return options{"args": []any{args}, "kwargs": options{}}
	}
	node := func(p part, nodes ...any) any {
		return options{"class_name": p.class, "name": p.options["name"], "config": p.options, "inbound_nodes": append([]any{}, nodes...)}
	}
	graph := func(inputs, outputs any, layers ...any) any {
		return options{"class_name": "Functional", "config": options{"layers": layers, "input_layers": inputs, "output_layers": outputs}}
	}
	in, out := []any{"in", 0, 0}, []any{"out", 0, 0}
	beside := part{"Dropout", options{"name": "beside"}}
	for name, c := range map[string]struct {
		config any
		want   string
	}{
		"a chain": {graph(in, out, node(verdict, take("lstm")), node(input), node(words, take("in")), node(recurrent, take("words"))), ""},
		"two inputs": {graph([]any{in, []any{"in2", 0, 0}}, out, node(input), node(words, take("in")), node(recurrent, take("words")), node(verdict, take("lstm"))),
			"2 inputs and 1 outputs"},
		"two sources": {graph(in, out, node(input), node(words, take("in")), node(recurrent, take("words")), node(verdict, take("lstm", "words"))), "takes 2 inputs"},
		"used twice":  {graph(in, out, node(input), node(words, take("in")), node(recurrent, take("words"), take("words")), node(verdict, take("lstm"))), "is used 2 times"},
		"a branch":    {graph(in, out, node(input), node(words, take("in")), node(recurrent, take("words")), node(verdict, take("lstm")), node(beside, take("lstm"))), "beside the others"},
		"a circle":    {graph(in, out, node(input), node(words, take("lstm")), node(recurrent, take("words")), node(verdict, take("lstm"))), "one behind another"},
		"of nothing":  {graph(in, out, node(input), node(words, take("in")), node(recurrent, take("gone")), node(verdict, take("lstm"))), "one behind another"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, whole(t, c.config, true))
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, keras.ErrModel) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func FuzzConfiguration(f *testing.F) {
	for _, config := range []any{
		sequential("s", input, words, recurrent, verdict), sequential("", words.but(options{"input_length": 30}), recurrent, verdict),
		functional(3, options{"training": false}, input, words, recurrent, verdict), functional(2, options{}, input, words, recurrent, verdict),
	} {
		text, err := json.Marshal(config)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, config string) {
		if config == "" || len(config) > hdf5.MaxText {
			return
		}
		m, err := read(t, wholeOf(t, config, true))
		if err == nil && (m.Params == nil || !m.Whole) || err != nil && strings.ContainsAny(err.Error(), "\x1b\x07") {
			t.Errorf("%+v, %q", m, err)
		}
	})
}
