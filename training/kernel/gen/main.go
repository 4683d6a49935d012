// Command gen writes the package's assembly. Run it from the package's folder:
//
//	go generate ./training/kernel
//
// Every kernel is written once for vectors of any width and emitted for AVX2 (8 lanes) and for
// AVX-512 (16 lanes). Each lane does the same operations in the same order in both, so that both
// give the same bits.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, v := range []vec{avx2, avx512} {
		gemm(v, "gemms", func(row, k int) int { return 64*row + 4*k })
		gemm(v, "gemmTs", func(row, k int) int { return 64*k + 4*row })
		lstmForward(v)
		lstmBackward(v)
		gruForward(v)
		gruBackward(v)
		rnnForward(v)
		rnnBackward(v)
		spread(v)
		collect(v)
		gather(v, true)
		gather(v, false)
		addRow(v)
		sumRows(v)
		adam(v)
		adamCatchUp(v)
		peak(v)
	}
	Generate()
}
