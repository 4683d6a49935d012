package keras

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// architecture is what of a model's configuration its weights do not tell.
type architecture struct {
	maxlen int // words that the model reads; 0 if it takes any number
}

// idle are the layers that pass on what they get once a model is trained.
var idle = []string{
	"Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
}

// wanted are the options of a layer that decide what it computes, each with the value for which the
// notebook computes the same. An option that a file does not mention has that value, save for the activations,
// whose defaults have changed between versions.
var wanted = map[string][]option{
	"InputLayer": {{"sparse", "false", true}, {"ragged", "false", true}},
	"Embedding":  {{"mask_zero", "false", true}},
	"Dense":      {{"units", "1", false}},
	"LSTM":       {{"activation", `"tanh"`, false}, {"recurrent_activation", `"sigmoid"`, false}},
	"GRU": {
		{"activation", `"tanh"`, false}, {"recurrent_activation", `"sigmoid"`, false}, {"reset_after", "true", false},
	},
	"SimpleRNN": {{"activation", `"tanh"`, false}},
	"recurrent": {
		{"go_backwards", "false", true}, {"return_sequences", "false", true}, {"return_state", "false", true},
		{"stateful", "false", true}, {"time_major", "false", true},
	},
}

type option struct {
	name, value string // JSON
	optional    bool
}

// places of the layers, in their order.
const (
	atEmbedding = iota
	atRecurrent
	atDense
	atSigmoid
	atEnd
)

// maxNamed is how many differences a refusal names.
const maxNamed = 6

// architectureOf reads a model's configuration, and refuses by name all that would compute something else
// than the notebook's model with the same weights.
func architectureOf(raw []byte) (*architecture, error) {
	layers, err := chain(raw, maxNested)
	if err != nil {
		return nil, err
	}
	a := &architecture{}
	var others []string
	at, unknown := atEmbedding, false
	for _, l := range layers {
		class := l.class()
		what, next := "", at
		switch {
		case class == "InputLayer":
			if at == atEmbedding && a.maxlen == 0 { // else of a model within the model
				a.maxlen, what = l.maxlen()
			}
		case slices.Contains(idle, class) || class == "Activation" && l.activation("activation") == `"linear"`:
		case class == "Embedding":
			if what, next = stands(at, atEmbedding), atRecurrent; what == "" && a.maxlen == 0 {
				a.maxlen, what = l.maxlen()
			}
		case class == "LSTM", class == "GRU", class == "SimpleRNN":
			what, next = stands(at, atRecurrent), atDense
			others = append(others, l.differ(wanted["recurrent"])...)
		case class == "Dense":
			what, next = stands(at, atDense), atEnd
			switch f := l.activation("activation"); f {
			case `"sigmoid"`:
			case `"linear"`:
				next = atSigmoid
			default:
				others = append(others, fmt.Sprintf("%s has activation=%s, not \"sigmoid\"", l, printable(f)))
			}
		case class == "Activation" && l.activation("activation") == `"sigmoid"`:
			what, next = stands(at, atSigmoid), atEnd
		case class == "Activation":
			what = fmt.Sprintf("has activation=%s", printable(l.activation("activation")))
		default:
			what, unknown = "is of a kind that is not computed", true
		}
		if what != "" && !(unknown && what == misplaced) {
			others = append(others, fmt.Sprintf("%s %s", l, what))
		}
		others = append(others, l.differ(wanted[class])...)
		others = append(others, l.quantised()...)
		at = max(at, next)
	}
	switch at {
	case atEmbedding, atRecurrent, atDense:
		if len(others) == 0 {
			others = append(others, "it has no "+[]string{"Embedding", "LSTM, GRU or SimpleRNN", "Dense"}[at])
		}
	case atSigmoid:
		others = append(others, `its output is linear (activation="linear"), without a sigmoid`)
	}
	if n := len(others) - maxNamed; n > 0 {
		others = append(others[:maxNamed], fmt.Sprintf("and %d more differences", n))
	}
	if len(others) > 0 {
		return nil, fmt.Errorf("keras: %w: %s", ErrModel, strings.Join(others, "; "))
	}
	return a, nil
}

const misplaced = "stands where none does in the notebook's model"

func stands(at, place int) string {
	if at != place {
		return misplaced
	}
	return ""
}

// differ names the options whose values are others than those wanted.
func (l layer) differ(options []option) (out []string) {
	for _, o := range options {
		got, ok := l.config[o.name]
		if !ok && o.optional || string(got) == "null" && o.optional {
			continue
		}
		text := string(got)
		if strings.HasSuffix(o.name, "activation") {
			text = l.activation(o.name)
		}
		switch {
		case text == o.value:
		case text == "":
			out = append(out, fmt.Sprintf("%s does not say its %s, which must be %s", l, o.name, o.value))
		default:
			out = append(out, fmt.Sprintf("%s has %s=%s, not %s", l, o.name, printable(text), o.value))
		}
	}
	return out
}

// quantised names an arithmetic whose weights are no floating-point numbers.
func (l layer) quantised() []string {
	var policy struct {
		Class  string `json:"class_name"`
		Config struct {
			Mode string `json:"mode"`
		} `json:"config"`
	}
	if json.Unmarshal(l.config["dtype"], &policy) == nil && strings.Contains(policy.Class, "Quantized") {
		return []string{fmt.Sprintf("%s is quantised (dtype %q)", l, policy.Config.Mode)}
	}
	return nil
}

// activation is an activation's name, in JSON: "tanh", or a function's or a layer's name in an object.
func (l layer) activation(name string) string {
	raw := l.config[name]
	if string(raw) == "null" {
		return `"linear"`
	}
	var object struct {
		Class  string          `json:"class_name"`
		Config json.RawMessage `json:"config"`
	}
	if json.Unmarshal(raw, &object) == nil && object.Class != "" {
		if object.Class == "function" {
			return string(object.Config)
		}
		return strconv.Quote(object.Class)
	}
	return string(raw)
}

// maxlen is how many words the model reads, where an input or an embedding says it.
func (l layer) maxlen() (n int, what string) {
	for _, name := range []string{"batch_shape", "batch_input_shape"} {
		raw, ok := l.config[name]
		if !ok || string(raw) == "null" {
			continue
		}
		var shape []*int
		if err := json.Unmarshal(raw, &shape); err != nil || len(shape) != 2 {
			return 0, fmt.Sprintf("has %s=%s, not [null, maxlen]", name, printable(string(raw)))
		}
		if shape[1] != nil {
			return *shape[1], ""
		}
	}
	var length *int
	if json.Unmarshal(l.config["input_length"], &length) == nil && length != nil {
		return *length, ""
	}
	return 0, ""
}

// printable is a text from a file, short and without what a terminal would obey.
func printable(s string) string {
	const most = 60
	if q := []rune(s); len(q) > most {
		s = string(q[:most]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '�'
		}
		return r
	}, s)
}
