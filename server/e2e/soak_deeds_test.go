//go:build linux

package e2e

import (
	"fmt"
	"net/url"
	"strconv"

	"cuaderno/server/export"
	"cuaderno/training"
)

// ranges are the values that fields are given, by cell: such that a training is short.
var ranges = map[string]map[string][]string{
	"load":    {"num_words": {"300", "500", "900"}},
	"inspect": {"index": {"0", "7", "1999"}},
	"pad":     {"maxlen": {"5", "10", "20"}, "padding": {"pre", "post"}, "truncating": {"pre", "post"}},
	"model": {
		"embedding_dim": {"2", "4", "8"}, "layer": {"lstm", "gru", "simple_rnn"}, "units": {"2", "4", "8"},
		"dropout": {"0", "0.1", "0.3"}, "recurrent_dropout": {"0", "0.2"}, "bptt_steps": {"0", "3"},
	},
	"compile": {"optimizer": {"adam", "adamw", "rmsprop", "adagrad", "sgd", "momentum", "nesterov"}, "learning_rate": {"0.001", "0.004", "0.01"}},
	"fit": {
		"batch_size": {"128", "256", "512"}, "epochs": {"1", "2", "3", "6"}, "validation": {"test", "split"},
		"early_stopping": {"off", "val_loss", "val_accuracy"}, "patience": {"0", "2"}, "min_delta": {"0", "0.01"},
		"restore_best": {"true", "false"}, "seed": {"1", "2", "3", "4", "5"},
	},
	"classify": {"review": {"Not bad at all.", "Slow at first, but I loved it in the end.", "<b>Bad</b> & \"worse\".", "Ñandú, ¿qué tal?"}},
}

// realRanges are for the real reviews.
var realRanges = map[string]map[string][]string{
	"load":  {"num_words": {"5000", "20000"}},
	"pad":   {"maxlen": {"20", "40", "80"}},
	"model": {"embedding_dim": {"16", "32"}, "units": {"16", "32"}},
	"fit":   {"epochs": {"1", "2", "3"}},
}

var sentences = []string{"Not bad.", "I nearly left.", "What a waste of time!", "The best film of the year.", "Dull, <i>dull</i>, dull.", "¡Qué película!"}

// cells in which something can be run.
var cells = []string{"intro", "load", "inspect", "pad", "model", "compile", "fit", "evaluate", "classify", "compare"}

// deeds are what a reader does, each as often as it stands here.
var deeds = []func(*soaker){
	(*soaker).edit, (*soaker).edit, (*soaker).edit, (*soaker).run, (*soaker).run, (*soaker).fit, (*soaker).fit, (*soaker).fit,
	(*soaker).all, (*soaker).stale, (*soaker).interrupt, (*soaker).resume, (*soaker).guess, (*soaker).pin, (*soaker).pin, (*soaker).unpin,
	(*soaker).rename, (*soaker).rename, (*soaker).adopt, (*soaker).delete, (*soaker).address, (*soaker).take, (*soaker).take,
	(*soaker).slip, (*soaker).hangUp, (*soaker).reload, (*soaker).reload, (*soaker).judge,
	func(r *soaker) {
		if r.chance.IntN(4) == 0 {
			r.restart()
		}
	},
}

func (r *soaker) deed() {
	const many = 30 // the server lists 50 and forgets the oldest
	if len(r.seen.runs) > many {
		r.delete()
		return
	}
	one(r, deeds)(r)
}

func one[T any](r *soaker, of []T) T { return of[r.chance.IntN(len(of))] }

// form fills in some of a cell's fields: each with the chance of one in so many.
func (r *soaker) form(cell string, in int) request {
	q := request{form: url.Values{}, changes: changes{}}
	for name, values := range ranges[cell] {
		if r.chance.IntN(in) > 0 {
			continue
		}
		if real := realRanges[cell][name]; r.soak.real && real != nil {
			values = real
		}
		value := one(r, values)
		q.form.Set(name, value)
		q.changes["field "+name] = value
	}
	return q
}

func (r *soaker) edit() {
	cell := one(r, cells)
	r.act("/cells/"+cell+"/fields", r.form(cell, 1+r.chance.IntN(3)))
}

func (r *soaker) run() {
	cell := one(r, cells)
	r.act("/cells/"+cell+"/run", r.form(cell, 3))
}

func (r *soaker) fit()     { r.act("/cells/fit/run", r.form("fit", 3)) }
func (r *soaker) all()     { r.act("/run-all", request{}) }
func (r *soaker) stale()   { r.act("/run-stale", request{}) }
func (r *soaker) restart() { r.act("/restart", request{}) }
func (r *soaker) resume()  { r.act("/cells/fit/resume", request{}) }

