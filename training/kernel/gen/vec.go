package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vec is a vector width.
type vec struct {
	suffix string
	bytes  int
}

var (
	avx2   = vec{"AVX2", 32}
	avx512 = vec{"AVX512", 64}
)

func (v vec) reg() reg.VecVirtual {
	if v == avx512 {
		return ZMM()
	}
	return YMM()
}

// A row of a tile is 64 bytes: parts tells how many vectors that is.
func (v vec) parts() int { return 64 / v.bytes }

func (v vec) text(name, signature, doc string) {
	TEXT(name+v.suffix, NOSPLIT, signature)
	Pragma("noescape")
	Doc(name + v.suffix + " " + doc)
}

// ret leaves the upper halves clean: Go's own code uses SSE, which pays for dirty ones.
func ret() {
	VZEROUPPER()
	RET()
}

func (v vec) load(base reg.Register, disp int) reg.VecVirtual {
	r := v.reg()
	VMOVUPS(Mem{Base: base, Disp: disp}, r)
	return r
}

func (v vec) store(r reg.VecVirtual, base reg.Register, disp int) {
	VMOVUPS(r, Mem{Base: base, Disp: disp})
}

func (v vec) zero() reg.VecVirtual {
	r := v.reg()
	if v == avx512 {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
	return r
}

// The names below read as in a formula: add(a, b) = a + b.

func (v vec) add(a, b Op) reg.VecVirtual { return v.op3(VADDPS, b, a) }
func (v vec) sub(a, b Op) reg.VecVirtual { return v.op3(VSUBPS, b, a) }
func (v vec) mul(a, b Op) reg.VecVirtual { return v.op3(VMULPS, b, a) }
func (v vec) div(a, b Op) reg.VecVirtual { return v.op3(VDIVPS, b, a) }

func (v vec) op3(f func(...Op), b, a Op) reg.VecVirtual {
	r := v.reg()
	f(b, a, r)
	return r
}

func (v vec) sqrt(a Op) reg.VecVirtual {
	r := v.reg()
	VSQRTPS(a, r)
	return r
}

// fma puts a*b + acc into acc.
func (v vec) fma(a, b Op, acc reg.VecVirtual) reg.VecVirtual {
	VFMADD231PS(b, a, acc)
	return acc
}

// fnma puts acc - a*b into acc.
func (v vec) fnma(a, b Op, acc reg.VecVirtual) reg.VecVirtual {
	VFNMADD231PS(b, a, acc)
	return acc
}

// horner puts acc*x + c into acc.
func (v vec) horner(acc, x reg.VecVirtual, c Op) { VFMADD213PS(c, x, acc) }

func (v vec) scalar(name string) reg.VecVirtual {
	r := v.reg()
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(p.Addr, r)
	return r
}

func pointer(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// loop runs body until n, which it counts down, is zero; n must be positive.
func loop(label string, n reg.GPVirtual, body func()) {
	Label(label)
	body()
	DECQ(n)
	JNZ(LabelRef(label))
}

var constants = map[float32]Mem{}

// constant is c sixteen times over, usable as a memory operand of either width.
func constant(c float32) Mem {
	if m, ok := constants[c]; ok {
		return m
	}
	m := GLOBL("c"+name(len(constants)), RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, F32(c))
	}
	constants[c] = m
	return m
}

func name(i int) string { return string(rune('a'+i/26)) + string(rune('a'+i%26)) }

// tanh is x P(x²)/Q(x²), its relative error 2.1e-8 on |x| <= 9 before rounding. The coefficients are
// ours: a least-squares fit in 40 digits, reweighted until its largest error was smallest. All are
// positive, so that nothing cancels. NaN stays NaN: the bounds come first in both comparisons.
func (v vec) tanh(x Op) reg.VecVirtual {
	r := v.reg()
	VMOVUPS(constant(tanhBound), r)
	VMINPS(x, r, r)
	low := v.reg()
	VMOVUPS(constant(-tanhBound), low)
	VMAXPS(r, low, r)
	u := v.mul(r, r)
	p, q := v.reg(), v.reg()
	VMOVUPS(constant(tanhP[4]), p)
	VMOVUPS(constant(tanhQ[4]), q)
	for i := 3; i >= 0; i-- {
		v.horner(p, u, constant(tanhP[i]))
		v.horner(q, u, constant(tanhQ[i]))
	}
	return v.div(v.mul(p, r), q)
}

// sigmoid is tanh(x/2)/2 + 1/2.
func (v vec) sigmoid(x Op) reg.VecVirtual {
	half := v.reg()
	VMOVUPS(constant(0.5), half)
	t := v.tanh(v.mul(half, x))
	v.horner(t, half, constant(0.5))
	return t
}

// oneMinus is 1 - a.
func (v vec) oneMinus(a Op) reg.VecVirtual {
	r := v.reg()
	VMOVUPS(constant(1), r)
	VSUBPS(a, r, r)
	return r
}

// oneMinusSquare is 1 - a².
func (v vec) oneMinusSquare(a reg.VecVirtual) reg.VecVirtual {
	r := v.reg()
	VMOVUPS(constant(1), r)
	return v.fnma(a, a, r)
}

// Beyond 8 tanh is 1 but for four roundings; beyond 8.04 the quotient may be rounded past 1.
const tanhBound = 8

var (
	tanhP = [5]float32{0.999999980037, 0.133809883234, 0.00349553879569, 2.06080974629e-5, 1.33530216128e-8}
	tanhQ = [5]float32{1, 0.467143041777, 0.0258768071635, 0.000328554632395, 7.77594282768e-7}
)
