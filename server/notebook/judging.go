package notebook

import (
	"slices"
	"strconv"
	"strings"

	"cuaderno/training"
)

// maxWithout bounds the text of a list of words: more than the positions of all words of the longest
// review need.
const maxWithout = 100_000

// Dropped reads a list of words that are left out, by their places in the review from 0, as the field
// without holds it.
func Dropped(text string) []int {
	var all []int
	for place := range strings.FieldsSeq(text) {
		if n, err := strconv.Atoi(place); err == nil && n >= 0 {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// judging are the fields of how the reader's review is judged, beside the review itself: words that
// are left out for a trial, and the epoch after which the network judges; none is as the run ended.
// Neither outlives what it speaks of: another review has other words, another training other epochs.
func judging() []Field {
	without := training.Field{Name: "without", Cell: string(Classify)}
	epoch := training.Field{Name: "at_epoch", Cell: string(Classify), Kind: training.Int, Max: 100}
	return []Field{{
		Name: without.Name, Cell: Classify, Allowed: without,
		get: func(s *State) string { return s.Without },
		set: func(s *State, v string) {
			var places []string
			for _, n := range Dropped(v) {
				places = append(places, strconv.Itoa(n))
			}
			s.Without = strings.Join(places, " ")
		},
		valid: func(_ State, v string) bool {
			return len(v) <= maxWithout && strings.Trim(v, "0123456789 ") == ""
		},
	}, {
		Name: epoch.Name, Cell: Classify, Allowed: epoch,
		get: func(s *State) string {
			if s.Moment == 0 {
				return ""
			}
			return strconv.Itoa(s.Moment)
		},
		set: func(s *State, v string) { s.Moment, _ = strconv.Atoi(strings.TrimSpace(v)) },
		valid: func(_ State, v string) bool {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			return v == "" || err == nil && n >= 0 && float64(n) <= epoch.Max
		},
	}}
}
