package kernel_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cuaderno/training/kernel"
)

var scalars = kernel.AdamStep{Alpha: 0.001, C1: 0.1, C2: 0.001, Eps: 1e-7}

// calls lists every kernel with the least lengths that its slices may have.
var calls = map[string]struct {
	lengths []int
	call    func(b [][]float32)
}{
	"Gemm":  {[]int{tile, 2*300 + tile, 2*400 + tile}, func(b [][]float32) { kernel.Gemm(b[0], b[1], b[2], 3, 300, 400) }},
	"GemmT": {[]int{tile, 2*300 + tile, 2*400 + tile}, func(b [][]float32) { kernel.GemmT(b[0], b[1], b[2], 3, 300, 400) }},
	"Gemms": {[]int{250 + tile, 2*300 + 500 + tile, 2*400 + 600 + tile}, func(b [][]float32) {
		kernel.Gemms(b[0], b[1], b[2], &kernel.Sums{N: 3, A: 300, B: 400, M: 2, NextC: 250, NextA: 500, NextB: 600})
	}},
	"GemmTs": {[]int{250 + tile, 2*300 + 500 + tile, 2*400 + 600 + tile}, func(b [][]float32) {
		kernel.GemmTs(b[0], b[1], b[2], &kernel.Sums{N: 3, A: 300, B: 400, M: 2, NextC: 250, NextA: 500, NextB: 600})
	}},
	"LSTMForward": {[]int{4 * tile, tile, tile, tile, tile}, func(b [][]float32) {
		kernel.LSTMForward(b[0], b[1], b[2], b[3], b[4])
	}},
	"LSTMBackward": {[]int{4 * tile, tile, tile, tile, tile}, func(b [][]float32) {
		kernel.LSTMBackward(b[0], b[1], b[2], b[3], b[4])
	}},
	"GRUForward":  {[]int{4 * tile, tile, tile}, func(b [][]float32) { kernel.GRUForward(b[0], b[1], b[2]) }},
	"GRUBackward": {[]int{4 * tile, tile, tile}, func(b [][]float32) { kernel.GRUBackward(b[0], b[1], b[2]) }},
	"RNNForward":  {[]int{tile, tile}, func(b [][]float32) { kernel.RNNForward(b[0], b[1]) }},
	"RNNBackward": {[]int{tile, tile}, func(b [][]float32) { kernel.RNNBackward(b[0], b[1]) }},
	"Spread": {[]int{2*300 + tile, tile, 2*300 + tile}, func(b [][]float32) {
		kernel.Spread(b[0], b[1], b[2], 3, 300)
	}},
	"Collect": {[]int{tile, 2*300 + tile, 2*400 + tile}, func(b [][]float32) {
		kernel.Collect(b[0], b[1], b[2], 3, 300, 400)
	}},
	"Gather": {[]int{3 * tile, 5 * 3 * lanes}, func(b [][]float32) { kernel.Gather(b[0], b[1], rows(4), 3, nil) }},
	"Gather masked": {[]int{3 * tile, 5 * 3 * lanes, 3 * tile}, func(b [][]float32) {
		kernel.Gather(b[0], b[1], rows(4), 3, b[2])
	}},
	"AddRow":  {[]int{3 * lanes, 2*tile + lanes}, func(b [][]float32) { kernel.AddRow(b[0], b[1], 3) }},
	"SumRows": {[]int{lanes, 2*300 + tile}, func(b [][]float32) { kernel.SumRows(b[0], b[1], 3, 300) }},
	"Adam":    {[]int{48, 48, 48, 48}, func(b [][]float32) { kernel.Adam(b[0], b[1], b[2], b[3], scalars) }},
	"AdamCatchUp": {[]int{48, 48, 48}, func(b [][]float32) {
		kernel.AdamCatchUp(b[0], b[1], b[2], &kernel.AdamMissed{Eps: 1e-7})
	}},
}

// rows asks for row r among others.
func rows(r int32) []int32 {
	ids := make([]int32, lanes)
	ids[lanes-1] = r
	return ids
}

