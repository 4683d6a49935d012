package op_test

import (
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/kernel"
	"cuaderno/training/nn"
	"cuaderno/training/op"
	"cuaderno/training/sequence"
)

// BenchmarkStep times training steps of the lesson's size, B=32, T=80, D=H=128, V=20,000, both
// dropouts, Adam; and the LSTM without dropout of the state, as other libraries have it. Counted are
// the products alone, forward and twice as many back; the peak is the best that all processors
// reached on registers, before, after and every few steps. Where others share the machine its speed
// changes all the time: %peak-then compares each few steps with the peak right after them.
func BenchmarkStep(b *testing.B) {
	for _, name := range append([]string{"lstm without recurrent dropout"}, layers...) {
		b.Run(name, func(b *testing.B) {
			spec := nn.SpecOf(training.Defaults())
			spec.Layer = name
			if !slices.Contains(layers, name) {
				spec.Layer, spec.RecurrentDropout = "lstm", 0
			}
			const batch, batches = 32, 40
			n, err := op.NewTrainer(spec, batch, 1, nn.Init(spec, 1))
			if err != nil {
				b.Fatal(err)
			}
			defer n.Close()
			ids, labels := lessonReviews(b, spec, batch*batches)
			size := batch * spec.Maxlen
			train := func(i int) {
				i %= batches
				if _, _, err := n.Step(ids[i*size:][:size], labels[i*batch:][:batch]); err != nil {
					b.Fatal(err)
				}
			}
			for i := range 10 {
				train(i)
			}
			flops := 3 * 2 * float64(batch*spec.Maxlen) * float64(spec.EmbeddingDim+spec.Units) * float64(spec.Gates()*spec.Units)
			const together = 8
			peak, ratios := ceiling(5, 4_000_000), []float64{}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var times []float64
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				train(len(times))
				times = append(times, time.Since(start).Seconds())
				if n := len(times); n%together == 0 {
					b.StopTimer()
					then := ceiling(1, 400_000)
					peak, ratios = max(peak, then), append(ratios, flops/mean(times[n-together:])/then)
					b.StartTimer()
				}
			}
			runtime.ReadMemStats(&after)
			peak = max(peak, ceiling(5, 4_000_000))

			slices.Sort(times)
			median := times[len(times)/2]
			b.ReportMetric(1e3*median, "ms/step")
			b.ReportMetric(flops/median/1e9, "GFLOP/s")
			b.ReportMetric(peak/1e9, "peak-GFLOP/s")
			b.ReportMetric(100*flops/median/peak, "%peak")
			if slices.Sort(ratios); len(ratios) > 0 {
				b.ReportMetric(100*ratios[len(ratios)/2], "%peak-then")
			}
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(len(times)), "allocs/step")
		})
	}
}

// BenchmarkPredict times the validation of 25,000 reviews, the table of projections included.
func BenchmarkPredict(b *testing.B) {
	for _, layer := range layers {
		b.Run(layer, func(b *testing.B) {
			spec := nn.SpecOf(training.Defaults())
			spec.Layer = layer
			const reviews = 25_000
			ids, _ := lessonReviews(b, spec, reviews)
			params := nn.Init(spec, 1)
			for b.Loop() {
				_, err := op.NewPredictor(spec, params).Logits(b.Context(), reviews, func(i int, dst []int32) {
					copy(dst, ids[i*spec.Maxlen:])
				}, nil)
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(reviews*float64(b.N)/b.Elapsed().Seconds(), "reviews/s")
		})
	}
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// ceiling is how many floating-point operations all processors together do now, per second: the best
// of some trials of so many rounds. They are done by whoever does the steps: other threads would have to
// be woken, and the steps after that would be slower.
func ceiling(trials, rounds int) float64 {
	best := 0.0
	for range trials {
		start, flops := time.Now(), make([]int, runtime.GOMAXPROCS(0))
		op.Each(len(flops), func(i int) { flops[i] = kernel.Peak(rounds) })
		sum := 0
		for _, f := range flops {
			sum += f
		}
		best = max(best, float64(sum)/time.Since(start).Seconds())
	}
	return best
}

// lessonReviews are real ones if CUADERNO_DATA says where they are; else words drawn by a law of
// Zipf's kind that repeats them as much: 74% of a review's window and 930 words a batch are distinct.
func lessonReviews(b *testing.B, spec nn.Spec, reviews int) (ids []int32, labels []float32) {
	b.Helper()
	ids, labels = make([]int32, reviews*spec.Maxlen), make([]float32, reviews)
	if dir := os.Getenv("CUADERNO_DATA"); dir != "" {
		corpus, err := imdb.Open(b.Context(), imdb.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		var cut []int32
		for i := range reviews {
			cut = imdb.Cut(cut, corpus.Train.Review(i), spec.NumWords)
			sequence.Pad(ids[i*spec.Maxlen:][:spec.Maxlen], cut, sequence.Pre, sequence.Pre)
			labels[i] = float32(corpus.Train.Label(i))
		}
		return ids, labels
	}
	rng := rand.New(rand.NewPCG(1, 1))
	words := rand.NewZipf(rng, 1.15, 2.6, uint64(spec.NumWords-4))
	for i := range ids {
		ids[i] = int32(words.Uint64()) + 3
	}
	for i := range labels {
		labels[i] = float32(rng.IntN(2))
	}
	return ids, labels
}
