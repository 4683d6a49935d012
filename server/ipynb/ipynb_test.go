package ipynb_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cuaderno/server/ipynb"
	"cuaderno/training"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// notebook has a result in every cell.
func notebook(lang web.Lang) ipynb.Notebook {
	s := training.Defaults()
	s.Maxlen, s.Truncating, s.EarlyStopping = 10, "post", "val_loss"
	n := ipynb.Notebook{Lang: lang, Reviews: ipynb.IMDB, Weights: "w.weights.h5"}
	// The classroom notebook's own figures (LESSON.md, part 6).
	epochs := []web.Epoch{
		{Epoch: 1, Loss: .4367, Accuracy: .7934, ValLoss: .3579, ValAccuracy: .8380, Seconds: 13.2},
		{Epoch: 2, Loss: .2560, Accuracy: .9004, ValLoss: .3808, ValAccuracy: .8384, Seconds: 13.1},
	}
	results := map[string]web.Result{
		"intro":    web.IntroResult{Go: "go1.26"},
		"load":     web.LoadResult{Train: 25000, Test: 25000, TrainPositive: 12500, TestPositive: 12499},
		"inspect":  web.InspectResult{Index: 0, Label: 1, Tokens: []web.Token{{ID: 1}, {Word: "this", ID: 14}, {Word: "redford's", ID: 2, Full: 22668}}},
		"pad":      web.PadResult{Train: 25000, Test: 25000},
		"model":    web.ModelResult{Layers: []web.Layer{{Name: "embedding", Type: "Embedding", Output: "(None, 10, 128)", Params: 2560000}}, Total: 2691713},
		"compile":  web.CompileResult{},
		"fit":      &web.FitResult{State: "finished", Planned: 15, Steps: 782, Epochs: epochs, Best: 1},
		"evaluate": web.EvaluateResult{Loss: .41, Accuracy: .8384, Confusion: [2][2]int{{10001, 2499}, {1541, 10959}}},
		"classify": web.ClassifyResult{Probability: .8301008343696594},
		"compare":  web.CompareResult{Runs: []web.RunRow{{Number: 1, Settings: s, Best: 1, Accuracy: .8384, Loss: .41}, {Number: 2, Settings: s}}},
	}
	for i, id := range web.Cells {
		n.Cells = append(n.Cells, web.CellView{
			Lang: lang, ID: id, Count: i + 1, Validity: web.Evaluated, Settings: s, Ran: s, Review: `not "bad" <b>`, Result: results[id],
		})
	}
	return n
}

type cell struct {
	Kind     string `json:"cell_type"`
	ID       string
	Metadata map[string]any
	Source   []string
	Count    *int `json:"execution_count"`
	Outputs  []struct {
		Kind string `json:"output_type"`
		Name string
		Text []string
		Data map[string][]string
	}
	keys map[string]json.RawMessage
}

func (c cell) source() string { return strings.Join(c.Source, "") }

