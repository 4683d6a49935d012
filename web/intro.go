package web

// topology is a way for sequences to go in and out of a recurrent network.
type topology struct {
	steps       int
	in, out     int
	inAt, outAt []int // at which steps
}

// topologyShapes are the four ways, in the order of the texts topology.1 to topology.4.
var topologyShapes = []topology{
	{steps: 4, in: 4, out: 4, inAt: []int{0, 1, 2, 3}, outAt: []int{0, 1, 2, 3}},
	{steps: 4, in: 4, out: 1, inAt: []int{0, 1, 2, 3}, outAt: []int{3}},
	{steps: 4, in: 1, out: 4, inAt: []int{0}, outAt: []int{0, 1, 2, 3}},
	{steps: 4, in: 2, out: 2, inAt: []int{0, 1}, outAt: []int{2, 3}},
}

// lessonTopology is the one that reads reviews: a sequence in, a vector out.
const lessonTopology = 1

func (t topology) column(step int) float64 { return 12 + 24*float64(step) }

// edges are the wires: in to state, state to the next state, state to out.
func (t topology) edges() []string {
	var all []string
	for _, s := range t.inAt {
		all = append(all, "M"+xy(t.column(s))+" 49V38")
	}
	for s := range t.steps - 1 {
		all = append(all, "M"+xy(t.column(s)+6)+" 32H"+xy(t.column(s+1)-6))
	}
	for _, s := range t.outAt {
		all = append(all, "M"+xy(t.column(s))+" 26V15")
	}
	return all
}
