package web

// The topologies are drawn once, with topologySteps steps, each with something in and something out.
// What a topology lacks lies on top of what it has: the style sheet moves it there, and so one turns
// into another.
const (
	topologySteps = 5
	topologies    = 4
	// lessonTopology is the one that reads reviews: a sequence in, a vector out.
	lessonTopology = 2
)

// topologyX is the column of a step, from 1.
func topologyX(step int) float64 { return 62 + 45*float64(step-1) }

// steps are the numbers of the steps.
func steps() []int {
	all := make([]int, topologySteps)
	for i := range all {
		all[i] = i + 1
	}
	return all
}
