package web

import (
	"strings"

	"cuaderno/training"
)

// Here is the Go that a cell runs instead: the calls themselves, with errors left to the reader.
func Here(c CellView) string {
	s := c.Settings
	switch c.ID {
	case "intro":
		return "import (\n\t\"cuaderno/training\"\n\t\"cuaderno/training/fit\"\n\t\"cuaderno/training/imdb\"\n\t\"cuaderno/training/nn\"\n\t\"cuaderno/training/sequence\"\n)"
	case "load":
		return "corpus, err := imdb.Open(ctx, imdb.Options{Download: true, Practice: practice.New})\n" +
			"ids = imdb.Cut(ids, corpus.Train.Review(i), " + set(s.NumWords) + ")"
	case "inspect":
		i := set(c.Index)
		return "ids := imdb.Cut(nil, corpus.Train.Review(" + i + "), " + set(s.NumWords) + ")\n" +
			"words := corpus.Words.Decode(ids, imdb.IndexFrom)\n" +
			"label := corpus.Train.Label(" + i + ")"
	case "pad":
		return "row := make([]int32, " + set(s.Maxlen) + ")\n" +
			"sequence.Pad(row, ids, sequence." + side(s.Padding) + ", sequence." + side(s.Truncating) + ")"
	case "model":
		return hereModel(s)
	case "compile":
		return "settings.Optimizer = " + set(quote(s.Optimizer)) + "\n" +
			"settings.LearningRate = " + set(python(s.LearningRate)) + "\n" +
			"spec := nn.SpecOf(settings)"
	case "fit":
		return "model, err := fit.NewModel(spec, " + set(s.BatchSize) + ", " + set(s.Seed) + ")\n" +
			"data := fit.Prepare(corpus, settings) // validation: " + set(s.Validation) + "\n" +
			"history, err := fit.Run(ctx, model, data, fit.ConfigOf(settings), observe)"
	case "evaluate":
		return "predictor := fit.NewPredictor(spec, model.Params())\n" +
			"result, err := fit.Evaluate(ctx, predictor, data.Test, progress)"
	case "classify":
		return "own := corpus.Words.Encode(review, " + set(s.NumWords) + ")\n" +
			"sequence.Pad(row, own.IDs, sequence." + side(s.Padding) + ", sequence." + side(s.Truncating) + ")\n" +
			"p, err := predictor.Predict(ctx, [][]int32{row})"
	default:
		return "best := history.Epochs[history.Best-1]\n" +
			"fmt.Printf(\"epoch %d: %.4f\\n\", best.Epoch, best.ValAccuracy)"
	}
}

func hereModel(s training.Settings) string {
	f := []string{
		"NumWords: " + set(s.NumWords) + ", Maxlen: " + set(s.Maxlen),
		"EmbeddingDim: " + set(s.EmbeddingDim),
		"Layer: " + set(quote(s.Layer)) + ", Units: " + set(s.Units),
		"Dropout: " + set(s.Dropout) + ", RecurrentDropout: " + set(s.RecurrentDropout),
		"BPTTSteps: " + set(s.BPTTSteps),
	}
	return "spec := nn.Spec{\n\t" + strings.Join(f, ",\n\t") + ",\n}\nfmt.Println(spec.Summary())"
}

func side(s string) string { return set(strings.ToUpper(s[:1]) + s[1:]) }

func quote(s string) string { return `"` + s + `"` }
