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
func (s *State) expect(all []Guess) {
	s.Guess = nil
	for _, g := range all {
		known := slices.ContainsFunc(s.Guess, func(o Guess) bool { return o.Epoch == g.Epoch })
		if g.Epoch >= 1 && g.Loss >= 0 && g.Loss <= MaxGuess && !math.IsNaN(g.Loss) && !known {
			s.Guess = append(s.Guess, g)
		}
	}
	slices.SortFunc(s.Guess, func(a, b Guess) int { return a.Epoch - b.Epoch })
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