func (r *soaker) interrupt() {
	cell := "fit"
	if r.chance.IntN(4) == 0 {
		cell = one(r, cells)
	}
	r.act("/cells/"+cell+"/interrupt", request{})
}

// slip types what is not allowed: nothing changes.
func (r *soaker) slip() {
	r.act("/cells/model/fields", request{form: url.Values{"units": {"9999"}, "dropout": {"0.5"}}, invalid: true})
}

// judge leaves a word of the review out, or asks an earlier epoch.
func (r *soaker) judge() {
	r.act("/cells/classify/run", request{form: one(r, []url.Values{{"without": {"1"}}, {"without": {""}}, {"at_epoch": {"1"}}, {"at_epoch": {""}}})})
}

// guess expects losses for some epochs, or none any more.
func (r *soaker) guess() {
	q := request{form: url.Values{}, changes: changes{}}
	clear := r.chance.IntN(5) == 0
	if clear {
		q.form.Set("clear", "1")
	}
	for epoch := 1; epoch <= 6; epoch++ {
		value := ""
		if !clear && r.chance.IntN(2) == 0 {
			value = strconv.FormatFloat(float64(r.chance.IntN(20))/20, 'f', -1, 64)
		}
		q.form.Set("e"+strconv.Itoa(epoch), value)
		q.changes["guess "+strconv.Itoa(epoch)] = value
	}
	r.act("/cells/fit/guess", q)
}

// pin adds a sentence where there is room for one more, whatever became of those without an answer.
func (r *soaker) pin() {
	if !r.look() {
		return
	}
	perhaps := 0
	for _, s := range sentences {
		if right := r.expected.right("pin " + s); len(right) > 1 || right[0] != "" {
			perhaps++
		}
	}
	const most = 5
	if perhaps >= most {
		r.unpin()
		return
	}
	text := one(r, sentences)
	if r.chance.IntN(4) > 0 {
		r.act("/cells/fit/pin", request{form: url.Values{"sentence": {text}}, changes: changes{"pin " + text: "pinned"}})
		return
	}
	r.act("/cells/classify/pin", request{form: url.Values{"review": {text}}, changes: changes{"pin " + text: "pinned", "field review": text}})
}

func (r *soaker) unpin() {
	if r.look() && len(r.seen.pins) > 0 {
		p := one(r, r.seen.pins)
		r.act("/cells/fit/unpin", request{form: url.Values{"pin": {p.id}}, changes: changes{"pin " + p.text: ""}})
	}
}

// ofOne does something with a run of the list.
func (r *soaker) ofOne(what string, do func(listed) request) {
	if r.look() && len(r.seen.runs) > 0 {
		run := one(r, r.seen.runs)
		r.act("/runs/"+run.id+"/"+what, do(run))
	}
}

func (r *soaker) rename() {
	r.ofOne("rename", func(run listed) request {
		name := fmt.Sprintf("No. %d, «good»", r.chance.IntN(100))
		return request{form: url.Values{"name": {name}}, changes: changes{"name " + run.id: name}}
	})
}

func (r *soaker) adopt() {
	r.ofOne("settings", func(run listed) request { return request{changes: settingsOf(run.settings)} })
}

// delete takes a run off the list for which the page offers that.
func (r *soaker) delete() {
	if !r.look() {
		return
	}
	for _, run := range r.seen.runs {
		if run.deletable && !run.current {
			r.act("/runs/"+run.id+"/delete", request{changes: changes{"run " + run.id: "", "name " + run.id: ""}})
			return
		}
	}
}

// address opens a link with settings in it, and takes them over.
func (r *soaker) address() {
	q := r.form(one(r, []string{"pad", "model", "compile", "fit"}), 2)
	if len(q.form) == 0 {
		return
	}
	if _, _, err := r.get(r.soak.url + "/?" + q.form.Encode()); err == nil {
		r.act("/settings", q)
	}
}

// take downloads a file of a run, or the notebook.
func (r *soaker) take() {
	if r.look() && len(r.seen.runs) > 0 {
		r.download(one(r, export.Formats), one(r, r.seen.runs))
	}
}

func (r *soaker) hangUp() { one(r, r.tabs).hangUp() }
func (r *soaker) reload() { r.look() }

// Every field of the notebook is among those that are changed.
func init() {
	for _, f := range training.Fields {
		if ranges[f.Cell][f.Name] == nil {
			panic("e2e: the readers of the soak do not know the field " + f.Name)
		}
	}
}
