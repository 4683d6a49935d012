package web_test

import (
	"strings"
	"time"

	"cuaderno/training"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// The beginning of x_train[0] (LESSON.md, part 1), then enough of the rest to be cut.
const firstReview = "this film was just brilliant casting location scenery story direction everyone's really suited the part they played and you could just imagine being there robert redford's is an amazing actor and now the same being director norman's father came from the same scottish island as myself so i loved the fact there was a real connection with this film"

var firstIDs = []int{
	14, 22, 16, 43, 530, 973, 1622, 1385, 65, 458, 4468, 66, 3941, 4, 173, 36, 256, 5, 25, 100, 43, 838, 112, 50,
	670, 2, 9, 35, 480, 284, 5, 150, 4, 172, 112, 167, 2, 336, 385, 39, 4, 172, 4536, 1111, 17, 546, 38, 13, 447,
	4, 192, 50, 16, 6, 147, 2025, 19, 14, 22,
}

func sampleTokens() []web.Token {
	tokens := []web.Token{{ID: 1, Full: 1, Wrong: [3]string{"the", "?", "?"}}}
	for i, w := range strings.Fields(firstReview) {
		id := firstIDs[i]
		full := id
		if id == 2 {
			full = 22668
		}
		tokens = append(tokens, web.Token{Word: w, ID: id, Full: full, Rank: full - 3, Wrong: [3]string{"as", "you", "it"}})
	}
	return tokens
}

// sampleLengths has half of its reviews at 60 numbers and a few far beyond the axis.
func sampleLengths() []int {
	all := make([]int, 2501)
	all[60], all[150], all[300], all[2500] = 500, 300, 195, 5
	return all
}

// The classroom notebook's own figures (LESSON.md, part 6).
func sampleEpochs(n int) []web.Epoch {
	all := []web.Epoch{
		{1, .4367, .7934, .3579, .8380, 13.2, 13.4}, {2, .2560, .9004, .3808, .8384, 13.1, 13.3},
		{3, .1657, .9366, .4690, .8276, 13.0, 13.2}, {4, .1103, .9598, .5585, .8247, 13.3, 13.5},
		{5, .0686, .9778, .7360, .8194, 13.1, 13.3}, {6, .0515, .9824, .6593, .8202, 13.2, 13.4},
		{7, .0374, .9872, .8509, .8124, 13.2, 13.4}, {8, .0275, .9919, .7934, .8172, 13.2, 13.4},
	}
	return all[:n]
}

func sampleRun(n int) *web.FitResult {
	r := &web.FitResult{Run: "r1", State: "running", Planned: 15, Steps: 782, Epochs: sampleEpochs(n)}
	if n > 0 {
		r.Best = 1
	}
	r.Live = &web.Live{
		Epoch: n + 1, Batch: 391, Loss: .1103, Accuracy: .96, PerSecond: 1930,
		Elapsed: 46 * time.Second, Left: 161 * time.Second,
	}
	return r
}

func ended(n int, state string) *web.FitResult {
	r := sampleRun(n)
	r.State, r.Live, r.Kept = state, nil, n
	return r
}

// gone is a run whose weights are there no more.
func gone(n int) *web.FitResult {
	r := ended(n, "finished")
	r.Held, r.Gone, r.Kept = true, true, 0
	return r
}

// keptRun failed in its third epoch; it had gone on, from the beginning, on another machine.
func keptRun(l web.Lang) web.CellView {
	r := ended(2, "failed")
	r.Held, r.Mixed, r.Anew = true, true, true
	c := done(l, "fit", r)
	c.Activity, c.Failure = web.Broken, &web.Failure{Code: web.FailNaN, Detail: "fit: epoch 3", Field: "learning_rate"}
	return c
}

// stoppedRun was trained elsewhere, and can go on.
func stoppedRun() *web.FitResult {
	r := ended(3, "interrupted")
	r.Within = 4
	r.Where, r.Resume = "north", &web.Resume{From: 4, To: 15, Price: web.Price{Trains: true, Epochs: 12, Total: 158 * time.Second}}
	return r
}

func sampleLoad() web.LoadResult {
	return web.LoadResult{
		Source: "keras", Dir: "~/.keras/datasets", Genuine: true,
		SHA256: "600d3cad39428ec917a50c620af3678145853bf9213ac460349a0bce758b056b",
		Train:  25000, Test: 25000, TrainPositive: 12500, TestPositive: 12500, Words: 88584,
		Unknown: .0293, Median: 177, Mean: 238, Longest: 2493, Seconds: .71,
	}
}

func samplePractice() web.LoadResult {
	return web.LoadResult{
		Practice: true, Source: "practice", Note: "imdb.npz: no such host",
		SHA256: "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184",
		Train:  6000, Test: 2000, TrainPositive: 3012, TestPositive: 987, Words: 812,
		Median: 31, Mean: 33, Longest: 71, Seconds: .08,
	}
}

func sampleClassify(p float64) web.ClassifyResult {
	words := strings.Fields("the first half is slow and i nearly left but the ending is one of the finest things i have seen in yeeears")
	ranks := []int{1, 86, 319, 6, 547, 2, 10, 756, 314, 18, 1, 274, 6, 28, 4, 1, 1556, 180, 10, 25, 107, 8, 0}
	r := web.ClassifyResult{
		Probability: p, Epoch: 2, Seconds: .004, From: 0, To: 24, Known: 22,
		Lowered:  "the first half is slow and i nearly left, but the ending is one of the finest things i have seen in yeeears.",
		Filtered: strings.Join(words, " "), Row: make([]int, 80),
		Typed: "The first half is slow and I nearly left, but the ending is one of the finest things I have seen in yeeears.",
		Whole: p, Before: .5, End: 15,
	}
	for e := range 15 {
		r.Moments = append(r.Moments, web.Moment{Epoch: e + 1, P: .5 + (p-.5)*float64(e%5)/4})
	}
	for i, w := range words {
		id := ranks[i] + 3
		if ranks[i] == 0 {
			id = 2
		}
		// The eye catches something at every kind of word: one that raises P, lowers it, does nothing.
		after, moved := .5+(p-.5)*float64(i+1)/float64(len(words)), float64(i%7-3)*.04
		r.Tokens = append(r.Tokens, web.OwnToken{Text: w, Word: w, Rank: ranks[i], ID: id, Read: true, After: after, Tried: true, Moved: moved})
		r.Row[80-len(words)+i] = id
	}
	r.Row[80-len(words)-1] = 1
	for u := range 6 {
		unit := web.Unit{Unit: 7 * u, Weight: float64(1 - u%2*2)}
		for i := range words {
			unit.States = append(unit.States, float64((i*(u+3))%11)/11-.5)
		}
		r.Units = append(r.Units, unit)
	}
	return r
}

// trialClassify has words left out, and an earlier epoch judges.
func trialClassify() web.ClassifyResult {
	r := sampleClassify(.31)
	r.Epoch, r.Whole, r.To, r.Known = 3, .9134, 22, 20
	for _, i := range []int{8, 16} {
		r.Tokens[i].Out, r.Tokens[i].Read, r.Tokens[i].Tried, r.Tokens[i].Moved = true, false, false, 0
	}
	for i := range r.Units {
		r.Units[i].States = r.Units[i].States[:21]
	}
	return r
}

// cutClassify was too long, padded after it, and its first words were never read; its last word the data set
// does not know, and some were read otherwise than typed.
func cutClassify() web.ClassifyResult {
	r := sampleClassify(.62)
	r.From, r.Blanks, r.Moments, r.Units = 4, 60, nil, nil
	for i := range 3 {
		r.Tokens[i].Read, r.Tokens[i].Tried, r.Tokens[i].Moved = false, false, 0
	}
	r.Rule, r.To, r.Blanks = tokenize.IMDB, 23, 61
	r.Tokens[22] = web.OwnToken{Text: "yeeears", Word: "yeeears", Absent: true}
	r.Reread = []web.Reread{{Typed: "i’ve", As: []string{"i've"}}, {Typed: "nearly—left", As: []string{"nearly", "left"}}, {Typed: "—"}, {Typed: "i’ve", As: []string{"i've"}}}
	return r
}

func sampleEvaluate() web.EvaluateResult {
	return web.EvaluateResult{
		Loss: .3812, Accuracy: .8382, Confusion: [2][2]int{{10305, 2195}, {1850, 10650}},
		Epoch: 2, Epochs: 15, Bag: .8824, Seconds: 2.3,
		ROC:  []web.ROCPoint{{}, {False: .05, True: .5}, {False: .15, True: .82}, {False: .4, True: .95}, {False: 1, True: 1}},
		Area: .9134, Bins: sampleBins(), Gap: .0421, Mistakes: sampleMistakes(),
	}
}

func sampleBins() (bins []web.Bin) {
	for i := range 10 {
		n := 900 + 400*(i-4)*(i-4)
		bins = append(bins, web.Bin{Count: n, Positive: n * (i + 1) / 12, Mean: float64(i)/10 + .05})
	}
	return bins
}

// sampleMistakes are of both kinds, one of them longer than what the network read.
func sampleMistakes() []web.Mistake {
	tokens := sampleTokens()
	return []web.Mistake{
		{Index: 17, Label: 0, P: .9987, Tokens: tokens, From: 0, To: len(tokens)},
		{Index: 4021, Label: 1, P: .0013, Tokens: tokens, From: 20, To: len(tokens) - 5},
	}
}

func sampleModel() web.ModelResult {
	return web.ModelResult{Total: 2691713, Layers: []web.Layer{
		{Name: "embedding", Type: "Embedding", Output: "(None, 80, 128)", Params: 2560000},
		{Name: "lstm", Type: "LSTM", Output: "(None, 128)", Params: 131584},
		{Name: "dense", Type: "Dense", Output: "(None, 1)", Params: 129},
	}}
}

func sampleRuns() web.CompareResult {
	small := training.Defaults()
	small.Maxlen, small.Units, small.EmbeddingDim, small.Layer = 40, 64, 64, "gru"
	stopped := training.Defaults()
	stopped.EarlyStopping, stopped.RestoreBest = "val_loss", true
	return web.CompareResult{Runs: []web.RunRow{
		{ID: "a", Number: 1, Settings: training.Defaults(), State: "finished", Epochs: sampleEpochs(8), Best: 1, Accuracy: .8010, Loss: 1.2783},
		{ID: "b", Number: 2, Name: "small <and> quick", Settings: small, State: "interrupted", Epochs: sampleEpochs(3), Best: 1, Where: "north"},
		{ID: "c", Number: 3, Settings: stopped, State: "early_stopping", Epochs: sampleEpochs(4), Best: 1, Accuracy: .8391, Loss: .3702, Current: true, InUse: true},
		{ID: "d", Number: 4, Settings: stopped, State: "interrupted"},
	}}
}

// done is a cell that was run, with what it gave.
func done(l web.Lang, id string, result web.Result) web.CellView {
	c := fresh(l, id)
	c.Validity, c.Result, c.Took, c.Count = web.Evaluated, result, 13200*time.Millisecond, 1
	return c
}

func fresh(l web.Lang, id string) web.CellView {
	s := training.Defaults()
	return web.CellView{
		Lang: l, CSRF: "token", ID: id, Validity: web.Fresh, Activity: web.Ready,
		Settings: s, Ran: s, IndexMax: 24999, Review: web.DefaultReview,
	}
}

// results is an output for every cell.
func results() map[string]web.Result {
	tokens := sampleTokens()
	return map[string]web.Result{
		"intro":   web.IntroResult{Go: "go1.26.8", CPU: "a processor", Cores: 2, Kernel: "avx2"},
		"load":    sampleLoad(),
		"inspect": web.InspectResult{Index: 0, Label: 1, Tokens: tokens, OOV: [3]string{"and", "the", "?"}, Lengths: sampleLengths()},
		"pad": web.PadResult{
			Tokens: tokens, Train: 25000, Test: 25000, Lengths: sampleLengths(),
		},
		"model":    sampleModel(),
		"compile":  web.CompileResult{},
		"fit":      ended(8, "interrupted"),
		"evaluate": sampleEvaluate(),
		"classify": sampleClassify(.9134),
		"compare":  sampleRuns(),
	}
}

func page(l web.Lang, cells func(id string) web.CellView) web.PageView {
	p := web.PageView{Lang: l, CSRF: "token", Seq: 17, Status: web.StatusView{Lang: l, CSRF: "token", State: web.NotebookReady, Of: 10}}
	for _, id := range web.Cells {
		p.Cells = append(p.Cells, cells(id))
	}
	return p
}

func freshPage(l web.Lang) web.PageView {
	return page(l, func(id string) web.CellView { return fresh(l, id) })
}

func donePage(l web.Lang) web.PageView {
	all, n := results(), 0
	p := page(l, func(id string) web.CellView {
		c := done(l, id, all[id])
		n++
		c.Count = n
		if id == "fit" {
			c.Price = web.Price{Trains: true, Epochs: 15, Total: 198 * time.Second, Other: 160, Ratio: 1.96}
		}
		return c
	})
	p.Status.State, p.Status.Done = web.NotebookDone, 10
	return p
}

// mixedPage has a cell in every state.
func mixedPage(l web.Lang) web.PageView {
	p := donePage(l)
	for i := range p.Cells {
		c := &p.Cells[i]
		switch c.ID {
		case "load":
			c.Result = samplePractice()
		case "inspect":
			c.Validity, c.After = web.Stale, "load"
			c.Invalid = map[string]string{"index": "30000"}
		case "pad":
			c.Validity, c.Settings.Maxlen = web.Stale, 120
			c.Changes = []web.Change{{"maxlen", "80", "120"}, {"padding", "pre", "post"}}
			c.Settings.Padding = "post"
		case "model":
			c.Activity, c.Failure = web.Broken, &web.Failure{Code: web.FailMemory, Detail: "nn: 512 x 512 units", Field: "units"}
			c.Result, c.Validity = nil, web.Fresh
			c.Invalid = map[string]string{"units": "9000", "dropout": "mucho"}
		case "fit":
			c.Activity, c.Result = web.Running, sampleRun(3)
		case "evaluate":
			c.Activity, c.Place = web.Queued, 2
		case "classify":
			c.Result = sampleClassify(.1312)
		case "compare":
			c.Result = web.CompareResult{}
		}
	}
	p.Status = web.StatusView{Lang: l, CSRF: "token", State: web.NotebookRunning, Cell: "fit", Epoch: 4, Epochs: 15, Of: 10, Done: 5}
	return p
}

// loadingPage downloads.
func loadingPage(l web.Lang) web.PageView {
	p := freshPage(l)
	c := &p.Cells[1]
	c.Activity = web.Running
	c.Progress = &web.Progress{Stage: "download", Done: 6_200_000, Of: 17_464_789, PerSecond: 2.1e6, Left: 5400 * time.Millisecond}
	p.Status.State, p.Status.Cell = web.NotebookRunning, "load"
	return p
}

func secs(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
