package fit

// Position is how far an epoch has come, with what its figures are made of.
type Position struct {
	Epoch   int       `json:"epoch"`   // from 1
	Batches int       `json:"batches"` // done
	Reviews int       `json:"reviews"` // in them
	Loss    float64   `json:"loss"`    // summed over the reviews
	Right   int       `json:"right"`   // reviews judged rightly
	Seconds float64   `json:"seconds"` // of work since the epoch began
	Millis  []float64 `json:"millis"`  // each batch took
}

func (p Position) means() (loss, accuracy float64) {
	return p.Loss / float64(p.Reviews), float64(p.Right) / float64(p.Reviews)
}
