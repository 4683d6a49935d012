package op

import "cuaderno/training/kernel"

// States reads one review and tells, after every word, the logit that the dense layer makes of the
// state then, and the state h [H] itself, valid until each returns. After the last word the logit has
// the bits that Logits gives.
func (p *Predictor) States(ids []int32, each func(t int, logit float32, h []float32)) {
	w, c := p.w, p.w.cell
	s, words := p.scratch(nil), p.scratch(nil)
	wide := w.ht * c.slots
	h := make([]float32, w.ht*lanes)
	for t, id := range ids {
		// The words' projections do not wait for one another: sixteen of them at a time.
		if t%lanes == 0 {
			clear(words.ids)
			copy(words.ids, ids[t:])
			p.input(words, words.ids)
		}
		for k := range wide {
			copy(s.z[k*tile:][:lanes], words.z[k*tile+t%lanes*lanes:])
		}
		s.ids[0] = id
		p.recur(s)
		logits(s.logits[:], s.h[0], w)
		for k := range w.ht {
			copy(h[k*lanes:][:lanes], s.h[0][k*tile:])
		}
		each(t, s.logits[0], h[:w.Spec.Units])
	}
}

// recur takes the state one step on from projections that are in place.
func (p *Predictor) recur(s *scratch) {
	w, c := p.w, p.w.cell
	for block := range w.ht {
		for g := range c.gates {
			kernel.Gemm(s.z[(block*c.slots+c.rec+g)*tile:], s.h[0], w.recurrent[(block*c.gates+g)*w.ht*tile:], w.ht, tile, tile)
		}
		at := block * tile
		c.forward(w.Spec.Layer, s.z[block*c.slots*tile:], s.h[0][at:], s.h[1][at:], s.c[0][at:], s.c[1][at:], s.tc[at:])
	}
	s.h[0], s.h[1] = s.h[1], s.h[0]
	s.c[0], s.c[1] = s.c[1], s.c[0]
}

// Weight is the dense layer's weight of a unit: which way, and how strongly, its state speaks.
func (p *Predictor) Weight(unit int) float32 { return p.w.dense[unit] }
