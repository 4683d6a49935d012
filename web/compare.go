package web

import "cuaderno/training"

// differences are the settings of a run that are not the lesson's, as Keras would be given them.
func (r RunRow) differences() []string {
	lesson := training.Defaults()
	var all []string
	for _, f := range training.Fields {
		if v := f.Get(r.Settings); v != f.Get(lesson) {
			all = append(all, f.Name+"="+v)
		}
	}
	return all
}

// bestRun is the number of the run that did best on the test set; 0 when fewer than two were
// evaluated, as a best of one says nothing.
func (r CompareResult) bestRun() int {
	best, count := RunRow{}, 0
	for _, run := range r.Runs {
		if run.Accuracy == 0 {
			continue
		}
		count++
		if run.Accuracy > best.Accuracy {
			best = run
		}
	}
	if count < 2 {
		return 0
	}
	return best.Number
}
