package op_test

import (
	"math/rand/v2"
	"testing"

	"cuaderno/training"
	"cuaderno/training/nn"
	"cuaderno/training/op"
)

func BenchmarkZZ(b *testing.B) {
	s := nn.SpecOf(training.Defaults())
	tr, err := op.NewTrainer(s, 32, 1, nn.Init(s, 1))
	if err != nil {
		b.Fatal(err)
	}
	z := rand.NewZipf(rand.New(rand.NewPCG(1, 1)), 1.1, 5, 19990)
	ids, y := make([]int32, 32*80), make([]float32, 32)
	b.ReportAllocs()
	for b.Loop() {
		for i := range ids {
			ids[i] = int32(z.Uint64()) + 3
		}
		for i := range y {
			y[i] = float32(i % 2)
		}
		if _, _, err := tr.Step(ids, y); err != nil {
			b.Fatal(err)
		}
	}
}
