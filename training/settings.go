// Package training names the knobs of the lesson: what the reader may set, its default and its
// bounds. The packages below it turn them into data, a model and a run.
package training

import (
	"fmt"
	"strconv"
	"strings"
)

// Settings is one complete choice of every knob. The zero value is not valid; start from Defaults.
type Settings struct {
	NumWords         int     `json:"num_words"`         // vocabulary size V; ids >= V become 2
	Maxlen           int     `json:"maxlen"`            // T, words kept of each review
	Padding          string  `json:"padding"`           // pre | post
	Truncating       string  `json:"truncating"`        // pre | post
	EmbeddingDim     int     `json:"embedding_dim"`     // D
	Layer            string  `json:"layer"`             // lstm | gru | simple_rnn
	Units            int     `json:"units"`             // H
	Dropout          float64 `json:"dropout"`           // on the layer's input
	RecurrentDropout float64 `json:"recurrent_dropout"` // on the layer's state
	BPTTSteps        int     `json:"bptt_steps"`        // steps the gradient goes back; 0 = all
	Optimizer        string  `json:"optimizer"`         // sgd | momentum | nesterov | rmsprop | adagrad | adam | adamw
	LearningRate     float64 `json:"learning_rate"`
	BatchSize        int     `json:"batch_size"` // B
	Epochs           int     `json:"epochs"`
	Validation       string  `json:"validation"`     // test | split
	EarlyStopping    string  `json:"early_stopping"` // off | val_loss | val_accuracy
	Patience         int     `json:"patience"`       // epochs without improvement before stopping
	MinDelta         float64 `json:"min_delta"`      // what counts as an improvement: more than this
	RestoreBest      bool    `json:"restore_best"`   // go back to the best epoch's weights at the end
	Seed             uint64  `json:"seed"`           // of initial weights, batch order and dropout masks
}

// Defaults are the lesson's: Keras' imdb_lstm example, 15 epochs as in the classroom notebook.
func Defaults() Settings {
	return Settings{
		NumWords: 20000, Maxlen: 80, Padding: "pre", Truncating: "pre",
		EmbeddingDim: 128, Layer: "lstm", Units: 128, Dropout: 0.2, RecurrentDropout: 0.2,
		Optimizer: "adam", LearningRate: 0.001,
		BatchSize: 32, Epochs: 15, Validation: "test", EarlyStopping: "off", Patience: 2, Seed: 113,
	}
}

// MaxReview bounds the text of a reader's own review, in characters.
const MaxReview = 20_000

// Kind says how a field is written down.
type Kind int

// The kinds of field: a whole number, a decimal number, one of a few words, yes or no.
const (
	Int Kind = iota
	Float
	Choice
	Bool
)

// Field describes one knob: forms, flags, validation and staleness are all driven by it.
type Field struct {
	Name     string   // as in forms, flags and JSON
	Cell     string   // id of the notebook cell that owns it
	Kind     Kind     //
	Min, Max float64  // inclusive, for numbers
	Above    bool     // Min itself is not allowed
	Choices  []string // for Choice

	get func(*Settings) string
	set func(*Settings, string) error
}

// Fields lists every knob in the order of the cells.
var Fields = []Field{
	integer("num_words", "load", 100, 88587, func(s *Settings) *int { return &s.NumWords }),
	integer("maxlen", "pad", 1, 1000, func(s *Settings) *int { return &s.Maxlen }),
	choice("padding", "pad", func(s *Settings) *string { return &s.Padding }, "pre", "post"),
	choice("truncating", "pad", func(s *Settings) *string { return &s.Truncating }, "pre", "post"),
	integer("embedding_dim", "model", 1, 512, func(s *Settings) *int { return &s.EmbeddingDim }),
	choice("layer", "model", func(s *Settings) *string { return &s.Layer }, "lstm", "gru", "simple_rnn"),
	integer("units", "model", 1, 512, func(s *Settings) *int { return &s.Units }),
	decimal("dropout", "model", 0, 0.9, func(s *Settings) *float64 { return &s.Dropout }),
	decimal("recurrent_dropout", "model", 0, 0.9, func(s *Settings) *float64 { return &s.RecurrentDropout }),
	integer("bptt_steps", "model", 0, 1000, func(s *Settings) *int { return &s.BPTTSteps }),
	choice("optimizer", "compile", func(s *Settings) *string { return &s.Optimizer },
		"adam", "adamw", "rmsprop", "adagrad", "sgd", "momentum", "nesterov"),
	above(decimal("learning_rate", "compile", 0, 10, func(s *Settings) *float64 { return &s.LearningRate })),
	integer("batch_size", "fit", 1, 1024, func(s *Settings) *int { return &s.BatchSize }),
	integer("epochs", "fit", 1, 100, func(s *Settings) *int { return &s.Epochs }),
	choice("validation", "fit", func(s *Settings) *string { return &s.Validation }, "test", "split"),
	choice("early_stopping", "fit", func(s *Settings) *string { return &s.EarlyStopping }, "off", "val_loss", "val_accuracy"),
	integer("patience", "fit", 0, 100, func(s *Settings) *int { return &s.Patience }),
	decimal("min_delta", "fit", 0, 1, func(s *Settings) *float64 { return &s.MinDelta }),
	boolean("restore_best", "fit", func(s *Settings) *bool { return &s.RestoreBest }),
	{
		Name: "seed", Cell: "fit", Kind: Int, Min: 0, Max: 1<<53 - 1,
		get: func(s *Settings) string { return strconv.FormatUint(s.Seed, 10) },
		set: func(s *Settings, v string) (err error) { s.Seed, err = strconv.ParseUint(v, 10, 53); return err },
	},
}

