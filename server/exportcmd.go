package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"cuaderno/server/export"
	"cuaderno/server/outfile"
	"cuaderno/training/imdb/reviews"
	"cuaderno/web"
)

// exportCmd writes a run's model for other programs.
type exportCmd struct {
	Run_       string `name:"run" env:"-" placeholder:"ID" help:"Run to export. Without it: the newest."`
	Format     string `enum:"h5,safetensors,onnx,ipynb,json," default:"" placeholder:"h5|safetensors|onnx|ipynb|json" help:"h5: Keras' load_weights; onnx: tokens in, probability out; ipynb: the notebook for Jupyter; json: the vocabulary and the encoding's rules. Without it: what the name of --out stands for, or else h5."`
	Out        string `short:"o" placeholder:"FILE" help:"Where to write, or - for standard output. Without it: a file named after the run, here."`
	Vocabulary bool   `default:"true" negatable:"" help:"Write the vocabulary beside weights, too: they are of no use without it."`
	Lang       string `enum:"es,en" default:"es" placeholder:"es|en" help:"Language of the notebook."`
	Force      bool   `short:"f" env:"-" help:"Replace a file that is there."`
	JSON       bool   `env:"-" help:"One JSON object on standard output."`
}

// Help are examples.
func (exportCmd) Help() string {
	return `Examples:
  export                                  weights for Keras, of the newest run
  export --run ID -o m.onnx               the name tells the format
  export --format ipynb --lang en         the notebook; it loads the weights beside it
  export --format json -o -               the vocabulary, to standard output`
}

type exportLine struct {
	Run        string `json:"run"`
	Format     string `json:"format"`
	File       string `json:"file"`
	Bytes      int64  `json:"bytes"`
	Vocabulary string `json:"vocabulary,omitempty"` // the file beside
}

// Run implements kong's command.
func (c exportCmd) Run(ctx context.Context, s streams, common shared) error {
	if c.Out == "-" && c.JSON {
		return usageError{errors.New("--out - and --json both want standard output")}
	}
	if err := c.choose(); err != nil {
		return usageError{err}
	}
	id, model, err := c.model(ctx, common)
	if err != nil {
		return stopped(ctx, err)
	}
	if c.Out == "-" {
		return export.Write(s.Out, c.Format, model)
	}
	line := exportLine{Run: id, Format: c.Format, File: c.Out}
	if c.Out == "" {
		line.File = export.FileName(c.Format, id)
	}
	write, err := c.place(line.File, c.Format, model)
	if err != nil {
		return err
	}
	if model.Words != nil && c.Format != export.JSON {
		line.Vocabulary = filepath.Join(filepath.Dir(line.File), export.FileName(export.JSON, id))
		beside, err := c.place(line.Vocabulary, export.JSON, model)
		if err != nil {
			return err
		}
		if err := beside(); err != nil {
			return err
		}
	}
	if err := write(); err != nil {
		return err
	}
	info, err := os.Stat(line.File)
	if err != nil {
		return err
	}
	line.Bytes = info.Size()
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(line)
	}
	text := fmt.Sprintf("Run %s written to %s (%d bytes)", id, line.File, line.Bytes)
	if line.Vocabulary != "" {
		text += ", its vocabulary to " + line.Vocabulary
	}
	_, err = fmt.Fprintln(s.Out, text)
	return err
}

// model gathers what the format needs.
func (c exportCmd) model(ctx context.Context, common shared) (string, export.Model, error) {
	id, meta, params, err := runOf(ctx, common, c.Run_)
	if err != nil {
		return "", export.Model{}, err
	}
	m := export.Model{Meta: meta, Params: params}
	if c.Format == export.IPYNB {
		m.Notebook = export.NotebookOf(web.Lang(c.Lang), meta, export.FileName(export.H5, id))
		if meta.Corpus == reviews.Name {
			words, err := wordsFor(ctx, meta, common.corpusOf(meta))
			if err != nil {
				slog.Warn("the notebook does not tell how its reviews were cut into words", "error", err)
			} else {
				m.Notebook.Rule = words.Rule()
			}
		}
	}
	if c.Format == export.JSON || export.Weights(c.Format) && c.Vocabulary && c.Out != "-" {
		if m.Words, err = wordsFor(ctx, meta, common.corpusOf(meta)); err != nil {
			err = fmt.Errorf("the word index of run %s: %w", id, err)
			if c.Format != export.JSON {
				err = fmt.Errorf("%w; --no-vocabulary exports without it", err)
			}
			return "", m, err
		}
	}
	return id, m, nil
}

// choose finds the format: the one asked for, or the one that the file's name stands for.
func (c *exportCmd) choose() error {
	named := c.Out != "" && c.Out != "-"
	if c.Format == "" && named {
		if c.Format = export.FormatOf(c.Out); c.Format == "" {
			return fmt.Errorf("the name %s does not tell the format; choose one with --format", c.Out)
		}
	}
	if c.Format == "" {
		c.Format = export.H5
	}
	if !named {
		return nil
	}
	return export.CheckName(c.Format, c.Out)
}

// place looks whether a file can be written, and gives what writes it: nothing where it is there already as it
// would be.
func (c exportCmd) place(name, format string, m export.Model) (write func() error, err error) {
	content := func(w io.Writer) error { return export.Write(w, format, m) }
	file, err := outfile.New(name, c.Force)
	if errors.Is(err, outfile.ErrOccupied) && outfile.Holds(name, content) {
		return func() error { return nil }, nil
	}
	return func() error { return file.Write(content) }, err
}
