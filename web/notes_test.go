package web_test

import (
	"strings"
	"testing"

	"cuaderno/web"
)

func notes(t *testing.T, c web.CellView) string {
	t.Helper()
	return render(t, web.Notes(c))
}

func TestEpochsAreNarrated(t *testing.T) {
	for name, c := range map[string]struct {
		train, val []float64
		want       string
	}{
		"first":             {[]float64{.6}, []float64{.5}, "<b>Epoch 1:</b> training loss 0.600, validation loss 0.500."},
		"learning":          {[]float64{.6, .5}, []float64{.5, .4}, "It is learning."},
		"begins":            {[]float64{.6, .5}, []float64{.4, .5}, "It has begun to memorise: this is overfitting."},
		"memorising":        {[]float64{.6, .5, .4}, []float64{.4, .5, .6}, "It is memorising."},
		"back, but not far": {[]float64{.6, .5, .4}, []float64{.4, .6, .5}, "still above that of epoch 1."},
		"diverging":         {[]float64{.6, .7}, []float64{.4, .5}, "Its steps may be too large."},
		"no worse":          {[]float64{.6, .5}, []float64{.4, .4001}, "training loss fell to 0.500, validation loss stayed at 0.400."},
		"no better":         {[]float64{.6, .7}, []float64{.4, .3999}, "training loss rose to 0.700, validation loss stayed at 0.400."},
		"stuck":             {[]float64{.6932, .6931}, []float64{.693, .7}, "training loss stayed at 0.693; validation loss is 0.700."},
		"unexpected":        {[]float64{.6, .7}, []float64{.4, .3}, "training loss rose to 0.700, validation loss fell to 0.300."},
	} {
		t.Run(name, func(t *testing.T) {
			r := &web.FitResult{State: "running", Planned: 15}
			for i := range c.train {
				r.Epochs = append(r.Epochs, web.Epoch{Epoch: i + 1, Loss: c.train[i], ValLoss: c.val[i]})
			}
			got := notes(t, done(web.EN, "fit", r))
			latest, _, _ := strings.Cut(strings.SplitN(got, `<p class="note">`, 2)[1], "</p>")
			if !strings.Contains(latest, c.want) {
				t.Errorf("%s, want %s", latest, c.want)
			}
		})
	}
}

func TestWhereEarlyStoppingWouldHaveEnded(t *testing.T) {
	// The notebook's run has its lowest validation loss in epoch 1: patience 2 ends it after 3.
	c := done(web.EN, "fit", ended(8, "finished"))
	want := "Early stopping with patience 2 would have ended this run after epoch <b>3</b> and, with <code>restore_best</code>, kept epoch <b>1</b>."
	if got := notes(t, c); !strings.Contains(got, want) {
		t.Errorf("no %q in %s", want, got)
	}
	c.Result = ended(3, "finished")
	if got := notes(t, c); strings.Contains(got, "would have ended") {
		t.Error("it would not have ended a run of three epochs sooner")
	}
	c.Result, c.Ran.EarlyStopping = ended(8, "finished"), "val_loss"
	if got := notes(t, c); strings.Contains(got, "would have ended") {
		t.Error("early stopping was on")
	}
}

func TestWhatIsKeptIsSaid(t *testing.T) {
	c := done(web.EN, "fit", ended(8, "finished"))
	if got := notes(t, c); !strings.Contains(got, "the last epoch, 8, is <b>0.435 worse</b> than the best, epoch <b>1</b>") {
		t.Error(got)
	}
	c.Result = stoppedRun()
	if got := notes(t, c); !strings.Contains(got, "in the middle of epoch <b>4</b>") || strings.Contains(got, "weights of") {
		t.Error(got)
	}
	r := ended(8, "finished")
	r.Kept = 1
	c.Result = r
	if got := notes(t, c); !strings.Contains(got, "weights of epoch <b>1</b>") {
		t.Error(got)
	}
}

func TestNotesDependOnTheSettings(t *testing.T) {
	c := fresh(web.EN, "pad")
	if strings.Contains(notes(t, c), "padding='post'") {
		t.Error("speaks of padding='post' without cause")
	}
	c.Settings.Padding = "post"
	if got := notes(t, c); !strings.Contains(got, "up to 79 times") {
		t.Error(got)
	}
	practice := with(done(web.EN, "evaluate", sampleEvaluate()), func(c *web.CellView) {
		r := c.Result.(web.EvaluateResult)
		r.Practice = true
		c.Result = r
	})
	if out := render(t, web.Output(practice)); strings.Contains(out, "the notebook") {
		t.Error("compares practice reviews with the notebook")
	}
}

func TestWhySomethingIsStale(t *testing.T) {
	c := done(web.EN, "evaluate", sampleEvaluate())
	c.Validity = web.Stale
	for want, change := range map[string]func(*web.CellView){
		"stale: num_words changed from 20,000 to 1,300": func(c *web.CellView) { c.Changes = []web.Change{{"num_words", "20000", "1300"}} },
		"stale: maxlen changed from 80 to 120":          func(c *web.CellView) { c.Changes = []web.Change{{"maxlen", "80", "120"}} },
		"stale: maxlen changed from 80 to 120 and 2 more": func(c *web.CellView) {
			c.Changes = []web.Change{{"maxlen", "80", "120"}, {"units", "1", "2"}, {"seed", "1", "2"}}
		},
		"stale: “Train” ran again":   func(c *web.CellView) { c.After = "fit" },
		"stale: your review changed": func(c *web.CellView) { c.Changes = []web.Change{{"review", "a", strings.Repeat("b", 40)}} },
	} {
		if got := render(t, web.Head(with(c, change))); !strings.Contains(got, ">"+want+"<") {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestSay(t *testing.T) {
	for want, c := range map[string]web.CellView{
		"Load: done in 13.2 s.": done(web.EN, "load", sampleLoad()),
		"Epoch 3 of 15. Validation accuracy 0.828, validation loss 0.469.": with(done(web.EN, "fit", sampleRun(3)),
			func(c *web.CellView) { c.Activity = web.Running }),
		"le gustó. Probabilidad 0,91.": done(web.ES, "classify", sampleClassify(.9134)),
		"":                             fresh(web.EN, "load"),
		"Load: failed. The files are damaged or not what they claim to be. Delete them and run this cell again.": with(fresh(web.EN, "load"),
			func(c *web.CellView) { c.Activity, c.Failure = web.Broken, &web.Failure{Code: web.FailCorrupt} }),
	} {
		if got := web.Say(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
