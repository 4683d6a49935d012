package notebook

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"cuaderno/training"
)

// Field is one control on the page: a knob of the training, or one that only the page knows.
type Field struct {
	Name    string
	Cell    ID
	Allowed training.Field // kind, bounds and choices

	get   func(*State) string
	set   func(*State, string)
	valid func(State, string) bool
}

// Fields lists every control in the order of the cells.
var Fields = allFields()

// FieldByName finds a control.
func FieldByName(name string) (Field, bool) {
	for _, f := range Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Get writes the field's present value as a form shows it.
func (f Field) Get(s State) string { return f.get(&s) }

// Check gives those of the values, by their fields' names, that may not be. Names that are no fields are passed over.
func Check(s State, values map[string]string) map[string]string {
	wrong := map[string]string{}
	for name, text := range values {
		if f, ok := FieldByName(name); ok && !f.valid(s, text) {
			wrong[name] = text
		}
	}
	return wrong
}

func allFields() []Field {
	var out []Field
	for _, f := range training.Fields {
		if f.Cell == string(Pad) && len(out) > 0 && out[len(out)-1].Cell == Load {
			out = append(out, index())
		}
		out = append(out, knob(f))
	}
	out = append(out, Field{
		Name: "review", Cell: Classify,
		Allowed: training.Field{Name: "review", Cell: string(Classify), Min: 1, Max: training.MaxReview},
		get:     func(s *State) string { return s.Review },
		set:     func(s *State, v string) { s.Review = v },
		valid: func(_ State, v string) bool {
			return strings.TrimSpace(v) != "" && utf8.RuneCountInString(v) <= training.MaxReview
		},
	})
	return append(out, judging()...)
}

// index chooses the review that is looked at; it changes no result of the training.
func index() Field {
	allowed := training.Field{Name: "index", Cell: string(Inspect), Kind: training.Int}
	return Field{
		Name: allowed.Name, Cell: Inspect, Allowed: allowed,
		get: func(s *State) string { return strconv.Itoa(s.Index) },
		set: func(s *State, v string) { s.Index, _ = strconv.Atoi(strings.TrimSpace(v)) },
		valid: func(s State, v string) bool {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			return err == nil && n >= 0 && n <= s.IndexMax()
		},
	}
}

func knob(f training.Field) Field {
	return Field{
		Name: f.Name, Cell: ID(f.Cell), Allowed: f,
		get: func(s *State) string { return f.Get(s.Settings) },
		set: func(s *State, v string) { _ = f.Set(&s.Settings, v) }, // checked before
		valid: func(_ State, v string) bool {
			scratch := training.Defaults()
			var wrong *training.FieldError
			return !errors.As(f.Set(&scratch, v), &wrong)
		},
	}
}
