package kernel_test

import (
	"testing"

	"cuaderno/training/kernel"
)

// bandwidth reports the bytes that a call reads and writes, a float counted once each way.
func bandwidth(b *testing.B, floats int) {
	b.ReportMetric(4*float64(floats)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
}

func perFloat(b *testing.B, floats int) {
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(floats), "ns/float")
}

// The lesson's embedding: 20,000 rows of 128 floats are 10 MB, more than a core's own caches hold.
const vocabulary, features = 20_000, 128

func BenchmarkGather(b *testing.B) {
	const tiles = features / lanes
	r := newRand(90)
	table, dst, mask := kernel.Floats(vocabulary*features), kernel.Floats(tiles*tile), fill(kernel.Floats(tiles*tile), 1)
	ids := make([]int32, 256*lanes)
	for i := range ids {
		ids[i] = int32(r.IntN(vocabulary))
	}
	for name, mask := range map[string][]float32{"plain": nil, "masked": mask} {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				kernel.Gather(dst, table, ids[i:], tiles, mask)
				i = (i + lanes) % len(ids)
			}
			bandwidth(b, 2*tiles*tile)
		})
	}
}

func BenchmarkAddRow(b *testing.B) {
	const tiles = features / lanes
	r := newRand(91)
	gradients, src := kernel.Floats(vocabulary*features), kernel.Floats(tiles*tile)
	ids := make([]int, 4096)
	for i := range ids {
		ids[i] = r.IntN(vocabulary)
	}
	i := 0
	for b.Loop() {
		kernel.AddRow(gradients[ids[i]*features:], src[i%lanes*lanes:], tiles)
		i = (i + 1) % len(ids)
	}
	bandwidth(b, 3*features)
}

func BenchmarkSumRows(b *testing.B) {
	const steps = 80
	dst, src := kernel.Floats(lanes), kernel.Floats(steps*tile)
	for b.Loop() {
		kernel.SumRows(dst, src, steps, tile)
	}
	bandwidth(b, steps*tile)
}

// Spread and Collect at four gates, as a recurrent step calls them.
func BenchmarkMasks(b *testing.B) {
	const gates = 4
	one, four, mask := kernel.Floats(tile), kernel.Floats(gates*tile), kernel.Floats(gates*tile)
	b.Run("spread", func(b *testing.B) {
		for b.Loop() {
			kernel.Spread(four, one, mask, gates, tile)
		}
		bandwidth(b, (2*gates+1)*tile)
	})
	b.Run("collect", func(b *testing.B) {
		for b.Loop() {
			kernel.Collect(one, four, mask, gates, tile, tile)
		}
		bandwidth(b, (3*gates+2)*tile)
	})
}

// Adam over the lesson's LSTM, which the caches hold, and over its embedding, which they do not.
func BenchmarkAdam(b *testing.B) {
	for name, n := range map[string]int{"lstm": 131_584, "embedding": vocabulary * features} {
		w, m, v, g := kernel.Floats(n), kernel.Floats(n), kernel.Floats(n), kernel.Floats(n)
		copy(g, draw(n, slopes(newRand(92))))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				kernel.Adam(w, m, v, g, scalars)
			}
			perFloat(b, n)
			bandwidth(b, 7*n)
		})
	}
}

func BenchmarkAdamCatchUp(b *testing.B) {
	w, m, v := trained(newRand(93), vocabulary*features)
	missed := rules["Adam"].missed(100, 20)
	missed.KeepM, missed.KeepV = 1, 1 // else the moments would die out in the loop
	row := 0
	for b.Loop() {
		at := row * features
		kernel.AdamCatchUp(w[at:at+features], m[at:at+features], v[at:at+features], missed)
		row = (row + 7919) % vocabulary
	}
	perFloat(b, features)
	bandwidth(b, 6*features)
}

func BenchmarkCells(b *testing.B) {
	r := newRand(94)
	z, s := kernel.Floats(4*tile), kernel.Floats(4*tile)
	for _, c := range []struct {
		name string
		call func()
	}{
		{"LSTMBackward", func() { kernel.LSTMBackward(z, s, s[tile:], s[2*tile:], s[3*tile:]) }},
		{"GRUForward", func() { kernel.GRUForward(z, s, s[tile:]) }},
		{"GRUBackward", func() { kernel.GRUBackward(z, s, s[tile:]) }},
		{"RNNForward", func() { kernel.RNNForward(z, s) }},
		{"RNNBackward", func() { kernel.RNNBackward(z, s) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			copy(z, draw(4*tile, normal(r, 0.5)))
			for b.Loop() {
				c.call()
			}
			perFloat(b, tile)
		})
	}
}
