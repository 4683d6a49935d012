package runs

import (
	"errors"

	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/op"
)

// trouble is an error that travels from the worker to whoever reads the record, and is still the
// error that it was to errors.Is.
type trouble struct {
	Kind string `json:"kind,omitempty"`
	Text string `json:"text"`
}

// kinds are the errors that somebody may ask for.
var kinds = map[string]error{
	"not_finite": op.ErrNotFinite,
	"not_kept":   ErrNotKept,
	"empty":      fit.ErrEmpty,
	"missing":    imdb.ErrMissing,
	"damaged":    imdb.ErrDamaged,
}

func troubleOf(err error) *trouble {
	if err == nil {
		return nil
	}
	t := &trouble{Text: err.Error()}
	for kind, known := range kinds {
		if errors.Is(err, known) {
			t.Kind = kind
		}
	}
	return t
}

func (t *trouble) Error() string { return t.Text }
func (t *trouble) Unwrap() error { return kinds[t.Kind] }