// FieldByName finds a knob.
func FieldByName(name string) (Field, bool) {
	for _, f := range Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Get writes the field's value as a form shows it.
func (f Field) Get(s Settings) string { return f.get(&s) }

// Set reads a form's text into the settings, or says what is allowed and changes nothing.
func (f Field) Set(s *Settings, text string) error {
	next := *s
	if err := f.set(&next, strings.TrimSpace(text)); err != nil {
		return &FieldError{Field: f, Text: text}
	}
	if err := f.check(next); err != nil {
		return err
	}
	*s = next
	return nil
}

func (f Field) check(s Settings) error {
	text := f.get(&s)
	switch f.Kind {
	case Choice:
		for _, c := range f.Choices {
			if c == text {
				return nil
			}
		}
		return &FieldError{Field: f, Text: text}
	case Int, Float:
		v, err := strconv.ParseFloat(text, 64)
		// Written so that NaN fails.
		if err != nil || !(v >= f.Min && v <= f.Max) || f.Above && v == f.Min {
			return &FieldError{Field: f, Text: text}
		}
	}
	return nil
}

// Validate checks every field and returns the first that is out of bounds.
func (s Settings) Validate() error {
	for _, f := range Fields {
		if err := f.check(s); err != nil {
			return err
		}
	}
	return nil
}

// FieldError says which field holds what it may not; its text tells what is allowed.
type FieldError struct {
	Field Field
	Text  string // what was given
}

func (e *FieldError) Error() string {
	f := e.Field
	switch {
	case f.Kind == Choice:
		return fmt.Sprintf("%s must be one of %s, not %q", f.Name, strings.Join(f.Choices, ", "), e.Text)
	case f.Kind == Bool:
		return fmt.Sprintf("%s must be true or false, not %q", f.Name, e.Text)
	case f.Kind == Int:
		return fmt.Sprintf("%s must be a whole number from %.0f to %.0f, not %q", f.Name, f.Min, f.Max, e.Text)
	case f.Above:
		return fmt.Sprintf("%s must be a number above %g and at most %g, not %q", f.Name, f.Min, f.Max, e.Text)
	default:
		return fmt.Sprintf("%s must be a number from %g to %g, not %q", f.Name, f.Min, f.Max, e.Text)
	}
}

func integer(name, cell string, low, high float64, at func(*Settings) *int) Field {
	return Field{
		Name: name, Cell: cell, Kind: Int, Min: low, Max: high,
		get: func(s *Settings) string { return strconv.Itoa(*at(s)) },
		set: func(s *Settings, v string) (err error) { *at(s), err = strconv.Atoi(v); return err },
	}
}

func decimal(name, cell string, low, high float64, at func(*Settings) *float64) Field {
	return Field{
		Name: name, Cell: cell, Kind: Float, Min: low, Max: high,
		get: func(s *Settings) string { return strconv.FormatFloat(*at(s), 'g', -1, 64) },
		set: func(s *Settings, v string) (err error) {
			// A comma is how much of the world writes the decimal point.
			*at(s), err = strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
			return err
		},
	}
}

func above(f Field) Field { f.Above = true; return f }

func choice(name, cell string, at func(*Settings) *string, choices ...string) Field {
	return Field{
		Name: name, Cell: cell, Kind: Choice, Choices: choices,
		get: func(s *Settings) string { return *at(s) },
		set: func(s *Settings, v string) error { *at(s) = v; return nil },
	}
}

func boolean(name, cell string, at func(*Settings) *bool) Field {
	return Field{
		Name: name, Cell: cell, Kind: Bool,
		get: func(s *Settings) string { return strconv.FormatBool(*at(s)) },
		set: func(s *Settings, v string) (err error) {
			switch v {
			case "on":
				*at(s) = true
			case "", "off":
				*at(s) = false
			default:
				*at(s), err = strconv.ParseBool(v)
			}
			return err
		},
	}
}
