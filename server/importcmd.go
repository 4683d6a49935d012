package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"cuaderno/server/export"
	"cuaderno/server/runfiles"
	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// importCmd brings a model back.
type importCmd struct {
	File string `arg:"" type:"existingfile" help:"A .safetensors file of Cuaderno's, a .weights.h5 file of Cuaderno's or Keras', or a whole model of Keras', .keras or .h5."`

	Maxlen     int    `placeholder:"N" help:"Words of a review that the model reads. Keras' weights alone do not say it; the lesson's ${maxlen} is assumed."`
	Padding    string `enum:"pre,post," default:"" placeholder:"pre|post" help:"Side of the zeros, likewise; pre is assumed."`
	Truncating string `enum:"pre,post," default:"" placeholder:"pre|post" help:"Side of the cut, likewise; pre is assumed."`
	Corpus     string `enum:"imdb,practice," default:"" placeholder:"imdb|practice" help:"Reviews that it learnt from, likewise; imdb is assumed."`
	JSON       bool   `env:"-" help:"One JSON object on standard output."`
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
	Known    bool              `json:"known"`             // whether the file itself told the settings
	Assumed  []string          `json:"assumed,omitempty"` // those of how reviews are prepared that nothing told
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
	m, err := export.Read(f, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	assumed := c.assumed(m)
	if err := c.apply(&m); err != nil {
		return usageError{err}
	}
	to, err := runfiles.Make(common.State)
	if err != nil {
		return err
	}
	id := runs.NewID(time.Now())
	if err := to.Put(id, m.Meta, m.Params); err != nil {
		return fmt.Errorf("the weights could not be kept: %w", err)
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(importLine{id, m.Settings, m.Corpus, m.Prepared, assumed, m.Params.SHA256()})
	}
	fmt.Fprintf(s.Out, "Kept as run %s: %s\n", id, inBrief(m.Settings))
	if !m.Computed {
		fmt.Fprintln(s.Err, "Weights alone do not say how the model computes. Assumed: tanh, sigmoid gates, no mask, read forwards, the last state.")
	}
	var values []string
	for _, name := range assumed {
		values = append(values, map[string]string{
			assumedMaxlen: fmt.Sprintf("maxlen %d", m.Settings.Maxlen), assumedPadding: "padding " + m.Settings.Padding,
			assumedTruncating: "truncating " + m.Settings.Truncating, assumedCorpus: "the words of " + m.Corpus,
		}[name])
	}
	if len(values) > 0 {
		fmt.Fprintf(s.Err, "The file does not say how its reviews were prepared. Assumed: %s.\n", strings.Join(values, ", "))
	}
	return nil
}

// What may have to be assumed of how reviews were prepared.
const (
	assumedMaxlen     = "maxlen"
	assumedPadding    = "padding"
	assumedTruncating = "truncating"
	assumedCorpus     = "corpus"
)

// assumed names what neither the file nor a flag tells.
func (c importCmd) assumed(m export.Imported) (names []string) {
	if m.Prepared {
		return nil
	}
	if !m.Maxlen && c.Maxlen == 0 {
		names = append(names, assumedMaxlen)
	}
	for _, f := range []struct{ name, flag string }{
		{assumedPadding, c.Padding}, {assumedTruncating, c.Truncating}, {assumedCorpus, c.Corpus},
	} {
		if f.flag == "" {
			names = append(names, f.name)
		}
	}
	return names
}

// apply puts the flags in place, and what is assumed without them.
func (c importCmd) apply(m *export.Imported) error {
	if c.Maxlen != 0 && m.Maxlen && !m.Prepared && c.Maxlen != m.Settings.Maxlen {
		return fmt.Errorf("--maxlen %d: the model reads %d words, its file says", c.Maxlen, m.Settings.Maxlen)
	}
	if c.Maxlen != 0 {
		m.Settings.Maxlen = c.Maxlen
	}
	if c.Padding != "" {
		m.Settings.Padding = c.Padding
	}
	if c.Truncating != "" {
		m.Settings.Truncating = c.Truncating
	}
	if !m.Prepared {
		m.Created = time.Now().UTC().Truncate(time.Second)
	}
	switch {
	case c.Corpus == "practice":
		m.Corpus, m.CorpusSHA256 = practice.Name, practice.New().SHA256
	case c.Corpus == "imdb" || m.Corpus == "":
		m.Corpus, m.CorpusSHA256 = "imdb", imdb.OfficialSHA256
	}
	return m.Settings.Validate()
}

// inBrief is a model in a few words.
func inBrief(s training.Settings) string {
	return fmt.Sprintf("%s(%d), %d words of %d numbers, maxlen %d", s.Layer, s.Units, s.NumWords, s.EmbeddingDim, s.Maxlen)
}
