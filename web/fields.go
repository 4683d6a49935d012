package web

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/a-h/templ"

	"cuaderno/training"
)

// DefaultReview is what the box for one's own review holds at first.
const DefaultReview = "The first half is slow and I nearly left, but the ending is one of the finest things I have seen in years."

// Examples are the reviews that fill the box; example.1 … name them.
var Examples = []string{
	"A wonderful film. The story is touching, the acting superb, and the last scene is simply perfect. I loved every minute of it.",
	"What a waste of time. The plot is stupid, the dialogue awful, and the acting is the worst I have ever seen. Avoid.",
	DefaultReview,
	"Not bad at all. It was not boring, the story is never predictable, and the ending is far from dull.",
	"Not good at all. It was not funny, the story is never interesting, and the ending is far from beautiful.",
	"The opening is brilliant and the music is wonderful, but then it gets slow, and in the end I was bored.",
	"What a brilliant film. It was so wonderful that I fell asleep and had a beautiful dream about a better one.",
}

// fieldView is one field of a form as it is drawn.
type fieldView struct {
	Lang    Lang
	Name    string
	Value   string
	Kind    training.Kind
	Low     string // bounds as attributes
	High    string
	Options []option
	Error   string // "" when the field holds what it may
	Focus   bool   // the page begins here
}

type option struct{ Value, Text string }

func (f fieldView) id() string      { return "field-" + f.Name }
func (f fieldView) errorID() string { return "error-" + f.Name }
func (f fieldView) helpID() string  { return "help-" + f.Name }

func (f fieldView) described() string {
	if f.Error != "" {
		return f.errorID() + " " + f.helpID()
	}
	return f.helpID()
}

func (f fieldView) help() string {
	if f.Name == "index" {
		high, _ := strconv.Atoi(f.High)
		return f.Lang.T("field.index.help", f.Lang.N(high))
	}
	return f.Lang.T("field." + f.Name + ".help")
}

// label is the name that Keras and the code use, except for the reader's own fields.
func (f fieldView) label() string {
	if f.Name == "index" {
		return f.Lang.T("field.index")
	}
	return f.Name
}

// fieldsOf lists the fields of a cell's form. The reader's review is not among them: it is a box of its own.
func fieldsOf(c CellView) []fieldView {
	var all []fieldView
	if c.ID == "inspect" {
		index := training.Field{Name: "index", Kind: training.Int, Max: float64(c.IndexMax)}
		all = append(all, viewOf(c, index, strconv.Itoa(c.Index)))
	}
	for _, f := range training.Fields {
		if f.Cell == c.ID {
			all = append(all, viewOf(c, f, f.Get(c.Settings)))
		}
	}
	return all
}

// Values is what the controls of a cell hold, by name.
func Values(c CellView) map[string]string {
	values := map[string]string{}
	c.Invalid, c.Focus = nil, "" // what was typed and is not allowed is the page's own
	for _, f := range fieldsOf(c) {
		values[f.Name] = f.Value
	}
	if c.ID == "classify" {
		values["review"] = c.Review
	}
	return values
}

func viewOf(c CellView, f training.Field, value string) fieldView {
	v := fieldView{Lang: c.Lang, Name: f.Name, Value: value, Kind: f.Kind, Focus: c.Focus == f.Name}
	switch f.Kind {
	case training.Int:
		v.Low, v.High = strconv.FormatFloat(f.Min, 'f', 0, 64), strconv.FormatFloat(f.Max, 'f', 0, 64)
	case training.Choice:
		for _, o := range f.Choices {
			v.Options = append(v.Options, option{o, c.Lang.T("choice." + o)})
		}
	case training.Bool:
		v.Options = []option{{"false", c.Lang.T("choice.false")}, {"true", c.Lang.T("choice.true")}}
	case training.Float:
		v.Value = strings.Replace(value, ".", c.Lang.point(), 1)
	}
	if typed, bad := c.Invalid[f.Name]; bad {
		v.Value, v.Error = typed, Allowed(c.Lang, f)
	}
	return v
}

// Allowed says what a field may hold.
func Allowed(l Lang, f training.Field) string {
	switch {
	case f.Kind == training.Choice:
		return l.T("err.choice", strings.Join(f.Choices, ", "))
	case f.Kind == training.Bool:
		return l.T("err.choice", "true, false")
	case f.Kind == training.Int:
		return l.T("err.int", l.N(int(f.Min)), l.N(int(f.Max)))
	case f.Above:
		return l.T("err.above", l.G(f.Min), l.G(f.Max))
	default:
		return l.T("err.float", l.G(f.Min), l.G(f.Max))
	}
}

// reviewError says what is wrong with the review that was typed, "" if nothing is.
func reviewError(c CellView) string {
	if typed, bad := c.Invalid[PinReview]; bad {
		return c.Lang.T("err.review.pin", c.Lang.N(MaxPin), c.Lang.N(len(utf16.Encode([]rune(typed)))))
	}
	typed, bad := c.Invalid["review"]
	switch n := utf8.RuneCountInString(typed); {
	case !bad:
		return ""
	case n > training.MaxReview:
		return c.Lang.T("err.review.long", c.Lang.N(training.MaxReview), c.Lang.N(n))
	default:
		return c.Lang.T("err.review.empty")
	}
}

func reviewText(c CellView) string {
	for _, name := range []string{"review", PinReview} {
		if typed, bad := c.Invalid[name]; bad {
			return typed
		}
	}
	return c.Review
}

// aria ties a control to its help and its error.
func (f fieldView) aria() templ.Attributes {
	a := templ.Attributes{"aria-describedby": f.described()}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Focus {
		a["autofocus"] = true
	}
	return a
}

func reviewAria(c CellView, wrong string) templ.Attributes {
	return fieldView{Name: "review", Error: wrong, Focus: c.Focus == "review"}.aria()
}
