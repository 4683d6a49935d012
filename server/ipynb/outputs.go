package ipynb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cuaderno/web"
)

// output is what a cell gave: a stream of text, or one thing in several forms.
type output struct {
	Kind     string              `json:"output_type"`
	Name     string              `json:"name,omitempty"`
	Text     []string            `json:"text,omitempty"`
	Data     map[string][]string `json:"data,omitempty"`
	Metadata *struct{}           `json:"metadata,omitempty"`
}

func printed(text string) output {
	return output{Kind: "stream", Name: "stdout", Text: lines(text + "\n")}
}

func display(forms map[string]string) output {
	o := output{Kind: "display_data", Data: map[string][]string{}, Metadata: &struct{}{}}
	for kind, text := range forms {
		o.Data[kind] = lines(text)
	}
	return o
}

// outputs are what the page shows under a cell, as far as it belongs to the present settings. What
// the code prints comes as it prints it.
func (n Notebook) outputs(c web.CellView) ([]output, error) {
	none := []output{}
	if c.Validity != web.Evaluated {
		return none, nil
	}
	l, t := n.Lang, texts[n.Lang]
	switch r := c.Result.(type) {
	case web.LoadResult:
		return []output{table([]string{t["split"], t["count"], t["positive"]}, [][]string{
			{t["train"], l.N(r.Train), l.N(r.TrainPositive)}, {t["test"], l.N(r.Test), l.N(r.TestPositive)},
		})}, nil
	case web.InspectResult:
		return []output{printed(inspected(r))}, nil
	case web.PadResult:
		return []output{printed(fmt.Sprintf("(%d, %d) (%d, %d)", r.Train, c.Ran.Maxlen, r.Test, c.Ran.Maxlen))}, nil
	case web.ModelResult:
		return []output{summary(l, r)}, nil
	case *web.FitResult:
		return n.fit(r)
	case web.EvaluateResult:
		return n.evaluated(r), nil
	case web.ClassifyResult:
		return []output{printed(strconv.FormatFloat(r.Probability, 'g', 8, 32))}, nil
	case web.CompareResult:
		return []output{n.compared(r)}, nil
	}
	return none, nil
}

// marks stand for the ids that are no word, as the code has them.
var marks = []string{"[PAD]", "[START]", "[OOV]"}

func inspected(r web.InspectResult) string {
	var ids, words []string
	for _, t := range r.Tokens {
		ids = append(ids, strconv.Itoa(t.ID))
		word := t.Word
		if t.ID < len(marks) {
			word = marks[t.ID]
		}
		words = append(words, word)
	}
	return "[" + strings.Join(ids, ", ") + "]\n" + strings.Join(words, " ") + "\n" + strconv.Itoa(r.Label)
}

func summary(l web.Lang, r web.ModelResult) output {
	var rows [][]string
	for _, y := range r.Layers {
		rows = append(rows, []string{y.Name + " (" + y.Type + ")", y.Output, l.N(y.Params)})
	}
	rows = append(rows, []string{l.T("model.total"), "", l.N(r.Total)})
	return table([]string{l.T("model.layer"), l.T("model.shape"), l.T("model.params")}, rows)
}

// fit gives the lines that Keras prints with verbose=2, and the two charts.
func (n Notebook) fit(r *web.FitResult) ([]output, error) {
	if len(r.Epochs) == 0 {
		return []output{}, nil
	}
	var b strings.Builder
	for _, e := range r.Epochs {
		fmt.Fprintf(&b, "Epoch %d/%d\n%s\n", e.Epoch, r.Planned, r.LogLine(e))
	}
	out := []output{printed(strings.TrimSuffix(b.String(), "\n"))}
	for _, what := range []string{"loss", "accuracy"} {
		svg, err := figure(n.Lang, what, r)
		if err != nil {
			return nil, err
		}
		last := r.Epochs[len(r.Epochs)-1]
		plain := fmt.Sprintf("%s: %.4f, val_%s: %.4f", what, map[string]float64{"loss": last.Loss, "accuracy": last.Accuracy}[what],
			what, map[string]float64{"loss": last.ValLoss, "accuracy": last.ValAccuracy}[what])
		out = append(out, display(map[string]string{"image/svg+xml": svg, "text/plain": plain}))
	}
	return out, nil
}

func (n Notebook) evaluated(r web.EvaluateResult) []output {
	l := n.Lang
	rows := [][]string{}
	for _, label := range []int{1, 0} {
		rows = append(rows, []string{l.T(fmt.Sprintf("confusion.was.%d", label)), l.N(r.Confusion[label][1]), l.N(r.Confusion[label][0])})
	}
	return []output{
		printed(fmt.Sprintf("accuracy: %.4f - loss: %.4f", r.Accuracy, r.Loss)),
		table([]string{l.T("confusion.title"), l.T("confusion.said.1"), l.T("confusion.said.0")}, rows),
	}
}

func (n Notebook) compared(r web.CompareResult) output {
	l, t := n.Lang, texts[n.Lang]
	var rows [][]string
	for _, run := range r.Runs {
		accuracy, loss := "–", "–"
		if run.Accuracy > 0 {
			accuracy, loss = l.F(run.Accuracy, 4), l.F(run.Loss, 4)
		}
		rows = append(rows, []string{
			l.N(run.Number), fmt.Sprintf("%s %d", run.Settings.Layer, run.Settings.Units), l.N(run.Best), accuracy, loss,
		})
	}
	return table([]string{t["run"], t["layer"], t["best"], t["accuracy"], t["loss"]}, rows)
}

// style is what the page's stylesheet says of a chart, for a file that stands alone.
const style = `<style>
.chart { max-width: 100%; font: 11px sans-serif; background: #fff; }
.chart text { fill: #444; }
.chart .chart-title { font-weight: bold; }
.chart .grid { stroke: #ddd; }
.chart path { fill: none; stroke-width: 1.8; }
.chart path.train { stroke: #777; stroke-dasharray: 4 3; }
.chart path.val { stroke: #1f5fbf; }
.chart path.gap { fill: #1f5fbf; fill-opacity: .1; }
.chart circle.train { fill: #777; }
.chart circle.val { fill: #1f5fbf; }
.chart line.best { stroke: #1f5fbf; stroke-dasharray: 2 3; }
</style>`

// figure is a chart as a file of its own.
func figure(l web.Lang, what string, r *web.FitResult) (string, error) {
	var b strings.Builder
	if err := web.Figure(l, what, r).Render(context.Background(), &b); err != nil {
		return "", err
	}
	open, rest, _ := strings.Cut(b.String(), ">")
	return strings.Replace(open, "<svg", `<svg xmlns="http://www.w3.org/2000/svg" width="510" height="315"`, 1) + ">" + style + rest, nil
}
