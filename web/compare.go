package web

import (
	"slices"

	"cuaderno/training"
)

// setting is one field of a run as the table tells it.
type setting struct {
	Text   string
	Varies bool // not the same in all runs
}

// settings are what a run's settings are worth telling: what is not the lesson's, and what is not the
// same in all runs of the table.
func (r CompareResult) settings(run RunRow) (all []setting) {
	lesson := training.Defaults()
	for _, f := range training.Fields {
		v := f.Get(run.Settings)
		varies := slices.ContainsFunc(r.Runs, func(other RunRow) bool { return f.Get(other.Settings) != v })
		if varies || v != f.Get(lesson) {
			all = append(all, setting{f.Name + "=" + v, varies})
		}
	}
	return all
}

// title names a run: its number, and its name if it has one.
func (r RunRow) title(l Lang) string {
	if r.Name == "" {
		return l.T("compare.number", l.N(r.Number))
	}
	return l.T("compare.named", l.N(r.Number), r.Name)
}

func (r RunRow) best() (e Epoch, ok bool) { return r.at(r.Best - 1) }

func (r RunRow) last() (e Epoch, ok bool) { return r.at(len(r.Epochs) - 1) }

func (r RunRow) at(i int) (Epoch, bool) {
	if i < 0 || i >= len(r.Epochs) {
		return Epoch{}, false
	}
	return r.Epochs[i], true
}

func (r RunRow) seconds() (total float64) {
	for _, e := range r.Epochs {
		total += e.Seconds
	}
	return total
}

// winner is the number of the run with the highest figure; 0 when fewer than two have one, as a best
// of one says nothing.
func (r CompareResult) winner(figure func(RunRow) float64) int {
	number, highest, count := 0, 0.0, 0
	for _, run := range r.Runs {
		v := figure(run)
		if v <= 0 {
			continue
		}
		count++
		if v > highest {
			number, highest = run.Number, v
		}
	}
	if count < 2 {
		return 0
	}
	return number
}

func (r CompareResult) bestTest() int {
	return r.winner(func(run RunRow) float64 { return run.Accuracy })
}

func (r CompareResult) bestVal() int {
	return r.winner(func(run RunRow) float64 { e, _ := run.best(); return e.ValAccuracy })
}
