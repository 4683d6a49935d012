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
	check func(State, string) string // code of what is wrong, or ""
}

// Codes of what can be wrong with a field's text.
const (
	NotWhole   = "whole"   // a whole number within bounds is wanted
	NotDecimal = "decimal" // a number within bounds is wanted
	NotChoice  = "choice"  // one of a few words is wanted
	NotBool    = "bool"    // yes or no is wanted
	Blank      = "blank"   // something must be written
	TooLong    = "long"    // at most so many characters
)

// Problem says what is wrong with what was typed into a field.
type Problem struct {
	Code    string
	Allowed training.Field
	Text    string // as typed
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

// FieldsOf lists the controls of one cell.
func FieldsOf(id ID) []Field {
	var out []Field
	for _, f := range Fields {
		if f.Cell == id {
			out = append(out, f)
		}
	}
	return out
}

// Get writes the field's present value as a form shows it.
func (f Field) Get(s State) string { return f.get(&s) }

// Check says what is wrong with each of the texts, with the fields that are in order left out.
// Names that are no fields are passed over.
func Check(s State, values map[string]string) map[string]Problem {
	problems := map[string]Problem{}
	for name, text := range values {
		f, ok := FieldByName(name)
		if !ok {
			continue
		}
		if code := f.check(s, text); code != "" {
			problems[name] = Problem{Code: code, Allowed: f.Allowed, Text: text}
		}
	}
	return problems
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
		check: func(_ State, v string) string {
			switch {
			case strings.TrimSpace(v) == "":
				return Blank
			case utf8.RuneCountInString(v) > training.MaxReview:
				return TooLong
			}
			return ""
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
		check: func(s State, v string) string {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil || n < 0 || n > s.IndexMax() {
				return NotWhole
			}
			return ""
		},
	}
}

func knob(f training.Field) Field {
	return Field{
		Name: f.Name, Cell: ID(f.Cell), Allowed: f,
		get: func(s *State) string { return f.Get(s.Settings) },
		set: func(s *State, v string) { _ = f.Set(&s.Settings, v) }, // checked before
		check: func(_ State, v string) string {
			scratch := training.Defaults()
			var wrong *training.FieldError
			if err := f.Set(&scratch, v); !errors.As(err, &wrong) {
				return ""
			}
			switch f.Kind {
			case training.Choice:
				return NotChoice
			case training.Bool:
				return NotBool
			case training.Int:
				return NotWhole
			}
			return NotDecimal
		},
	}
}
