package reviews

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The words for the two labels, and for the two halves of the data.
var (
	labels = map[string]int{
		"positive": 1, "pos": 1, "true": 1, "positivo": 1, "positiva": 1,
		"negative": 0, "neg": 0, "false": 0, "negativo": 0, "negativa": 0,
	}
	parts = map[string]Part{"": Any, "train": Train, "test": Test}
)

// errScale says that labels are numbers of another scale: then those that happen to be 1 or 0 mean
// something else too.
var errScale = errors.New("labels are 1 for positive and 0 for negative, and stars or grades are neither; write positive and negative in their place")

// label reads a label; an empty one is not given.
func label(text string) (int, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return -1, nil
	}
	if l, ok := labels[text]; ok {
		return l, nil
	}
	// Table programs write whole numbers as 1.0, and what is missing as nan.
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsInf(n, 0):
		return -1, fmt.Errorf("the label %.40q is none of positive, negative, 1, 0", text)
	case math.IsNaN(n):
		return -1, nil
	case n == 0 || n == 1:
		return int(n), nil
	}
	return -1, fmt.Errorf("the label is %.40s: %w", text, errScale)
}

func part(text string) (Part, error) {
	p, ok := parts[strings.ToLower(strings.TrimSpace(text))]
	if !ok {
		return Any, fmt.Errorf("the split %.40q is neither train nor test", text)
	}
	return p, nil
}
