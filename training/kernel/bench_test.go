package kernel_test

import (
	"testing"
	"time"

	"cuaderno/training/kernel"
)

// ceiling measures the multiply-adds that one core of this machine does now, per second.
func ceiling() float64 {
	best := 0.0
	for range 5 {
		start := time.Now()
		flops := kernel.Peak(4_000_000)
		best = max(best, float64(flops)/time.Since(start).Seconds())
	}
	return best
}

// The products of the lesson's size: one shard of 16 rows, 80 steps, 128 features, 128 units.
func BenchmarkGemm(b *testing.B) {
	const steps, in, panels = 80, 8, 32
	x := kernel.Floats(steps * (in + 1) * kernel.Tile)
	w := kernel.Floats(panels * in * kernel.Tile)
	z := kernel.Floats(steps * (panels + 1) * kernel.Tile)
	wt := kernel.Floats(panels * in * kernel.Tile)
	for _, m := range [][]float32{x, w, z, wt} {
		fill(m, 0.01) // memory never written is one page of zeros, which the nearest cache holds
	}
	peak := ceiling()
	report := func(b *testing.B) {
		flops := 2 * steps * 16 * in * 16 * panels * 16
		rate := float64(flops) * float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(rate/1e9, "GFLOP/s")
		b.ReportMetric(peak/1e9, "peak-GFLOP/s")
		b.ReportMetric(100*rate/peak, "%peak")
	}
	b.Run("project", func(b *testing.B) {
		for b.Loop() {
			for t := range steps {
				for p := range panels {
					kernel.Gemm(z[(t*(panels+1)+p)*kernel.Tile:], x[t*(in+1)*kernel.Tile:], w[p*in*kernel.Tile:], in, kernel.Tile, kernel.Tile)
				}
			}
		}
		report(b)
	})
	b.Run("back", func(b *testing.B) {
		for b.Loop() {
			for t := range steps {
				for q := range in {
					kernel.Gemm(x[(t*(in+1)+q)*kernel.Tile:], z[t*(panels+1)*kernel.Tile:], wt[q*panels*kernel.Tile:], panels, kernel.Tile, kernel.Tile)
				}
			}
		}
		report(b)
	})
	b.Run("weights", func(b *testing.B) {
		for b.Loop() {
			for p := range panels {
				for q := range in {
					kernel.GemmT(w[(p*in+q)*kernel.Tile:], x[q*kernel.Tile:], z[p*kernel.Tile:], steps, (in+1)*kernel.Tile, (panels+1)*kernel.Tile)
				}
			}
		}
		report(b)
	})
}

func BenchmarkLSTMForward(b *testing.B) {
	z, s := kernel.Floats(4*kernel.Tile), kernel.Floats(4*kernel.Tile)
	for b.Loop() {
		kernel.LSTMForward(z, s, s[kernel.Tile:], s[2*kernel.Tile:], s[3*kernel.Tile:])
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e9/kernel.Tile, "ns/unit")
}
