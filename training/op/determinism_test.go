package op_test

import (
	"runtime"
	"sync"
	"testing"

	"cuaderno/training/nn"
	"cuaderno/training/op"
)

// The race detector sees no assembly: that the bits are equal however many processors work is the
// only sign that no two of them work on the same numbers.
func TestTheSeedDecidesEveryBit(t *testing.T) {
	optimizers, machines := []string{"adam", "nesterov"}, []int{1, 2, 4, 4}
	if testing.Short() {
		optimizers, machines = optimizers[:1], machines[:3]
	}
	for _, layer := range layers {
		for _, optimizer := range optimizers {
			t.Run(layer+"/"+optimizer, func(t *testing.T) {
				spec := determinismSpec(layer, optimizer)
				want := trainedHash(t, spec, 113)
				for _, processors := range machines {
					before := runtime.GOMAXPROCS(processors)
					got := trainedHash(t, spec, 113)
					runtime.GOMAXPROCS(before)
					if got != want {
						t.Errorf("GOMAXPROCS %d gives other bits", processors)
					}
				}
				if trainedHash(t, spec, 114) == want {
					t.Error("another seed for the masks gives the same bits")
				}
			})
		}
	}
}

// The optimizers that differ from the above in how they treat rows that rest.
func TestEveryOptimizerDecidesEveryBit(t *testing.T) {
	optimizers := []string{"sgd", "adamw", "momentum", "rmsprop", "adagrad"}
	if testing.Short() {
		optimizers = optimizers[:2]
	}
	for _, optimizer := range optimizers {
		t.Run(optimizer, func(t *testing.T) {
			spec := determinismSpec("lstm", optimizer)
			before := runtime.GOMAXPROCS(1)
			one := trainedHash(t, spec, 5)
			runtime.GOMAXPROCS(4)
			four := trainedHash(t, spec, 5)
			runtime.GOMAXPROCS(before)
			if one != four {
				t.Error("GOMAXPROCS 1 and 4 give different bits")
			}
		})
	}
}

// So wide, with so many words in a batch, that every phase of a step is work for several processors.
func TestPiecesOfAPhaseDoNotMeet(t *testing.T) {
	spec := determinismSpec("lstm", "adam")
	spec.NumWords, spec.Maxlen, spec.Units = 900, 3, 100
	hash := func(processors int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		return hashAfter(t, spec, 7, 5, 150)
	}
	one := hash(1)
	for range 3 {
		if hash(4) != one {
			t.Error("GOMAXPROCS 1 and 4 give different bits")
		}
	}
}

func TestTrainingsDoNotDisturbEachOther(t *testing.T) {
	before := runtime.GOMAXPROCS(4)
	defer runtime.GOMAXPROCS(before)
	var alone, together [6]string
	specs := func(i int) nn.Spec { return determinismSpec(layers[i%3], "adam") }
	for i := range alone {
		alone[i] = trainedHash(t, specs(i), uint64(i))
	}
	var wg sync.WaitGroup
	for i := range together {
		wg.Go(func() { together[i] = trainedHash(t, specs(i), uint64(i)) })
	}
	wg.Wait()
	if alone != together {
		t.Errorf("alone the trainings end with\n%v, together with\n%v", alone, together)
	}
}

func determinismSpec(layer, optimizer string) nn.Spec {
	return nn.Spec{
		NumWords: 300, Maxlen: 11, EmbeddingDim: 24, Layer: layer, Units: 36, Dropout: 0.2, RecurrentDropout: 0.2,
		Optimizer: optimizer, LearningRate: 0.01,
	}
}

func trainedHash(t *testing.T, spec nn.Spec, seed uint64) string {
	return hashAfter(t, spec, seed, 20, 34)
}

// hashAfter makes some steps, a few of them with a short batch, and hashes the weights.
func hashAfter(t *testing.T, spec nn.Spec, seed uint64, steps, batch int) string {
	n, err := op.NewTrainer(spec, batch, seed, nn.Init(spec, 1))
	if err != nil {
		t.Error(err)
		return ""
	}
	defer n.Close()
	for step := range steps {
		reviews := batch
		if step%11 == 3 {
			reviews = batch/2 + 1
		}
		ids, labels := drawBatch(spec, reviews, uint64(step))
		if _, _, err := n.Step(ids, labels); err != nil {
			t.Error(err)
			return ""
		}
	}
	return n.Weights().Unpack().SHA256()
}
