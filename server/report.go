package main

import (
	"encoding/json"
	"fmt"
	"io"

	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/training"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// reporter writes a run's results to standard output.
type reporter interface {
	started(t task)
	event(fit.Event)
	evaluated(e fit.Evaluation, steps int, weights string)
	ended(e ended)
}

// ended is a training that is over, well or not.
type ended struct {
	job     runs.Job
	record  record
	weights *nn.Params // nil without any
	seconds float64    // evaluation included
	err     error
}

// reason is why it ended.
func (e ended) reason() string {
	if e.record.stopped == nil {
		return fit.Failed // before its first epoch
	}
	return e.record.stopped.Reason
}

// kerasLines are what Keras prints with verbose=2.
type kerasLines struct {
	w      io.Writer
	epochs int
	batch  *fit.BatchDone
}

func newKerasLines(w io.Writer, s training.Settings) *kerasLines {
	return &kerasLines{w: w, epochs: s.Epochs}
}

func (k *kerasLines) started(task) {}

func (k *kerasLines) ended(ended) {}

func (k *kerasLines) event(e fit.Event) {
	switch e := e.(type) {
	case fit.EpochStarted:
		fmt.Fprintf(k.w, "Epoch %d/%d\n", e.Epoch, e.Epochs)
	case fit.BatchDone:
		k.batch = &e
	case fit.EpochDone:
		fmt.Fprintln(k.w, k.line(k.batch.Steps, k.batch.Steps, e.Seconds, e.Accuracy, e.Loss)+training.KerasValidation(e.ValAccuracy, e.ValLoss))
		k.batch = nil
	case fit.Stopped:
		k.stopped(e)
	}
}

// line is the part that fit and evaluate have in common.
func (k *kerasLines) line(done, steps int, seconds, accuracy, loss float64) string {
	return training.KerasLine(done, steps, seconds, 0, accuracy, loss)
}

func (k *kerasLines) stopped(e fit.Stopped) {
	switch e.Reason {
	case fit.Interrupted:
		if b := k.batch; b != nil {
			fmt.Fprintln(k.w, k.line(b.Batch, b.Steps, b.Seconds, b.Accuracy, b.Loss))
		}
		fmt.Fprintf(k.w, "Interrupted after %d of %d epochs\n", e.Epochs, k.epochs)
	case fit.StoppedEarly:
		fmt.Fprintf(k.w, "Epoch %d: early stopping; the best epoch was %d\n", e.Epochs, e.Best)
	}
}

func (k *kerasLines) evaluated(e fit.Evaluation, steps int, _ string) {
	fmt.Fprintf(k.w, "Evaluate\n%s\n", k.line(steps, steps, e.Seconds, e.Accuracy, e.Loss))
}

// jsonLines are one object a line.
type jsonLines struct {
	encoder  *json.Encoder
	settings training.Settings
	batch    *fit.BatchDone
}

func newJSONLines(w io.Writer, s training.Settings) *jsonLines {
	return &jsonLines{encoder: json.NewEncoder(w), settings: s}
}

// startLine says what is about to be trained, on what.
type startLine struct {
	Event    string            `json:"event"`
	Run      string            `json:"run"`
	From     string            `json:"resumed_from,omitempty"` // the run that it goes on with
	Epochs   int               `json:"epochs_done,omitempty"`  // by that one
	Settings training.Settings `json:"settings"`
	Data     dataLine          `json:"data"`
}

type dataLine struct {
	Name   string `json:"name"`
	Source string `json:"source"` // where it was found
	Dir    string `json:"dir,omitempty"`
	SHA256 string `json:"sha256"`
	Train  int    `json:"train"` // reviews
	Test   int    `json:"test"`
}

// endLine is always the last.
type endLine struct {
	Event   string  `json:"event"`
	Run     string  `json:"run"`
	Reason  string  `json:"reason"`
	Epochs  int     `json:"epochs"`  // completed
	Epoch   int     `json:"epoch"`   // that the weights are of
	Seconds float64 `json:"seconds"` // in all
	Weights string  `json:"weights_sha256,omitempty"`
}

type epochLine struct {
	Event       string  `json:"event"`
	Epoch       int     `json:"epoch"`
	Loss        float64 `json:"loss"`
	Accuracy    float64 `json:"accuracy"`
	ValLoss     float64 `json:"val_loss"`
	ValAccuracy float64 `json:"val_accuracy"`
	Seconds     float64 `json:"seconds"`
	MsPerStep   float64 `json:"ms_per_step"`
}

type evaluateLine struct {
	Event    string  `json:"event"`
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
	Seconds  float64 `json:"seconds"`
	Weights  string  `json:"weights_sha256"`
}

// stoppedLine tells of a run that did not come to its end, and how far its last epoch had come.
type stoppedLine struct {
	Event    string  `json:"event"`
	Reason   string  `json:"reason"`
	Epochs   int     `json:"epochs"`
	Batch    int     `json:"batch"`
	Loss     float64 `json:"loss,omitempty"`
	Accuracy float64 `json:"accuracy,omitempty"`
}

// earlyLine tells that a run ended before its last epoch by its own settings: the figure watched had not improved
// for so many epochs.
type earlyLine struct {
	Event    string `json:"event"`
	Reason   string `json:"reason"`
	Epochs   int    `json:"epochs"` // completed
	Best     int    `json:"best"`   // epoch
	Monitor  string `json:"monitor"`
	Patience int    `json:"patience"`
}

func (j *jsonLines) event(e fit.Event) {
	switch e := e.(type) {
	case fit.BatchDone:
		j.batch = &e
	case fit.EpochDone:
		j.batch = nil
		j.write(epochLine{"epoch", e.Epoch, e.Loss, e.Accuracy, e.ValLoss, e.ValAccuracy, e.Seconds, e.MsPerStep})
	case fit.Stopped:
		if e.Reason == fit.StoppedEarly {
			j.write(earlyLine{"stopped", e.Reason, e.Epochs, e.Best, j.settings.EarlyStopping, j.settings.Patience})
		}
		if e.Reason != fit.Interrupted {
			return
		}
		line := stoppedLine{Event: "stopped", Reason: e.Reason, Epochs: e.Epochs}
		if b := j.batch; b != nil {
			line.Batch, line.Loss, line.Accuracy = b.Batch, b.Loss, b.Accuracy
		}
		j.write(line)
	}
}

func (j *jsonLines) evaluated(e fit.Evaluation, _ int, weights string) {
	j.write(evaluateLine{"evaluate", e.Loss, e.Accuracy, e.Seconds, weights})
}

func (j *jsonLines) started(t task) {
	c := t.corpus
	j.write(startLine{"start", t.job.ID, t.of, len(t.history()), t.job.Settings, dataLine{c.Name, c.Source, c.Dir, c.SHA256, c.Train.Len(), c.Test.Len()}})
}

func (j *jsonLines) ended(e ended) {
	line := endLine{Event: "end", Run: e.job.ID, Reason: e.reason(), Epochs: len(e.record.history), Epoch: e.record.kept(e.job.Settings), Seconds: e.seconds}
	if e.weights != nil {
		line.Weights = e.weights.SHA256()
	}
	j.write(line)
}

func (j *jsonLines) write(line any) {
	_ = j.encoder.Encode(line) // a closed pipe: nobody reads
}

// record is what is kept of a run beside its weights.
type record struct {
	history []fit.EpochDone
	stopped *fit.Stopped
}

func (r *record) add(e fit.Event) {
	switch e := e.(type) {
	case fit.EpochDone:
		r.history = append(r.history, e)
	case fit.Stopped:
		r.stopped = &e
	}
}

// kept is the epoch that the weights are of.
func (r *record) kept(s training.Settings) int {
	return notebook.Run{Settings: s, History: r.history, Stopped: r.stopped}.Kept()
}
