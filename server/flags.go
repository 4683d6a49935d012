package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"cuaderno/training"
)

// knobs are the flags of the training, one for every field: --maxlen, --num-words (also written
// --num_words), and so on. They are made from training.Fields, so that none is forgotten.
type knobs struct{ of reflect.Value }

func newKnobs() knobs {
	defaults := training.Defaults()
	var fields []reflect.StructField
	for _, f := range training.Fields {
		kind := reflect.TypeFor[string]()
		tag := fmt.Sprintf(`name:%q help:%q default:%q`, flagName(f), helpOf(f, f.Get(defaults)), f.Get(defaults))
		if strings.Contains(f.Name, "_") {
			tag += fmt.Sprintf(` aliases:%q`, f.Name)
		}
		switch f.Kind {
		case training.Bool:
			kind = reflect.TypeFor[bool]()
		case training.Choice:
			tag += fmt.Sprintf(` placeholder:%q`, strings.Join(f.Choices, "|"))
		default:
			tag += fmt.Sprintf(` placeholder:%q`, "N")
		}
		fields = append(fields, reflect.StructField{Name: strings.ToUpper(f.Name[:1]) + f.Name[1:], Type: kind, Tag: reflect.StructTag(tag)})
	}
	return knobs{of: reflect.New(reflect.StructOf(fields))}
}

// plugin is the part that kong fills in.
func (k knobs) plugin() kong.Plugins { return kong.Plugins{k.of.Interface()} }

// names are those of the flags.
func (k knobs) names() (names []string) {
	for _, f := range training.Fields {
		names = append(names, flagName(f))
	}
	return names
}

func flagName(f training.Field) string { return strings.ReplaceAll(f.Name, "_", "-") }

// settings reads the flags, or says which one holds what it may not.
func (k knobs) settings() (training.Settings, error) {
	s := training.Defaults()
	for i, f := range training.Fields {
		if err := f.Set(&s, fmt.Sprint(k.of.Elem().Field(i).Interface())); err != nil {
			return s, usageError{fmt.Errorf("--%w", err)}
		}
	}
	return s, nil
}

var helps = map[string]string{
	"num_words": "Words kept of the vocabulary", "maxlen": "Words kept of a review",
	"padding": "Side of the zeros before or after a short review", "truncating": "Side on which a long review is cut",
	"embedding_dim": "Numbers that stand for a word", "layer": "Recurrent layer", "units": "Its units",
	"dropout": "Share of the layer's input left out", "recurrent_dropout": "Share of its state left out",
	"bptt_steps": "Steps that the gradient goes back; 0 is all", "optimizer": "Optimizer", "learning_rate": "Its learning rate",
	"batch_size": "Reviews in a batch", "epochs": "Epochs", "validation": "Set to validate on: the test set, or a split of the training set",
	"early_stopping": "Figure that early stopping watches", "patience": "Epochs without improvement that it allows",
	"min_delta":    "Change of that figure that counts as an improvement",
	"restore_best": "End with the weights of the best epoch", "seed": "Seed of weights, order and dropout",
}

func helpOf(f training.Field, usual string) string {
	text := helps[f.Name]
	if text == "" {
		text = f.Name
	}
	if f.Kind == training.Int && f.Name != "seed" || f.Kind == training.Float {
		text += fmt.Sprintf(", %g to %g", f.Min, f.Max)
	}
	return text + "; " + usual + " by default."
}
