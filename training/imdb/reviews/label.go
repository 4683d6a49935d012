package reviews

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The names of columns and fields that are understood, and the words for the two labels.
var (
	textNames  = []string{"review", "text", "reseña", "resena", "texto"}
	labelNames = []string{"sentiment", "label", "sentimiento", "etiqueta"}
	partNames  = []string{"split", "part"}

	labels = map[string]int{
		"positive": 1, "pos": 1, "1": 1, "true": 1, "positivo": 1, "positiva": 1,
		"negative": 0, "neg": 0, "0": 0, "false": 0, "negativo": 0, "negativa": 0,
	}
	parts = map[string]Part{"": Any, "train": Train, "test": Test}
)

// label reads a label; an empty one is not given.
func label(text string) (int, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return -1, nil
	}
	if l, ok := labels[text]; ok {
		return l, nil
	}
	return -1, fmt.Errorf("the label %.40q is none of positive, negative, 1, 0", text)
}

func part(text string) (Part, error) {
	p, ok := parts[strings.ToLower(strings.TrimSpace(text))]
	if !ok {
		return Any, fmt.Errorf("the split %.40q is neither train nor test", text)
	}
	return p, nil
}

// plain writes a JSON value as a CSV file would have it.
func plain(raw json.RawMessage) (string, error) {
	var v any
	if len(raw) == 0 {
		return "", nil
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", err
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool, float64:
		return fmt.Sprint(v), nil
	}
	return "", fmt.Errorf("%.40s is neither a text nor a number", raw)
}
