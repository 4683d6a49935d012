package fit

// MaxReach is how many numbers a Reach has at most.
const MaxReach = 100

// thin takes the means of neighbouring norms, so many at a time that few enough remain.
func thin(norms []float64) []float32 {
	n := min(len(norms), MaxReach)
	out := make([]float32, n)
	for i := range out {
		from, to := i*len(norms)/n, (i+1)*len(norms)/n
		sum := 0.0
		for _, x := range norms[from:to] {
			sum += x
		}
		out[i] = float32(sum / float64(to-from))
	}
	return out
}