func TestShortSlicesPanic(t *testing.T) {
	for name, c := range calls {
		t.Run(name, func(t *testing.T) {
			exact := func() (b [][]float32) {
				for _, n := range c.lengths {
					b = append(b, make([]float32, n))
				}
				return b
			}
			if text := panicOf(func() { c.call(exact()) }); text != "" {
				t.Fatalf("slices of exact lengths: %s", text)
			}
			for i, n := range c.lengths {
				for _, less := range []int{1, n} {
					if i == 0 && less == n && strings.HasPrefix(name, "Adam") {
						continue // no weights, no work
					}
					b := exact()
					b[i] = b[i][:n-less] // its capacity would suffice
					refused(t, fmt.Sprintf("argument %d of %d floats", i, n-less), func() { c.call(b) })
				}
			}
		})
	}
}

func TestMisusePanics(t *testing.T) {
	s := func() []float32 { return make([]float32, 8*tile) }
	for name, call := range map[string]func(){
		"Gemm, negative count":          func() { kernel.Gemm(s(), s(), s(), -1, 0, 0) },
		"GemmT, negative count":         func() { kernel.GemmT(s(), s(), s(), -1, 0, 0) },
		"Gemm, negative stride":         func() { kernel.Gemm(s(), s(), s(), 2, -1, 0) },
		"GemmT, negative stride":        func() { kernel.GemmT(s(), s(), s(), 2, 0, -1) },
		"Gemms, negative count":         func() { kernel.Gemms(s(), s(), s(), &kernel.Sums{N: 1, M: -1}) },
		"GemmTs, negative count":        func() { kernel.GemmTs(s(), s(), s(), &kernel.Sums{N: 1, M: -1}) },
		"Gemms, results backwards":      func() { kernel.Gemms(s(), s(), s(), &kernel.Sums{N: 1, M: 2, NextC: -1}) },
		"Gemms, factors backwards":      func() { kernel.Gemms(s(), s(), s(), &kernel.Sums{N: 1, M: 2, NextA: -1}) },
		"GemmTs, factors backwards":     func() { kernel.GemmTs(s(), s(), s(), &kernel.Sums{N: 1, M: 2, NextB: -1}) },
		"Spread, negative count":        func() { kernel.Spread(s(), s(), s(), -1, 0) },
		"Spread, negative stride":       func() { kernel.Spread(s(), s(), s(), 2, -1) },
		"Collect, negative count":       func() { kernel.Collect(s(), s(), s(), -1, 0, 0) },
		"Collect, negative stride":      func() { kernel.Collect(s(), s(), s(), 2, 0, -1) },
		"Gather, negative tiles":        func() { kernel.Gather(s(), s(), rows(0), -1, nil) },
		"Gather, 15 rows":               func() { kernel.Gather(s(), s(), rows(0)[:15], 1, nil) },
		"Gather, row -1":                func() { kernel.Gather(s(), s(), rows(-1), 1, nil) },
		"Gather, row past the table":    func() { kernel.Gather(s(), s(), rows(8*lanes), 1, nil) },
		"Gather, the largest row":       func() { kernel.Gather(s(), s(), rows(math.MaxInt32), 1, nil) },
		"Gather, the least row":         func() { kernel.Gather(s(), s(), rows(math.MinInt32), 1, nil) },
		"AddRow, negative tiles":        func() { kernel.AddRow(s(), s(), -1) },
		"SumRows, negative count":       func() { kernel.SumRows(s(), s(), -1, 0) },
		"SumRows, negative stride":      func() { kernel.SumRows(s(), s(), 2, -1) },
		"Adam, 17 floats":               func() { kernel.Adam(s()[:17], s(), s(), s(), scalars) },
		"AdamCatchUp, a part of a lane": func() { kernel.AdamCatchUp(s()[:15], s(), s(), &kernel.AdamMissed{}) },
	} {
		t.Run(name, func(t *testing.T) { refused(t, "the call", call) })
	}
}

func refused(t *testing.T, what string, call func()) {
	t.Helper()
	if text := panicOf(call); !strings.HasPrefix(text, "kernel: ") {
		t.Errorf("%s: panic %q, want one that begins with \"kernel: \"", what, text)
	}
}

func panicOf(call func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprint(p)
		}
	}()
	call()
	return ""
}
