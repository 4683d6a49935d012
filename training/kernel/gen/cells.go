package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const tile = 1024 // bytes

// eachVector loops over one tile; body gets the register that holds the byte offset.
func eachVector(v vec, body func(at func(base reg.GPVirtual, tile int) Mem)) {
	i := GP64()
	XORQ(i, i)
	Label("vectors")
	body(func(base reg.GPVirtual, n int) Mem {
		return Mem{Base: base, Index: i, Scale: 1, Disp: n * tile}
	})
	ADDQ(Imm(uint64(v.bytes)), i)
	CMPQ(i, U32(tile))
	JLT(LabelRef("vectors"))
	ret()
}

func (v vec) get(m Mem) reg.VecVirtual {
	r := v.reg()
	VMOVUPS(m, r)
	return r
}

// lstmForward: c = f c' + i g, h = o tanh(c), on one tile of 16 rows and 16 units.
func lstmForward(v vec) {
	v.text("lstmForward", "func(z, cPrev, c, tc, h *float32)",
		"turns the four gates z of one tile into their activations and computes the cell.")
	z, cPrev, c, tc, h := pointer("z"), pointer("cPrev"), pointer("c"), pointer("tc"), pointer("h")
	eachVector(v, func(at func(reg.GPVirtual, int) Mem) {
		i := v.sigmoid(at(z, 0))
		VMOVUPS(i, at(z, 0))
		f := v.sigmoid(at(z, 1))
		VMOVUPS(f, at(z, 1))
		g := v.tanh(at(z, 2))
		VMOVUPS(g, at(z, 2))
		next := v.mul(i, g)
		v.fma(f, at(cPrev, 0), next)
		VMOVUPS(next, at(c, 0))
		o := v.sigmoid(at(z, 3))
		VMOVUPS(o, at(z, 3))
		t := v.tanh(next)
		VMOVUPS(t, at(tc, 0))
		VMOVUPS(v.mul(o, t), at(h, 0))
	})
}

// lstmBackward turns activations into gradients of the pre-activations, in place.
func lstmBackward(v vec) {
	v.text("lstmBackward", "func(z, cPrev, tc, dc, dh *float32)",
		"replaces the gates z of one tile by their gradients; dc is carried back, dh is consumed and set to zero.")
	z, cPrev, tc, dc, dh := pointer("z"), pointer("cPrev"), pointer("tc"), pointer("dc"), pointer("dh")
	eachVector(v, func(at func(reg.GPVirtual, int) Mem) {
		d := v.get(at(dh, 0))
		VMOVUPS(v.zero(), at(dh, 0))
		t, o := v.get(at(tc, 0)), v.get(at(z, 3))
		dout := v.mul(v.mul(d, t), v.mul(o, v.oneMinus(o)))
		VMOVUPS(dout, at(z, 3))
		dcell := v.get(at(dc, 0))
		v.fma(v.mul(d, o), v.oneMinusSquare(t), dcell)
		i, f, g := v.get(at(z, 0)), v.get(at(z, 1)), v.get(at(z, 2))
		VMOVUPS(v.mul(dcell, f), at(dc, 0))
		VMOVUPS(v.mul(v.mul(dcell, g), v.mul(i, v.oneMinus(i))), at(z, 0))
		VMOVUPS(v.mul(v.mul(dcell, at(cPrev, 0)), v.mul(f, v.oneMinus(f))), at(z, 1))
		VMOVUPS(v.mul(v.mul(dcell, i), v.oneMinusSquare(g)), at(z, 2))
	})
}

// The GRU's four tiles are n, z, r and u: the candidate's input part, the update gate, the reset
// gate and the candidate's recurrent part. W feeds the first three, U the last three.
func gruForward(v vec) {
	v.text("gruForward", "func(z, hPrev, h *float32)",
		"turns the tiles n z r u into activations (u stays) and computes h = z h' + (1-z) n.")
	z, hPrev, h := pointer("z"), pointer("hPrev"), pointer("h")
	eachVector(v, func(at func(reg.GPVirtual, int) Mem) {
		r := v.sigmoid(at(z, 2))
		VMOVUPS(r, at(z, 2))
		pre := v.get(at(z, 0))
		v.fma(r, at(z, 3), pre)
		n := v.tanh(pre)
		VMOVUPS(n, at(z, 0))
		u := v.sigmoid(at(z, 1))
		VMOVUPS(u, at(z, 1))
		next := v.mul(n, v.oneMinus(u))
		v.fma(u, at(hPrev, 0), next)
		VMOVUPS(next, at(h, 0))
	})
}

