package op

import "math"

// Reach tells how far back the last Step has learnt: for each time step, the norm of the gradient of
// the loss by the pre-activations of that step, over all reviews of the batch, gates and units.
//
//	reach[t] = |dLoss/dz[t]|, Loss being the mean over the batch
//
// Where a gate sums up the input and the state apart, as the GRU's candidate does, both count. Steps
// that truncated BPTT leaves out have 0. It reads what the step left behind and changes nothing.
func (n *Trainer) Reach() []float64 {
	out := make([]float64, n.t)
	for t := n.first; t < n.t; t++ {
		sum := 0.0
		for _, sh := range n.shards {
			for _, x := range sh.z[t*n.zs():][:n.cell.slots*n.w.ht*tile] {
				sum += float64(x) * float64(x)
			}
		}
		out[t] = math.Sqrt(sum)
	}
	return out
}
