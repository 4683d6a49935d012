// Package memory tells how much memory there is, and gives back to the system what work has left.
package memory

import (
	"os"
	"strconv"
	"strings"
)

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
