package kernel

// table is one implementation of all kernels. Pointers are to blocks whose size the callers in
// kernel.go have checked; strides and widths are in bytes.
type table struct {
	name  string
	width int // floats in a register

	gemms, gemmTs func(c, a, b *float32, n, aStride, bStride, m, nextC, nextA, nextB, skipSoon int, soon1, soon2 *float32)
	lstmForward   func(z, cPrev, c, tc, h *float32)
	lstmBackward  func(z, cPrev, tc, dc, dh *float32)
	gruForward    func(z, hPrev, h *float32)
	gruBackward   func(z, hPrev, dh *float32)
	rnnForward    func(z, h *float32)
	rnnBackward   func(z, dh *float32)
	spread        func(dst, src, mask *float32, n, stride int)
	collect       func(dst, src, mask *float32, n, srcStride, maskStride int)
	gather        func(dst, table *float32, rows *int32, tiles, width int)
	gatherMasked  func(dst, table *float32, rows *int32, tiles, width int, mask *float32)
	addRow        func(dst, src *float32, tiles int)
	sumRows       func(dst, src *float32, n, stride int)
	adam          func(w, m, v, g *float32, n int, alpha, c1, c2, eps, decay float32)
	adamCatchUp   func(w, m, v *float32, n int, a *[4]float32, keepM, keepV, eps, decay float32)
	peak          func(n int)
}

// use is the best implementation that this machine can run, chosen once.
var use = tables()[0]
