package estimate

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"cuaderno/training"
	"cuaderno/training/nn"
)

// ErrMemory says that a training would not fit.
var ErrMemory = errors.New("not enough memory")

// footprint is about how many bytes a training needs. The factors were measured for LSTMs of several
// sizes: what is kept of a word of a batch for the way back, and copies of the weights (optimizer,
// packing, best epoch). The last part is the table of projected words that judging uses.
func footprint(s training.Settings) int64 {
	spec := nn.SpecOf(s)
	words := int64(s.BatchSize) * int64(s.Maxlen)
	word := int64((2*spec.Gates()+3)*s.Units + 6*s.EmbeddingDim)
	weights := int64(spec.Summary().Total)
	table := int64(s.NumWords) * int64(spec.Gates()*s.Units)
	return 4 * (words*word + 6*weights + table)
}

// Affordable tells before a training begins that it would not fit, so that it does not take the
// other readers' notebooks down with it.
func Affordable(s training.Settings, available int64) error {
	if need := footprint(s); available > 0 && need > available {
		return fmt.Errorf("%w: about %d MB needed, %d MB free", ErrMemory, need>>20, available>>20)
	}
	return nil
}

// Available is what this machine, or the container that the process lives in, can still give;
// 0 where the system does not tell.
func Available() int64 {
	free := int64(0)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		free = kilobytes(valueOf(string(text), "MemAvailable"))
	}
	limit, used := number("/sys/fs/cgroup/memory.max"), number("/sys/fs/cgroup/memory.current")
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.stat"); err == nil {
		used -= idleFiles(string(text)) // files in memory make room when asked
	}
	if limit > 0 && (free == 0 || limit-used < free) {
		free = max(limit-used, 1)
	}
	return free
}

func idleFiles(stat string) int64 {
	for line := range strings.Lines(stat) {
		if text, ok := strings.CutPrefix(line, "inactive_file "); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
			return n
		}
	}
	return 0
}

func kilobytes(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(text, " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}

// number reads a file that holds one; 0 if there is none, or the word max.
func number(path string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Resident is how many bytes of this process lie in memory.
func Resident() uint64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseUint(strings.TrimSuffix(valueOf(string(text), "VmRSS"), " kB"), 10, 64)
	return n << 10
}

// valueOf finds "key : value" among the lines of a text.
func valueOf(text, key string) string {
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
