package kernel

import (
	"math"
	"unsafe"
)

// plain is every kernel in Go: the reference in tests and the fallback on other machines.
var plain = table{
	name: "go", width: 1,
	gemms: gemmsGo, gemmTs: gemmTsGo,
	lstmForward: lstmForwardGo, lstmBackward: lstmBackwardGo,
	gruForward: gruForwardGo, gruBackward: gruBackwardGo,
	rnnForward: rnnForwardGo, rnnBackward: rnnBackwardGo,
	spread: spreadGo, collect: collectGo,
	gather: gatherGo, gatherMasked: gatherMaskedGo,
	addRow: addRowGo, sumRows: sumRowsGo,
	adam: adamGo, adamCatchUp: adamCatchUpGo,
	peak: peakGo,
}

// at is the block of n floats that starts `bytes` after p.
func at(p *float32, bytes, n int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Add(unsafe.Pointer(p), bytes)), n)
}

func gemmsGo(c, a, b *float32, n, aStride, bStride, m, nextC, nextA, nextB, _ int, _, _ *float32) {
	for j := range m {
		out := at(c, j*nextC, Tile)
		for i := range n {
			x, y := at(a, j*nextA+i*aStride, Tile), at(b, j*nextB+i*bStride, Tile)
			for row := range Lanes {
				for k := range Lanes {
					axpy(out[row*Lanes:], x[row*Lanes+k], y[k*Lanes:])
				}
			}
		}
	}
}

func gemmTsGo(c, a, b *float32, n, aStride, bStride, m, nextC, nextA, nextB, _ int, _, _ *float32) {
	for j := range m {
		out := at(c, j*nextC, Tile)
		for i := range n {
			x, y := at(a, j*nextA+i*aStride, Tile), at(b, j*nextB+i*bStride, Tile)
			for k := range Lanes {
				for row := range Lanes {
					axpy(out[row*Lanes:], x[k*Lanes+row], y[k*Lanes:])
				}
			}
		}
	}
}

func axpy(out []float32, x float32, y []float32) {
	o, v := (*[Lanes]float32)(out), (*[Lanes]float32)(y)
	for j := range o {
		o[j] += float32(x * v[j])
	}
}

// Beyond 8 tanh is 1 but for four roundings; beyond 8.04 the quotient may be rounded past 1.
const tanhBound = 8

// tanh is the rational approximation that the assembly uses; see gen/vec.go for its making.
func tanh(x float32) float32 {
	x = max(min(x, tanhBound), -tanhBound)
	u := x * x
	p := (((1.33530216128e-8*u+2.06080974629e-5)*u+0.00349553879569)*u+0.133809883234)*u + 0.999999980037
	q := (((7.77594282768e-7*u+0.000328554632395)*u+0.0258768071635)*u+0.467143041777)*u + 1
	return p * x / q
}

func sigmoid(x float32) float32 { return 0.5*tanh(0.5*x) + 0.5 }

func lstmForwardGo(z, cPrev, c, tc, h *float32) {
	gates, before, cell := at(z, 0, 4*Tile), at(cPrev, 0, Tile), at(c, 0, Tile)
	squashed, out := at(tc, 0, Tile), at(h, 0, Tile)
	for j := range Tile {
		i, f := sigmoid(gates[j]), sigmoid(gates[Tile+j])
		g, o := tanh(gates[2*Tile+j]), sigmoid(gates[3*Tile+j])
		gates[j], gates[Tile+j], gates[2*Tile+j], gates[3*Tile+j] = i, f, g, o
		cell[j] = float32(f*before[j]) + float32(i*g)
		squashed[j] = tanh(cell[j])
		out[j] = o * squashed[j]
	}
}

func lstmBackwardGo(z, cPrev, tc, dc, dh *float32) {
	gates, before, squashed := at(z, 0, 4*Tile), at(cPrev, 0, Tile), at(tc, 0, Tile)
	carry, d := at(dc, 0, Tile), at(dh, 0, Tile)
	for j := range Tile {
		i, f, g, o := gates[j], gates[Tile+j], gates[2*Tile+j], gates[3*Tile+j]
		t, dh := squashed[j], d[j]
		dcell := carry[j] + float32(dh*o*(1-float32(t*t)))
		gates[j] = dcell * g * (i * (1 - i))
		gates[Tile+j] = dcell * before[j] * (f * (1 - f))
		gates[2*Tile+j] = dcell * i * (1 - float32(g*g))
		gates[3*Tile+j] = dh * t * (o * (1 - o))
		carry[j], d[j] = dcell*f, 0
	}
}

