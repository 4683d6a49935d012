package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cuaderno/server/export"
	"cuaderno/web"
)

// exportCmd writes a run's model for other programs.
type exportCmd struct {
	Run_       string `name:"run" placeholder:"ID" help:"Run to export. Without it: the newest."`
	Format     string `enum:"h5,safetensors,onnx,ipynb,json" default:"h5" placeholder:"h5|safetensors|onnx|ipynb|json" help:"h5: Keras' load_weights; onnx: tokens in, probability out; ipynb: the notebook for Jupyter; json: the vocabulary and the encoding's rules; h5 by default."`
	Out        string `short:"o" placeholder:"FILE" help:"Where to write, or - for standard output. Without it: a file named after the run, here."`
	Vocabulary bool   `default:"true" negatable:"" help:"Write the vocabulary beside weights, too: they are of no use without it."`
	Lang       string `enum:"es,en" default:"es" placeholder:"es|en" help:"Language of the notebook."`
	Force      bool   `short:"f" help:"Replace a file that is there."`
	JSON       bool   `help:"One JSON object on standard output."`
}

// Help are examples.
func (exportCmd) Help() string {
	return `Examples:
  export                                  weights for Keras, of the newest run
  export --run ID --format onnx -o m.onnx
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
	beside := ""
	if model.Words != nil && c.Format != export.JSON {
		beside = filepath.Join(filepath.Dir(line.File), export.FileName(export.JSON, id))
	}
	// The vocabulary bears the run's name, so that one which is there is the same.
	if err := c.free(line.File); err != nil {
		return err
	}
	if line.Bytes, err = c.write(line.File, c.Format, model); err != nil {
		return err
	}
	if beside != "" {
		if _, err := c.write(beside, export.JSON, model); err != nil {
			return err
		}
		line.Vocabulary = beside
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(line)
	}
	text := fmt.Sprintf("Run %s written to %s (%d bytes)", id, line.File, line.Bytes)
	if beside != "" {
		text += ", its vocabulary to " + beside
	}
	_, err = fmt.Fprintln(s.Out, text)
	return err
}

// model gathers what the format needs.
func (c exportCmd) model(ctx context.Context, common shared) (string, export.Model, error) {
	id, meta, params, err := runOf(common, c.Run_)
	if err != nil {
		return "", export.Model{}, err
	}
	m := export.Model{Meta: meta, Params: params}
	if c.Format == export.IPYNB {
		m.Notebook = export.NotebookOf(web.Lang(c.Lang), meta, export.FileName(export.H5, id))
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

func (c exportCmd) free(file string) error {
	if c.Force {
		return nil
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; --force replaces it", file)
	}
	return nil
}

func (c exportCmd) write(file, format string, m export.Model) (int64, error) {
	if format == export.H5 && !strings.HasSuffix(file, ".weights.h5") {
		return 0, usageError{fmt.Errorf("Keras reads weights only from a file that ends in .weights.h5, which %s does not", file)}
	}
	count := &counter{}
	err := replace(file, func(w io.Writer) error { return export.Write(io.MultiWriter(w, count), format, m) })
	return count.n, err
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