// written gives the cells by their ids, and their order.
func written(t *testing.T, n ipynb.Notebook) (map[string]cell, []string) {
	t.Helper()
	var b bytes.Buffer
	if err := ipynb.Write(&b, n); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Format int               `json:"nbformat"`
		Minor  int               `json:"nbformat_minor"`
		Cells  []json.RawMessage `json:"cells"`
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Format != 4 || d.Minor != 5 {
		t.Errorf("format %d.%d", d.Format, d.Minor)
	}
	cells, order := map[string]cell{}, []string{}
	for _, raw := range d.Cells {
		var c cell
		if err := errors.Join(json.Unmarshal(raw, &c), json.Unmarshal(raw, &c.keys)); err != nil {
			t.Fatal(err)
		}
		if _, twice := cells[c.ID]; twice || !regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`).MatchString(c.ID) {
			t.Errorf("cell id %q", c.ID)
		}
		// What nbformat's schema requires of each kind of cell, and what it forbids.
		_, outputs := c.keys["outputs"]
		_, count := c.keys["execution_count"]
		if code := c.Kind == "code"; c.Metadata == nil || c.Source == nil || outputs != code || count != code {
			t.Errorf("cell %s: %v", c.ID, c.keys)
		}
		cells[c.ID], order = c, append(order, c.ID)
	}
	return cells, order
}

func TestCells(t *testing.T) {
	n := notebook(web.EN)
	cells, order := written(t, n)
	want := []string{"lesson"}
	for _, id := range web.Cells {
		want = append(want, id+"-text", id)
		if id == "model" {
			want = append(want, "weights-text", "weights")
		}
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
	for _, c := range n.Cells {
		t.Run(c.ID, func(t *testing.T) {
			got, python := cells[c.ID].source(), web.Plain(web.Keras(c))
			if c.ID == "fit" || c.ID == "compare" {
				got = strings.ReplaceAll(strings.TrimPrefix(got, "if not trained:\n    "), "\n    ", "\n")
			}
			if diff := cmp.Diff(python, got); diff != "" {
				t.Errorf("not the page's code:\n%s", diff)
			}
			if text := cells[c.ID+"-text"].source(); !strings.HasPrefix(text, "## "+web.Title(c)+"\n\n") || len(text) < 60 {
				t.Errorf("text %q", text)
			}
		})
	}
	// Nothing can be pointed at or moved there, and nothing is kept.
	for lang, page := range map[web.Lang][]string{
		web.EN: {"Point at", "arrow keys", "Move ", "kept here", "stands beside", "Here is one unit"},
		web.ES: {"Señala", "flechas", "Mueve ", "queda aquí", "aparece junto", "Aquí hay una unidad"},
	} {
		cells, _ := written(t, notebook(lang))
		for id, c := range cells {
			for _, words := range page {
				if strings.Contains(c.source(), words) {
					t.Errorf("%s, %s: %q is of the page", lang, id, words)
				}
			}
		}
	}
	t.Run("without weights", func(t *testing.T) {
		n.Weights = ""
		cells, _ := written(t, n)
		if _, there := cells["weights"]; there || cells["fit"].source() != web.Plain(web.Keras(n.Cells[6])) {
			t.Error("it looks for weights")
		}
	})
}

func TestOutputs(t *testing.T) {
	cells, _ := written(t, notebook(web.EN))
	text := func(id string) string {
		var b strings.Builder
		for _, o := range cells[id].Outputs {
			b.WriteString(strings.TrimSpace(strings.Join(o.Text, "")+strings.Join(o.Data["text/plain"], "")) + "\n")
		}
		return strings.TrimSpace(b.String())
	}
	for id, want := range map[string]string{
		"intro":   "",
		"compile": "",
		"load":    "split     reviews  positive\ntraining   25,000    12,500\ntest       25,000    12,499",
		"inspect": "[1, 14, 2]\n[START] this [OOV]\n1",
		"pad":     "(25000, 10) (25000, 10)",
		"fit": "Epoch 1/15\n782/782 - 13s - 17ms/step - accuracy: 0.7934 - loss: 0.4367 - val_accuracy: 0.8380 - val_loss: 0.3579\n" +
			"Epoch 2/15\n782/782 - 13s - 17ms/step - accuracy: 0.9004 - loss: 0.2560 - val_accuracy: 0.8384 - val_loss: 0.3808\n" +
			"loss: 0.2560, val_loss: 0.3808\naccuracy: 0.9004, val_accuracy: 0.8384",
		"classify": "0.83010083",
		"compare":  "run     layer  best epoch  accuracy    loss\n1    lstm 128           1    0.8384  0.4100\n2    lstm 128           0         –       –",
	} {
		if diff := cmp.Diff(want, text(id)); diff != "" {
			t.Errorf("%s:\n%s", id, diff)
		}
	}
	for id, want := range map[string][]string{"evaluate": {"accuracy: 0.8384 - loss: 0.4100", "10,959", "1,541"}, "model": {"2,560,000", "(None, 10, 128)", "2,691,713"}} {
		for _, w := range want {
			if !strings.Contains(text(id), w) {
				t.Errorf("%s lacks %s: %s", id, w, text(id))
			}
		}
	}
	if c := cells["fit"]; *c.Count != 7 || cells["intro"].Count != nil {
		t.Errorf("fit is In [%v], intro, which gives nothing, In [%v]", c.Count, cells["intro"].Count)
	}
	n := notebook(web.EN)
	run := *n.Cells[6].Result.(*web.FitResult)
	run.Steps, run.Epochs[0].MsPerStep, n.Cells[6].Result = 0, 21, &run
	unknown, _ := written(t, n)
	if first := unknown["fit"].Outputs[0].Text[1]; !strings.HasPrefix(first, "13s - 21ms/step - accuracy: 0.7934") {
		t.Errorf("without the number of steps: %s", first)
	}
	for i, o := range cells["fit"].Outputs[1:] {
		svg := strings.Join(o.Data["image/svg+xml"], "")
		if !strings.HasPrefix(svg, `<svg xmlns="http://www.w3.org/2000/svg" `) || !strings.Contains(svg, `class="val"`) || !wellFormed(svg) {
			t.Errorf("figure %d: %s", i, svg)
		}
	}
}

func wellFormed(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return err == io.EOF
		}
	}
}

// What an edit has overtaken is not the code's output.
func TestStaleResultsAreLeftOut(t *testing.T) {
	n := notebook(web.ES)
	for i := range n.Cells {
		n.Cells[i].Validity = web.Stale
	}
	cells, _ := written(t, n)
	for _, c := range n.Cells {
		if got := cells[c.ID]; len(got.Outputs) != 0 || got.Count != nil {
			t.Errorf("%s has outputs", c.ID)
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, l := range web.Langs {
		n := notebook(l)
		cells, _ := written(t, n)
		for _, other := range []string{ipynb.Practice, ipynb.Own} {
			n.Reviews = other
			with, _ := written(t, n)
			if _, weights := with["weights"]; weights || len(with["lesson"].Source) != len(cells["lesson"].Source)+2 {
				t.Errorf("%s, %s: %s", l, other, with["lesson"].source())
			}
		}
		if !strings.Contains(cells["lesson"].source(), l.T("page.title")) {
			t.Errorf("%s: %s", l, cells["lesson"].source())
		}
		for id, c := range cells {
			if c.Kind == "markdown" && (c.source() == "" || strings.Contains(c.source(), "%!")) {
				t.Errorf("%s: %s says %q", l, id, c.source())
			}
		}
	}
	es, _ := written(t, notebook(web.ES))
	en, _ := written(t, notebook(web.EN))
	for id, c := range es {
		if c.Kind == "markdown" && c.source() == en[id].source() {
			t.Errorf("%s reads the same in both languages", id)
		}
	}
}

// The notebook of somebody's own reviews cuts a text as they were cut; the cells before go by IMDB's rule, for
// their code loads IMDB's reviews.
func TestTheRuleOfOwnReviews(t *testing.T) {
	n := notebook(web.ES)
	n.Reviews, n.Rule = ipynb.Own, tokenize.Unicode
	for i := range n.Cells {
		n.Cells[i].Rule = tokenize.Unicode
	}
	cells, _ := written(t, n)
	if got := cells["classify"].source(); !strings.Contains(got, tokenize.IMDB.Python()) {
		t.Errorf("classify says\n%s", got)
	}
	if got := cells["own"].source(); !strings.HasPrefix(got, tokenize.Unicode.Python()) || !strings.Contains(got, `"w.vocabulary.json"`) ||
		!strings.Contains(got, `load_weights("w.weights.h5")`) || strings.Contains(got, "print(model") {
		t.Errorf("own says\n%s", got)
	}
	n.Weights = ""
	if without, _ := written(t, n); without["own"].source()+"\n" != tokenize.Unicode.Python() {
		t.Errorf("without weights own says\n%s", without["own"].source())
	}
	n.Reviews = ipynb.IMDB
	if of, _ := written(t, n); of["own"].Kind != "" {
		t.Error("IMDB's reviews have the cell")
	}
}

// Python reads the whole program.
func TestTheCodeIsPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CUADERNO_CI") != "" {
			t.Fatal("CI must have python3")
		}
		t.Skip("no python3 here to read the code with")
	}
	n := notebook(web.EN)
	var program strings.Builder
	n.Reviews, n.Rule = ipynb.Own, tokenize.Unicode
	own, _ := written(t, n)
	program.WriteString(own["own"].source() + "\n")
	n.Reviews = ipynb.IMDB
	for _, choose := range []func(*training.Settings){
		func(*training.Settings) {},
		func(s *training.Settings) { s.EarlyStopping, s.RestoreBest = "off", true },
		func(s *training.Settings) { s.Validation, s.BPTTSteps, s.Optimizer = "split", 5, "nesterov" },
	} {
		for i := range n.Cells {
			choose(&n.Cells[i].Settings)
		}
		cells, order := written(t, n)
		for _, id := range order {
			if cells[id].Kind == "code" {
				program.WriteString(cells[id].source() + "\n")
			}
		}
	}
	command := exec.CommandContext(t.Context(), python, "-c", "import ast, sys; ast.parse(sys.stdin.read())")
	command.Stdin = strings.NewReader(program.String())
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, program.String())
	}
}
