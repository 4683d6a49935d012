package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"cuaderno/training/fit"
)

// bar is a progress bar on a terminal, and nothing anywhere else.
type bar struct {
	w     io.Writer
	shown bool
	label string
	now   *progressbar.ProgressBar
}

func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	return &bar{w: w, shown: ok && term.IsTerminal(int(f.Fd()))}
}

func (b *bar) event(e fit.Event) {
	switch e := e.(type) {
	case fit.EpochStarted:
		b.clear()
		b.label = fmt.Sprintf("Epoch %d/%d", e.Epoch, e.Epochs)
	case fit.BatchDone:
		b.at(b.label, int64(e.Batch), int64(e.Steps))
		if b.now != nil {
			b.now.Describe(fmt.Sprintf("%s  loss %.4f  accuracy %.4f", b.label, e.Loss, e.Accuracy))
		}
	case fit.Validating:
		b.at("Validate", int64(e.Reviews), int64(e.Of))
	case fit.EpochDone, fit.Stopped:
		b.clear()
	}
}

// at shows a position; another label is another bar.
func (b *bar) at(label string, done, of int64) { b.set(label, done, of, false) }

// bytes is at, counted in bytes.
func (b *bar) bytes(label string, done, of int64) { b.set(label, done, of, true) }

func (b *bar) set(label string, done, of int64, bytes bool) {
	if !b.shown {
		return
	}
	if b.now == nil || b.label != label {
		b.clear()
		b.label = label
		if of <= 0 {
			of = -1
		}
		b.now = progressbar.NewOptions64(of,
			progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription(label), progressbar.OptionSetWidth(24),
			progressbar.OptionShowCount(), progressbar.OptionShowBytes(bytes), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true),
		)
	}
	_ = b.now.Set64(done) // a terminal that is gone shows nothing
}

// clear takes the bar off the screen, so that a line can be written.
func (b *bar) clear() {
	if b.now != nil {
		_ = b.now.Clear()
		b.now = nil
	}
}
