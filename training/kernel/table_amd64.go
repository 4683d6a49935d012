//go:build amd64 && !noasm

package kernel

import "golang.org/x/sys/cpu"

// tables lists what this machine can run, the fastest first.
func tables() []*table {
	var all []*table
	if cpu.X86.HasAVX512F && cpu.X86.HasFMA {
		all = append(all, &avx512)
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all = append(all, &avx2)
	}
	return append(all, &plain)
}

var avx2 = table{
	name: "avx2", width: 8,
	gemms: gemmsAVX2, gemmTs: gemmTsAVX2,
	lstmForward: lstmForwardAVX2, lstmBackward: lstmBackwardAVX2,
	gruForward: gruForwardAVX2, gruBackward: gruBackwardAVX2,
	rnnForward: rnnForwardAVX2, rnnBackward: rnnBackwardAVX2,
	spread: spreadAVX2, collect: collectAVX2,
	gather: gatherAVX2, gatherMasked: gatherMaskedAVX2,
	addRow: addRowAVX2, sumRows: sumRowsAVX2,
	adam: adamAVX2, adamCatchUp: adamCatchUpAVX2,
	peak: peakAVX2,
}

var avx512 = table{
	name: "avx512", width: 16,
	gemms: gemmsAVX512, gemmTs: gemmTsAVX512,
	lstmForward: lstmForwardAVX512, lstmBackward: lstmBackwardAVX512,
	gruForward: gruForwardAVX512, gruBackward: gruBackwardAVX512,
	rnnForward: rnnForwardAVX512, rnnBackward: rnnBackwardAVX512,
	spread: spreadAVX512, collect: collectAVX512,
	gather: gatherAVX512, gatherMasked: gatherMaskedAVX512,
	addRow: addRowAVX512, sumRows: sumRowsAVX512,
	adam: adamAVX512, adamCatchUp: adamCatchUpAVX512,
	peak: peakAVX512,
}
