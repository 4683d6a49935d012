package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"cuaderno/server/servertest"
	"cuaderno/training/fit"
)

// The bar stays within its line, whatever it tells.
func TestBarFits(t *testing.T) {
	for _, columns := range []int{10, 20, 30, 40, 60, 80, 120, 200} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			var out bytes.Buffer
			width := func() int { return columns }
			b := &bar{columns: width, w: &oneLine{w: &out, columns: width}}
			for i := range 4 {
				b.bytes("Download", int64(i)*5_000_000, 20_000_000)
			}
			b.event(fit.EpochStarted{Epoch: 12, Epochs: 15})
			for i := range 782 {
				b.event(fit.BatchDone{Batch: i + 1, Steps: 782, Loss: .1234, Accuracy: .9876})
			}
			b.event(fit.Validating{Reviews: 1, Of: 25_000})
			b.clear()
			for frame := range strings.FieldsFuncSeq(out.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
				if n := utf8.RuneCountInString(frame); n >= columns {
					t.Errorf("%d columns: %q", n, frame)
				}
			}
			if columns >= 30 {
				servertest.Has(t, out.String(), "Epoch 12/15")
				servertest.Has(t, out.String(), "█")
			}
			if columns >= 80 {
				servertest.Has(t, out.String(), "loss 0.1234  accuracy 0.9876")
			}
		})
	}
}
