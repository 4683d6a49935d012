package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gather copies 16 rows of a table into tiles, times a mask or as they are.
func gather(v vec, masked bool) {
	name, signature := "gather", "func(dst, table *float32, rows *int32, tiles, width int)"
	if masked {
		name, signature = "gatherMasked", "func(dst, table *float32, rows *int32, tiles, width int, mask *float32)"
	}
	v.text(name, signature, "writes 16 rows of the table side by side into tiles; width is a row's bytes.")
	dst, table, rows, width := pointer("dst"), pointer("table"), pointer("rows"), pointer("width")
	var mask reg.GPVirtual
	if masked {
		mask = pointer("mask")
	}
	row := GP64()
	MOVQ(U32(16), row)
	loop("rows", row, func() {
		src, tiles, to := GP64(), pointer("tiles"), GP64()
		MOVLQSX(Mem{Base: rows}, src)
		IMULQ(width, src)
		ADDQ(table, src)
		MOVQ(dst, to)
		var m reg.GPVirtual
		if masked {
			m = GP64()
			MOVQ(mask, m)
		}
		loop("tiles", tiles, func() {
			for p := range v.parts() {
				x := v.load(src, p*v.bytes)
				if masked {
					VMULPS(Mem{Base: m, Disp: p * v.bytes}, x, x)
				}
				v.store(x, to, p*v.bytes)
			}
			PREFETCHT0(Mem{Base: to, Disp: 8 * tile}) // written before long, in the next call
			ADDQ(Imm(64), src)
			ADDQ(U32(tile), to)
			if masked {
				ADDQ(U32(tile), m)
			}
		})
		ADDQ(Imm(64), dst)
		ADDQ(Imm(4), rows)
		if masked {
			ADDQ(Imm(64), mask)
		}
	})
	ret()
}

func addRow(v vec) {
	v.text("addRow", "func(dst, src *float32, tiles int)",
		"adds one row that lies across tiles to a plain row.")
	dst, src, n := pointer("dst"), pointer("src"), pointer("tiles")
	loop("tiles", n, func() {
		for p := range v.parts() {
			acc := v.load(dst, p*v.bytes)
			VADDPS(Mem{Base: src, Disp: p * v.bytes}, acc, acc)
			v.store(acc, dst, p*v.bytes)
		}
		ADDQ(Imm(64), dst)
		ADDQ(U32(tile), src)
	})
	ret()
}

func sumRows(v vec) {
	v.text("sumRows", "func(dst, src *float32, n, stride int)",
		"adds the 16 rows of n tiles to one row; stride in bytes.")
	dst, src, n, stride := pointer("dst"), pointer("src"), pointer("n"), pointer("stride")
	var acc []reg.VecVirtual
	for p := range v.parts() {
		acc = append(acc, v.load(dst, p*v.bytes))
	}
	loop("tiles", n, func() {
		for row := range 16 {
			for p := range v.parts() {
				VADDPS(Mem{Base: src, Disp: 64*row + p*v.bytes}, acc[p], acc[p])
			}
		}
		ADDQ(stride, src)
	})
	for p := range v.parts() {
		v.store(acc[p], dst, p*v.bytes)
	}
	ret()
}
