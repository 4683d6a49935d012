package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"cuaderno/server/export"
	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// importCmd brings a model back.
type importCmd struct {
	File string `arg:"" type:"existingfile" help:"A .safetensors file of Cuaderno's, a .weights.h5 file of Cuaderno's or Keras', or a .keras file."`

	Maxlen     int    `placeholder:"N" help:"Words of a review that the model reads. Keras' weights do not say it; the lesson's ${maxlen} is assumed."`
	Padding    string `enum:"pre,post," default:"" placeholder:"pre|post" help:"Side of the zeros, likewise; pre is assumed."`
	Truncating string `enum:"pre,post," default:"" placeholder:"pre|post" help:"Side of the cut, likewise; pre is assumed."`
	Corpus     string `enum:"imdb,practice," default:"" placeholder:"imdb|practice" help:"Reviews that it learnt from, likewise; imdb is assumed."`
	JSON       bool   `help:"One JSON object on standard output."`
}

// Help are examples.
func (importCmd) Help() string {
	return `Examples:
  import cuaderno-ID.safetensors
  import model.keras --padding post       a model that Keras saved
  import model.weights.h5 --maxlen 200    weights that Keras saved
The model is kept as a new run, which classify, evaluate and export then take.`
}

type importLine struct {
	Run      string            `json:"run"`
	Settings training.Settings `json:"settings"`
	Corpus   string            `json:"corpus"`
	Known    bool              `json:"known"` // whether the file itself told the settings
	Weights  string            `json:"weights_sha256"`
}

// Run implements kong's command.
func (c importCmd) Run(_ context.Context, s streams, common shared) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	meta, params, known, err := export.Read(f, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := c.apply(&meta, known); err != nil {
		return usageError{err}
	}
	to, err := openShelf(common.State)
	if err != nil {
		return err
	}
	id := runs.NewID(time.Now())
	if err := to.put(id, meta, params); err != nil {
		return fmt.Errorf("the weights could not be kept: %w", err)
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(importLine{id, meta.Settings, meta.Corpus, known, params.SHA256()})
	}
	fmt.Fprintf(s.Out, "Kept as run %s: %s\n", id, inBrief(meta.Settings))
	if !known {
		fmt.Fprintf(s.Err, "The file does not say how its reviews were prepared. Assumed: maxlen %d, padding %s, truncating %s, the words of %s.\n",
			meta.Settings.Maxlen, meta.Settings.Padding, meta.Settings.Truncating, meta.Corpus)
	}
	return nil
}

// apply puts the flags in place, and what is assumed without them.
func (c importCmd) apply(m *checkpoint.Meta, known bool) error {
	if c.Maxlen != 0 {
		m.Settings.Maxlen = c.Maxlen
	}
	if c.Padding != "" {
		m.Settings.Padding = c.Padding
	}
	if c.Truncating != "" {
		m.Settings.Truncating = c.Truncating
	}
	if !known {
		m.Created = time.Now().UTC().Truncate(time.Second)
	}
	switch {
	case c.Corpus == "practice":
		m.Corpus, m.CorpusSHA256 = sourcePractice, practice.New().SHA256
	case c.Corpus == "imdb" || m.Corpus == "":
		m.Corpus, m.CorpusSHA256 = "imdb", imdb.OfficialSHA256
	}
	return m.Settings.Validate()
}

// inBrief is a model in a few words.
func inBrief(s training.Settings) string {
	return fmt.Sprintf("%s(%d), %d words of %d numbers, maxlen %d", s.Layer, s.Units, s.NumWords, s.EmbeddingDim, s.Maxlen)
}
