package web

import "github.com/a-h/templ"

// maxNarrated is how many epochs the margin tells of before folding the earlier ones away.
const maxNarrated = 3

// notesOf gives a cell's margin notes: what the latest output says, what is folded away, and what
// holds whatever the output.
func notesOf(c CellView) (latest, earlier, standing []templ.Component) {
	switch r := c.Result.(type) {
	case LoadResult:
		latest = loadNotes(c, r)
	case InspectResult:
		latest = inspectNotes(c, r)
	case PadResult:
		latest = padNotes(c, r)
	case ModelResult:
		m := layoutOf(c.Lang, c.Settings)
		latest = []templ.Component{c.Lang.Rich("model.note.total", c.Lang.N(m.Total), c.Lang.Pct(m.embeddingShare()))}
	case *FitResult:
		latest, earlier = fitNotes(c, r)
	case EvaluateResult:
		latest = evaluateNotes(c, r)
	case ClassifyResult:
		latest = classifyNotes(c, r)
	}
	return latest, earlier, standingNotes(c)
}

// standingNotes follow from the settings alone.
func standingNotes(c CellView) (notes []templ.Component) {
	l, s := c.Lang, c.Settings
	add := func(key string, args ...any) { notes = append(notes, l.Rich(key, args...)) }
	switch c.ID {
	case "intro":
		add("intro.note.hard")
		add("intro.note.source")
	case "load":
		add("load.note.slip")
		add("load.note.polite")
	case "inspect":
		add("inspect.note.offset")
	case "pad":
		if s.Padding == "post" {
			add("pad.note.post", l.N(max(0, s.Maxlen-1)))
		}
		if s.Truncating == "post" {
			add("pad.note.first")
		}
	case "model":
		if s.BPTTSteps > 0 {
			add("model.note.bptt", l.N(s.BPTTSteps))
		}
		add(map[string]string{"lstm": "model.note.lstm", "gru": "model.note.gru", "simple_rnn": "model.note.rnn"}[s.Layer])
		if s.Dropout > 0 || s.RecurrentDropout > 0 {
			add("model.note.mask")
		}
		add("model.note.init")
	case "compile":
		if rate := optimizers[s.Optimizer].rate; rate != s.LearningRate {
			add("compile.note.rate", l.G(s.LearningRate), l.G(rate))
		}
		if s.Optimizer == "adam" {
			add("compile.note.adam")
		}
	case "fit":
		notes = append(notes, c.Price.note(l)...)
		if s.Validation == "split" {
			add("fit.note.sealed")
		} else {
			add("fit.note.flatters")
		}
		add("fit.note.hour")
	case "evaluate":
		add("evaluate.note.header")
	case "compare":
		add("compare.note.one")
		add("compare.note.val")
		if r, ok := c.Result.(CompareResult); ok && len(r.Runs) >= MaxRuns {
			add("compare.note.full", l.N(MaxRuns))
		}
		if r, ok := c.Result.(CompareResult); ok && len(r.Runs) > len(r.curves()) && len(r.curves()) == maxCurves {
			add("compare.note.curves", l.N(maxCurves))
		}
	}
	return notes
}

func loadNotes(c CellView, r LoadResult) (notes []templ.Component) {
	l := c.Lang
	if r.Practice {
		notes = append(notes, l.Rich("load.note.practice", l.N(r.Train), l.N(r.Test)))
	}
	notes = append(notes, l.Rich("load.note.length", l.N(r.Median), l.N(r.Mean), l.N(r.Longest)))
	if r.Unknown > 0 {
		notes = append(notes, l.Rich("load.note.cut", l.Pct(r.Unknown), l.N(c.Ran.NumWords)))
	}
	return notes
}

func inspectNotes(c CellView, r InspectResult) []templ.Component {
	l := c.Lang
	label, oov := "inspect.note.neg", l.Rich("inspect.note.none")
	if r.Label == 1 {
		label = "inspect.note.pos"
	}
	if n := unknown(under(r.Tokens, c.Settings.NumWords)); n > 0 {
		oov = l.Rich("inspect.note.oov", l.N(n))
	}
	return []templ.Component{l.Rich(label, itoa(r.Index)), oov}
}

