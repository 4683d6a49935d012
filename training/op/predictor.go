package op

import (
	"context"
	"sort"
	"sync"

	"cuaderno/training/kernel"
	"cuaderno/training/nn"
)

// Predictor reads reviews without training: no masks, nothing kept for a way back. Its weights are a
// copy. It is safe for concurrent use.
//
// Every word's projection E W + b is the same wherever the word stands, so that for many reviews it
// is computed once for the whole vocabulary; only the recurrent product remains. The logits have the
// same bits either way.
type Predictor struct {
	w      *Weights
	biases []float32 // one tile a slot

	mu      sync.Mutex
	project []float32 // [V, Ht slots 16], nil until many reviews are asked for
	spare   []float32 // the memory of a table that is out of date
}

// NewPredictor copies the parameters.
func NewPredictor(s nn.Spec, p *nn.Params) *Predictor {
	w := NewWeights(s)
	w.Pack(p)
	return newPredictor(w)
}

func newPredictor(w *Weights) *Predictor {
	p := &Predictor{w: w, biases: kernel.Floats(w.ht * w.cell.slots * tile)}
	biasTiles(p.biases, w)
	return p
}

// Predictor gives one that reads the trainer's weights as they are now; it must not be used once
// training goes on. It is the same every time, so that its large table is allocated once.
func (n *Trainer) Predictor() *Predictor {
	w := n.Weights()
	if n.predictor == nil {
		n.predictor = newPredictor(w)
		return n.predictor
	}
	p := n.predictor
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.project != nil {
		p.project, p.spare = nil, p.project
	}
	biasTiles(p.biases, w)
	return p
}

// Bytes is what the predictor keeps in memory, its table included.
func (p *Predictor) Bytes() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.Bytes() + 4*int64(len(p.biases)+len(p.project)+len(p.spare))
}

// Slim gives the table back: the next that reads many reviews makes it anew.
func (p *Predictor) Slim() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.project, p.spare = nil, nil
}

// tableBytes bounds the table of projections; a larger vocabulary is projected word by word.
const tableBytes = 512 << 20

func (p *Predictor) rowWidth() int { return p.w.ht * p.w.cell.slots * lanes }

// table gives the projections of all words, if they are worth computing for so many; else nil.
func (p *Predictor) table(words int) []float32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, width := p.w.Spec.NumWords, p.rowWidth()
	if p.project != nil || words < 2*v || 4*v*width > tableBytes {
		return p.project
	}
	table := p.spare
	if table == nil {
		table = kernel.Floats(v * width)
	}
	p.spare = nil
	each((v+lanes-1)/lanes, func(block int) {
		var ids [lanes]int32
		for i := range ids {
			ids[i] = int32(min(block*lanes+i, v-1))
		}
		s := p.scratch(nil)
		p.input(s, ids[:])
		for i := range min(lanes, v-block*lanes) {
			row := table[(block*lanes+i)*width:]
			for k := range width / lanes {
				copy(row[k*lanes:][:lanes], s.z[k*tile+i*lanes:])
			}
		}
	})
	p.project = table
	return table
}

// scratch is what one shard of 16 reviews needs.
type scratch struct {
	table  []float32
	ids    []int32
	x, z   []float32
	h, c   [2][]float32 // this step's and the last one's
	tc     []float32
	logits [lanes]float32
}

func (p *Predictor) scratch(table []float32) *scratch {
	n := p.w.ht * tile
	s := &scratch{table: table, ids: make([]int32, lanes), x: kernel.Floats(p.w.dt * tile), z: kernel.Floats(p.w.cell.slots * n), tc: kernel.Floats(n)}
	for i := range 2 {
		s.h[i], s.c[i] = kernel.Floats(n), kernel.Floats(n)
	}
	return s
}

// input computes z = b + x W for 16 words.
func (p *Predictor) input(s *scratch, ids []int32) {
	w, c := p.w, p.w.cell
	if s.table != nil {
		kernel.Gather(s.z, s.table, ids, w.ht*c.slots, nil)
		return
	}
	kernel.Gather(s.x, w.embedding, ids, w.dt, nil)
	copy(s.z, p.biases)
	for block := range w.ht {
		for g := range c.gates {
			kernel.Gemm(s.z[(block*c.slots+c.in+g)*tile:], s.x, w.kernel[(block*c.gates+g)*w.dt*tile:], w.dt, tile, tile)
		}
	}
}

// advance reads one word of each of the 16 reviews.
func (p *Predictor) advance(s *scratch, ids []int32) {
	p.input(s, ids)
	p.recur(s)
}

// Logits reads n padded reviews of T words, which row(i, dst) writes, and gives their logits. row is
// called from several goroutines, and twice for each review. progress, if not nil, is told how many are done; it is called from one goroutine at a time.
func (p *Predictor) Logits(ctx context.Context, n int, row func(i int, dst []int32), progress func(done int)) ([]float32, error) {
	t := p.w.Spec.Maxlen
	table := p.table(n * t)
	ids := make([]int32, t)
	order, leading := make([]int, n), make([]int, n)
	for i := range n {
		row(i, ids)
		for leading[i] < t-1 && ids[leading[i]] == 0 {
			leading[i]++
		}
		order[i] = i
	}
	// Reviews with as much padding before them go together: the state after it is the same for all.
	sort.SliceStable(order, func(a, b int) bool { return leading[order[a]] > leading[order[b]] })
	skip := 0
	if n > 0 {
		skip = leading[order[0]]
	}
	padded := p.padding(table, skip)

	out := make([]float32, n)
	shards := (n + lanes - 1) / lanes
	const group = 16 // shards between two looks at the context
	for first := 0; first < shards; first += group {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		each(min(group, shards-first), func(i int) {
			mine := order[(first+i)*lanes : min((first+i+1)*lanes, n)]
			p.shard(table, mine, row, leading[mine[len(mine)-1]], padded, out)
		})
		if progress != nil {
			progress(min((first+group)*lanes, n))
		}
	}
	return out, nil
}

func (p *Predictor) shard(table []float32, mine []int, row func(i int, dst []int32), from int, padded []state, out []float32) {
	t, s := p.w.Spec.Maxlen, p.scratch(table)
	if from > 0 {
		copy(s.h[0], padded[from].h)
		copy(s.c[0], padded[from].c)
	}
	ids := make([]int32, lanes*t)
	for b := range lanes {
		row(mine[min(b, len(mine)-1)], ids[b*t:][:t])
	}
	for step := from; step < t; step++ {
		for b := range lanes {
			s.ids[b] = ids[b*t+step]
		}
		p.advance(s, s.ids)
	}
	logits(s.logits[:], s.h[0], p.w)
	for b, i := range mine {
		out[i] = s.logits[b]
	}
}

type state struct{ h, c []float32 }

// padding gives the states after 0 ... n words of padding.
func (p *Predictor) padding(table []float32, n int) []state {
	s := p.scratch(table)
	states := make([]state, 1, n+1)
	for range n {
		p.advance(s, s.ids) // all zero
		states = append(states, state{append([]float32(nil), s.h[0]...), append([]float32(nil), s.c[0]...)})
	}
	return states
}
