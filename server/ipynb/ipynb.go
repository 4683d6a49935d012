// Package ipynb writes the notebook as Jupyter's: an .ipynb file of format 4.5 with the lesson's text,
// Keras code for exactly the present settings, and the outputs obtained here.
//
// The code is web.Keras', cell by cell, and runs unchanged on Keras 3. When a file with the weights
// trained here lies beside the notebook, they are loaded and the training is left out.
package ipynb

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"cuaderno/training"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// Notebook is what is written.
type Notebook struct {
	Lang    web.Lang
	Cells   []web.CellView // as the page shows them; of a result that is stale only the code is written
	Reviews string         // which ones the results were obtained on: IMDB, Practice or Own
	Rule    tokenize.Rule  // how texts become words of Own
	Weights string         // the name of the .weights.h5 file that may lie beside it; "" if there is none
}

// The reviews that a notebook may have learnt. The code loads IMDB's: weights that learnt others have
// another vocabulary, and are left out.
const (
	IMDB     = "imdb"
	Practice = "practice"
	Own      = "reviews"
)

type document struct {
	Cells    []cell   `json:"cells"`
	Metadata metadata `json:"metadata"`
	Format   int      `json:"nbformat"`
	Minor    int      `json:"nbformat_minor"`
}

type metadata struct {
	Cuaderno struct {
		Lang     web.Lang          `json:"lang"`
		Settings training.Settings `json:"settings"`
	} `json:"cuaderno"`
	Kernel struct {
		Display  string `json:"display_name"`
		Language string `json:"language"`
		Name     string `json:"name"`
	} `json:"kernelspec"`
	Language struct {
		Name string `json:"name"`
	} `json:"language_info"`
}

// cell is a cell of text, or of code if it has outputs, be they none.
type cell struct {
	Kind     string    `json:"cell_type"`
	ID       string    `json:"id"`
	Metadata struct{}  `json:"metadata"`
	Source   []string  `json:"source"`
	Count    *int      `json:"execution_count,omitempty"`
	Outputs  *[]output `json:"outputs,omitempty"`
}

// MarshalJSON gives a code cell that was never run the null that the format wants.
func (c cell) MarshalJSON() ([]byte, error) {
	type plain cell
	if c.Outputs == nil || c.Count != nil {
		return json.Marshal(plain(c))
	}
	return json.Marshal(struct {
		plain
		Count *int `json:"execution_count"`
	}{plain: plain(c)})
}

// Write writes the notebook.
func Write(w io.Writer, n Notebook) error {
	own := n.Weights
	if n.Reviews != IMDB {
		n.Weights = ""
	}
	d := document{Format: 4, Minor: 5}
	d.Metadata.Cuaderno.Lang = n.Lang
	d.Metadata.Kernel.Display, d.Metadata.Kernel.Language, d.Metadata.Kernel.Name = "Python 3", "python", "python3"
	d.Metadata.Language.Name = "python"
	d.Cells = append(d.Cells, text("lesson", n.opening()))
	for _, c := range n.Cells {
		c.Lang, c.Rule = n.Lang, "" // the code loads IMDB's reviews
		d.Metadata.Cuaderno.Settings = c.Settings
		d.Cells = append(d.Cells, text(c.ID+"-text", n.prose(c)))
		outputs, err := n.outputs(c)
		if err != nil {
			return fmt.Errorf("ipynb: %w", err)
		}
		d.Cells = append(d.Cells, code(c, n.source(c), outputs))
		// Before compile: the file has no optimizer, and Keras would remark on it.
		if c.ID == "model" && n.Weights != "" {
			d.Cells = append(d.Cells, text("weights-text", texts[n.Lang]["weights"]), cell{
				Kind: "code", ID: "weights", Source: lines(n.loading()), Outputs: &[]output{},
			})
		}
	}
	if n.Reviews == Own && n.Rule != "" && len(n.Cells) > 0 {
		s := n.Cells[0].Settings
		d.Cells = append(d.Cells, text("own-text", texts[n.Lang]["own"]), cell{
			Kind: "code", ID: "own", Source: lines(ownCode(n.Rule, s, own)), Outputs: &[]output{},
		})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(d); err != nil {
		return fmt.Errorf("ipynb: %w", err)
	}
	return nil
}

func text(id, source string) cell { return cell{Kind: "markdown", ID: id, Source: lines(source)} }

func code(c web.CellView, source string, outputs []output) cell {
	out := cell{Kind: "code", ID: c.ID, Source: lines(source), Outputs: &outputs}
	if c.Count > 0 && len(outputs) > 0 {
		out.Count = &c.Count
	}
	return out
}

// lines splits a text as the format does: each line with its end.
func lines(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
}

// trained is the Python name of whether the weights were loaded.
const trained = "trained"

func (n Notebook) loading() string {
	return "import os\n" + trained + " = os.path.exists(\"" + n.Weights + "\")\n" +
		"if " + trained + ":\n    model.load_weights(\"" + n.Weights + "\")\nprint(" + trained + ")"
}

// source is a cell's code. What trains, or looks back on the training, is left out if the weights
// are there.
func (n Notebook) source(c web.CellView) string {
	python := web.Plain(web.Keras(c))
	if n.Weights == "" || c.ID != "fit" && c.ID != "compare" {
		return python
	}
	return "if not " + trained + ":\n    " + strings.ReplaceAll(python, "\n", "\n    ")
}

// opening is the first cell's text.
func (n Notebook) opening() string {
	t := texts[n.Lang]
	out := "# " + n.Lang.T("page.title") + "\n\n" + n.Lang.T("page.lead") + "\n\n" + t["needs"]
	if n.Reviews != IMDB {
		out += "\n\n" + t[n.Reviews]
	}
	return out
}

// prose is the lesson's text of a cell, or what the file has instead, which has no figures to move; its little
// markup is Markdown's own.
func (n Notebook) prose(c web.CellView) string {
	var b strings.Builder
	b.WriteString("## " + web.Title(c))
	for i := 1; c.Lang.Has(fmt.Sprintf("%s.%d", c.ID, i)); i++ {
		key := fmt.Sprintf("%s.%d", c.ID, i)
		own, ok := texts[c.Lang][key]
		if !ok {
			own = c.Lang.T(key)
		}
		b.WriteString("\n\n" + own)
		if c.ID == "intro" && i == 2 {
			b.WriteString("\n")
			for k := 1; c.Lang.Has(fmt.Sprintf("topology.%d", k)); k++ {
				key := fmt.Sprintf("topology.%d", k)
				b.WriteString("\n- **" + c.Lang.T(key) + "**: " + c.Lang.T(key+".text"))
			}
		}
	}
	if c.ID == "compile" {
		b.WriteString("\n\n`" + c.Settings.Optimizer + "`: " + c.Lang.T("optimizer."+c.Settings.Optimizer))
	}
	return b.String()
}
