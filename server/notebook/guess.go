package notebook

import (
	"math"
	"slices"
)

// Guess is the validation loss that the reader expects after an epoch.
type Guess struct {
	Epoch int // from 1
	Loss  float64
}

// MaxGuess is the highest loss that can be expected.
const MaxGuess = 5

// expect takes in a guess. It counts for a training that has shown no epoch yet, and for those to come;
// one that knows its own curve keeps what was expected before.
func (s *State) expect(op Expect) {
	all := valid(op.Guess)
	if slices.Equal(s.Guess, all) || s.overtaken(GuessEdit, op.Stamp) {
		return
	}
	s.Guess = all
	s.mark(GuessEdit, op.Stamp)
	if now := s.at(Fit).Now; now != nil && len(now.Run.History) == 0 {
		run := *now.Run
		run.Guess = s.guessFor(run.Epochs)
		now.Run = &run
	}
}

// guessFor leaves out what is expected of epochs that will not be trained. It stays in the state, for
// when there are more again.
func (s *State) guessFor(epochs int) []Guess {
	return slices.DeleteFunc(slices.Clone(s.Guess), func(g Guess) bool { return g.Epoch > epochs })
}

// valid sorts a guess and leaves out what cannot be expected.
func valid(all []Guess) (out []Guess) {
	for _, g := range all {
		known := slices.ContainsFunc(out, func(o Guess) bool { return o.Epoch == g.Epoch })
		if g.Epoch >= 1 && g.Loss >= 0 && g.Loss <= MaxGuess && !math.IsNaN(g.Loss) && !known {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b Guess) int { return a.Epoch - b.Epoch })
	return out
}