func gruForwardGo(z, hPrev, h *float32) {
	gates, before, out := at(z, 0, 4*Tile), at(hPrev, 0, Tile), at(h, 0, Tile)
	for j := range Tile {
		u, r := sigmoid(gates[Tile+j]), sigmoid(gates[2*Tile+j])
		n := tanh(gates[j] + float32(r*gates[3*Tile+j]))
		gates[j], gates[Tile+j], gates[2*Tile+j] = n, u, r
		out[j] = float32(u*before[j]) + float32(n*(1-u))
	}
}

func gruBackwardGo(z, hPrev, dh *float32) {
	gates, before, d := at(z, 0, 4*Tile), at(hPrev, 0, Tile), at(dh, 0, Tile)
	for j := range Tile {
		n, u, r := gates[j], gates[Tile+j], gates[2*Tile+j]
		dh := d[j]
		dn := dh * (1 - u) * (1 - float32(n*n))
		gates[Tile+j] = dh * (before[j] - n) * (u * (1 - u))
		gates[2*Tile+j] = dn * gates[3*Tile+j] * (r * (1 - r))
		gates[j], gates[3*Tile+j] = dn, dn*r
		d[j] = dh * u
	}
}

func rnnForwardGo(z, h *float32) {
	pre, out := at(z, 0, Tile), at(h, 0, Tile)
	for j := range Tile {
		pre[j] = tanh(pre[j])
		out[j] = pre[j]
	}
}

func rnnBackwardGo(z, dh *float32) {
	h, d := at(z, 0, Tile), at(dh, 0, Tile)
	for j := range Tile {
		h[j] = d[j] * (1 - float32(h[j]*h[j]))
		d[j] = 0
	}
}

func spreadGo(dst, src, mask *float32, n, stride int) {
	x := at(src, 0, Tile)
	for i := range n {
		out, m := at(dst, i*stride, Tile), at(mask, i*stride, Tile)
		for j := range out {
			out[j] = x[j] * m[j]
		}
	}
}

func collectGo(dst, src, mask *float32, n, srcStride, maskStride int) {
	out := at(dst, 0, Tile)
	for i := range n {
		x, m := at(src, i*srcStride, Tile), at(mask, i*maskStride, Tile)
		for j := range out {
			out[j] += float32(x[j] * m[j])
			x[j] = 0
		}
	}
}

func gatherGo(dst, table *float32, rows *int32, tiles, width int) {
	out := at(dst, 0, tiles*Tile)
	for b, r := range unsafe.Slice(rows, Lanes) {
		row := at(table, int(r)*width, tiles*Lanes)
		for t := range tiles {
			copy(out[t*Tile+b*Lanes:][:Lanes], row[t*Lanes:])
		}
	}
}

func gatherMaskedGo(dst, table *float32, rows *int32, tiles, width int, mask *float32) {
	gatherGo(dst, table, rows, tiles, width)
	m := at(mask, 0, tiles*Tile)
	for i, x := range at(dst, 0, tiles*Tile) {
		at(dst, 0, tiles*Tile)[i] = x * m[i]
	}
}

func addRowGo(dst, src *float32, tiles int) {
	for t := range tiles {
		out, x := at(dst, t*4*Lanes, Lanes), at(src, t*4*Tile, Lanes)
		for j := range out {
			out[j] += x[j]
		}
	}
}

func sumRowsGo(dst, src *float32, n, stride int) {
	out := at(dst, 0, Lanes)
	for i := range n {
		for j, x := range at(src, i*stride, Tile) {
			out[j%Lanes] += x
		}
	}
}

func adamGo(w, m, v, g *float32, n int, alpha, c1, c2, eps, decay float32) {
	weights, first, second := at(w, 0, n), at(m, 0, n), at(v, 0, n)
	for i, x := range at(g, 0, n) {
		first[i] += float32((x - first[i]) * c1)
		second[i] += float32((x*x - second[i]) * c2)
		weights[i] -= float32(decay*weights[i]) + first[i]*alpha/(sqrt(second[i])+eps)
	}
}

func adamCatchUpGo(w, m, v *float32, n int, a *[4]float32, keepM, keepV, eps, decay float32) {
	weights, first, second := at(w, 0, n), at(m, 0, n), at(v, 0, n)
	for i := range weights {
		s := sqrt(second[i])
		q := s / (s + eps)
		sum := ((a[3]*q+a[2])*q+a[1])*q + a[0]
		weights[i] -= float32(decay*weights[i]) + float32(first[i]/(s+eps)*sum)
		first[i] *= keepM
		second[i] *= keepV
	}
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

var sink float32

func peakGo(n int) {
	var acc [12]float32
	x, y := float32(0.5), float32(0.25)
	for range n {
		for i := range acc {
			acc[i] += float32(x * y)
		}
	}
	sink = acc[n%12]
}