func gruBackward(v vec) {
	v.text("gruBackward", "func(z, hPrev, dh *float32)",
		"replaces the tiles n z r u by their gradients; dh becomes the part that reaches h' directly.")
	z, hPrev, dh := pointer("z"), pointer("hPrev"), pointer("dh")
	eachVector(v, func(at func(reg.GPVirtual, int) Mem) {
		d := v.get(at(dh, 0))
		n, u, r := v.get(at(z, 0)), v.get(at(z, 1)), v.get(at(z, 2))
		VMOVUPS(v.mul(d, u), at(dh, 0))
		keep := v.oneMinus(u)
		dn := v.mul(v.mul(d, keep), v.oneMinusSquare(n))
		VMOVUPS(dn, at(z, 0))
		du := v.mul(v.mul(d, v.sub(v.get(at(hPrev, 0)), n)), v.mul(u, keep))
		VMOVUPS(du, at(z, 1))
		dr := v.mul(v.mul(dn, at(z, 3)), v.mul(r, v.oneMinus(r)))
		VMOVUPS(dr, at(z, 2))
		VMOVUPS(v.mul(dn, r), at(z, 3))
	})
}

func rnnForward(v vec) {
	v.text("rnnForward", "func(z, h *float32)", "computes h = tanh(z), in place too.")
	z, out := pointer("z"), pointer("h")
	eachVector(v, func(at func(reg.GPVirtual, int) Mem) {
		h := v.tanh(at(z, 0))
		VMOVUPS(h, at(z, 0))
		VMOVUPS(h, at(out, 0))
	})
}

func rnnBackward(v vec) {
	v.text("rnnBackward", "func(z, dh *float32)",
		"replaces h by the gradient of its pre-activation; dh is consumed and set to zero.")
	z, dh := pointer("z"), pointer("dh")
	eachVector(v, func(at func(reg.GPVirtual, int) Mem) {
		d := v.get(at(dh, 0))
		VMOVUPS(v.zero(), at(dh, 0))
		VMOVUPS(v.mul(d, v.oneMinusSquare(v.get(at(z, 0)))), at(z, 0))
	})
}

// Each gate may see the state (and the input) through a mask of its own. spread makes the masked
// copies of one tile, collect adds their gradients up again.
func spread(v vec) {
	v.text("spread", "func(dst, src, mask *float32, n, stride int)",
		"writes n masked copies of one tile; stride in bytes, for dst and mask.")
	dst, src, mask, n, stride := pointer("dst"), pointer("src"), pointer("mask"), pointer("n"), pointer("stride")
	loop("copies", n, func() {
		for d := 0; d < tile; d += v.bytes {
			v.store(v.mul(v.load(src, d), Mem{Base: mask, Disp: d}), dst, d)
		}
		ADDQ(stride, dst)
		ADDQ(stride, mask)
	})
	ret()
}

func collect(v vec) {
	v.text("collect", "func(dst, src, mask *float32, n, srcStride, maskStride int)",
		"adds n tiles times their masks to one tile and sets them to zero; strides in bytes.")
	dst, src, mask, n := pointer("dst"), pointer("src"), pointer("mask"), pointer("n")
	srcStride, maskStride := pointer("srcStride"), pointer("maskStride")
	zero := v.zero()
	loop("copies", n, func() {
		for d := 0; d < tile; d += v.bytes {
			acc := v.load(dst, d)
			v.fma(v.load(src, d), Mem{Base: mask, Disp: d}, acc)
			v.store(acc, dst, d)
			v.store(zero, src, d)
		}
		ADDQ(srcStride, src)
		ADDQ(maskStride, mask)
	})
	ret()
}
