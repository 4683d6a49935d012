package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// adam: m += (g-m)(1-b1), v += (g²-v)(1-b2), w -= decay w + alpha m/(sqrt(v)+eps). The
// decay is some 1e-6: as a factor 1 - decay it would lose its last digits.
func adam(v vec) {
	v.text("adam", "func(w, m, v, grad *float32, n int, alpha, c1, c2, eps, decay float32)",
		"takes one step of Adam on n numbers, n a multiple of 16; c1 = 1-b1, c2 = 1-b2.")
	w, m, s, g, n := pointer("w"), pointer("m"), pointer("v"), pointer("grad"), pointer("n")
	alpha, c1, c2, eps, decay := v.scalar("alpha"), v.scalar("c1"), v.scalar("c2"), v.scalar("eps"), v.scalar("decay")
	SHRQ(Imm(4), n)
	loop("rows", n, func() {
		for p := range v.parts() {
			d := p * v.bytes
			gv, mv, sv := v.load(g, d), v.load(m, d), v.load(s, d)
			v.fma(v.sub(gv, mv), c1, mv)
			v.store(mv, m, d)
			v.fma(v.sub(v.mul(gv, gv), sv), c2, sv)
			v.store(sv, s, d)
			step := v.div(v.mul(mv, alpha), v.add(v.sqrt(sv), eps))
			was := v.load(w, d)
			v.fma(decay, was, step)
			v.store(v.sub(was, step), w, d)
		}
		for _, p := range []Op{w, m, s, g} {
			ADDQ(Imm(64), p)
		}
	})
	ret()
}

// adamCatchUp: the steps that a row missed, all at once.
func adamCatchUp(v vec) {
	v.text("adamCatchUp", "func(w, m, v *float32, n int, a *[4]float32, keepM, keepV, eps, decay float32)",
		"applies missed steps with no gradient to n numbers: w -= decay w + m/(s+eps) sum a[p] q^p.")
	w, m, s, n, a := pointer("w"), pointer("m"), pointer("v"), pointer("n"), pointer("a")
	keepM, keepV, eps, decay := v.scalar("keepM"), v.scalar("keepV"), v.scalar("eps"), v.scalar("decay")
	a3, a2, a1, a0 := v.reg(), v.reg(), v.reg(), v.reg()
	VBROADCASTSS(Mem{Base: a, Disp: 12}, a3)
	VBROADCASTSS(Mem{Base: a, Disp: 8}, a2)
	VBROADCASTSS(Mem{Base: a, Disp: 4}, a1)
	VBROADCASTSS(Mem{Base: a}, a0)
	SHRQ(Imm(4), n)
	loop("rows", n, func() {
		for p := range v.parts() {
			d := p * v.bytes
			mv, sv := v.load(m, d), v.load(s, d)
			root := v.sqrt(sv)
			over := v.add(root, eps)
			q := v.div(root, over)
			sum := v.mul(q, a3)
			VADDPS(a2, sum, sum)
			v.horner(sum, q, a1)
			v.horner(sum, q, a0)
			step := v.mul(v.div(mv, over), sum)
			was := v.load(w, d)
			v.fma(decay, was, step)
			v.store(v.sub(was, step), w, d)
			v.store(v.mul(mv, keepM), m, d)
			v.store(v.mul(sv, keepV), s, d)
		}
		for _, p := range []Op{w, m, s} {
			ADDQ(Imm(64), p)
		}
	})
	ret()
}
