package main

import (
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"cuaderno/training/fit"
)

// bar is a progress bar on a terminal, and nothing anywhere else. It never takes more than one line, however
// narrow the terminal.
type bar struct {
	w       io.Writer
	columns func() int // of the terminal; nil without one
	label   string
	now     *progressbar.ProgressBar
	figures bool // whether there is room for them
	pace    time.Duration
}

func newBar(w io.Writer) *bar {
	b := &bar{pace: 100 * time.Millisecond}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.columns = func() int {
			if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
				return columns
			}
			return usualColumns
		}
		b.w = &oneLine{w: w, columns: b.columns}
	}
	return b
}

// usualColumns is the width of a terminal that does not tell its own.
const usualColumns = 80

// What stands beside the bar: its percentage and edges, the figures of a training, counts and times.
const (
	besideBar     = 10
	figuresWidth  = len("  loss 0.0000  accuracy 0.0000")
	countersWidth = 34
	barWidth      = 24
)

func (b *bar) event(e fit.Event) {
	switch e := e.(type) {
	case fit.EpochStarted:
		b.clear()
		b.label = fmt.Sprintf("Epoch %d/%d", e.Epoch, e.Epochs)
	case fit.BatchDone:
		b.at(b.label, int64(e.Batch), int64(e.Steps))
		if b.now != nil && b.figures {
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
	if b.columns == nil {
		return
	}
	if b.now == nil || b.label != label {
		b.clear()
		b.label = label
		if of <= 0 {
			of = -1
		}
		free := b.columns() - 1 - len(label) - besideBar
		b.figures = free-figuresWidth >= barWidth/2
		if b.figures {
			free -= figuresWidth
		}
		counters := free-countersWidth >= barWidth/2
		if counters {
			free -= countersWidth
		}
		b.now = progressbar.NewOptions64(of,
			progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription(label), progressbar.OptionSetWidth(max(1, min(free, barWidth))),
			progressbar.OptionShowBytes(bytes && counters), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(b.pace),
			progressbar.OptionSetPredictTime(counters), progressbar.OptionSetElapsedTime(counters), func(p *progressbar.ProgressBar) {
				if counters {
					progressbar.OptionShowCount()(p)
				}
			},
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

// oneLine leaves out what would not fit into the line.
type oneLine struct {
	w       io.Writer
	columns func() int
	column  int
}

func (l *oneLine) Write(p []byte) (int, error) {
	most := l.columns() - 1 // a full line makes some terminals begin another
	fits := make([]byte, 0, len(p))
	for _, r := range string(p) {
		if r == '\r' || r == '\n' {
			l.column = 0
		} else if l.column++; l.column > most {
			continue
		}
		fits = utf8.AppendRune(fits, r)
	}
	if _, err := l.w.Write(fits); err != nil {
		return 0, err
	}
	return len(p), nil
}
