package e2e

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

var seedFlag = flag.Uint64("seed", 0, "what the moments of a drill are drawn from; 0 draws that too")

// drawn is the chance of a drill; a drill that failed is repeated with the seed that it printed.
func drawn(t *testing.T) *rand.Rand {
	t.Helper()
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// standstill is for how long nothing may move before a run counts as hanging: longer than any wait that
// the server has before it tries something again.
const standstill = 30 * time.Second

// vars is what the server tells of itself; nothing if it does not answer.
type vars struct {
	Cuaderno struct {
		Trainings, Waiting, Goroutines int
		Steps                          uint64
	}
	Memory struct {
		Heap float64 `json:"heap_inuse"`
	}
}

func (p *process) vars() (f vars) {
	res, err := http.Get(p.url + "/debug/vars")
	if err != nil {
		return f
	}
	defer res.Body.Close()
	_ = json.NewDecoder(res.Body).Decode(&f)
	return f
}