func padNotes(c CellView, r PadResult) []templ.Component {
	l, maxlen := c.Lang, c.Settings.Maxlen
	from, to := c.window(len(r.Tokens))
	first := l.Rich("pad.note.survive", l.N(to-from), l.N(len(r.Tokens)))
	if to-from == len(r.Tokens) {
		first = l.Rich("pad.note.whole", l.N(max(0, maxlen-len(r.Tokens))))
	}
	reviews, words := lengths(r.Lengths).cut(maxlen)
	return []templ.Component{first, l.Rich("pad.note.cut", l.N(maxlen), l.Pct(reviews), l.Pct(words))}
}

func fitNotes(c CellView, r *FitResult) (latest, earlier []templ.Component) {
	l := c.Lang
	if r.ended() && len(r.Epochs) > 0 {
		latest = append(latest, keptNotes(l, r)...)
	}
	if c.Ran.EarlyStopping == "off" {
		if after, kept, ok := wouldStop(r.Epochs, c.Ran.Patience, c.Ran.MinDelta); ok {
			latest = append(latest, l.Rich("fit.note.stop", l.N(c.Ran.Patience), l.N(after), l.N(kept)))
		}
	}
	for i := len(r.Epochs) - 1; i >= 0; i-- {
		told := narrate(l, r.Epochs, i)
		if len(r.Epochs)-1-i < maxNarrated {
			latest = append(latest, told)
		} else {
			earlier = append(earlier, told)
		}
	}
	if len(r.Epochs) > 0 && r.Epochs[0].ValLoss < r.Epochs[0].Loss {
		latest = append(latest, l.Rich("fit.note.noisy"))
	}
	return latest, earlier
}

// keptNotes say whose weights the model has, and how the last epoch compares with the best.
func keptNotes(l Lang, r *FitResult) (notes []templ.Component) {
	last, best := r.Epochs[len(r.Epochs)-1], bestOf(r.Epochs)
	switch {
	case r.Within > 0:
		notes = append(notes, l.Rich("fit.note.cut", l.N(r.Within)))
	case r.Kept == 0:
	case r.Kept == last.Epoch && r.Best > 0 && r.Kept != r.Best:
		notes = append(notes, l.Rich("fit.note.last", l.N(r.Kept)))
	default:
		notes = append(notes, l.Rich("fit.note.kept", l.N(r.Kept)))
	}
	switch worse := last.ValLoss - best.ValLoss; {
	case len(r.Epochs) < 2 || r.Best == 0:
	case last.Epoch == r.Best:
		notes = append(notes, l.Rich("fit.note.best", l.N(r.Best)))
	case worse >= 0.0005:
		notes = append(notes, l.Rich("fit.note.worse", l.N(last.Epoch), l.F(worse, 3), l.N(r.Best)))
	}
	return notes
}

func evaluateNotes(c CellView, r EvaluateResult) []templ.Component {
	l := c.Lang
	notes := []templ.Component{l.Rich("evaluate.note.margin", l.N(r.reviews()), l.F(r.margin(), 3))}
	if r.Sealed {
		notes = append(notes, l.Rich("evaluate.note.sealed"))
	} else {
		notes = append(notes, l.Rich("evaluate.note.flatters"))
	}
	if r.Practice {
		notes = append(notes, l.Rich("evaluate.note.practice"))
	}
	return notes
}

func classifyNotes(c CellView, r ClassifyResult) (notes []templ.Component) {
	l := c.Lang
	left := len(r.Tokens) - r.out()
	notes = append(notes, l.Rich("classify.note.known", l.N(r.Known), l.N(left)))
	switch n := left; {
	case n > 0 && r.Known*2 < n:
		notes = append(notes, l.Rich("classify.note.unknown"))
	case r.Probability > 0.4 && r.Probability < 0.6:
		notes = append(notes, l.Rich("classify.note.unsure"))
	}
	if told := r.weighed(l); told != nil {
		notes = append(notes, told)
	}
	if r.To-r.From < len(r.ids()) {
		notes = append(notes, l.Rich("classify.note.cut", l.N(r.To-r.From)))
	}
	if r.Epoch > 0 {
		notes = append(notes, l.Rich("classify.note.epoch", l.N(r.Epoch)))
	}
	return notes
}
