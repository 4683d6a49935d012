package site

import (
	"net/http"
	"os"
	"runtime"

	"cuaderno/server/memory"

	"github.com/labstack/echo/v4"
)

// figures is what /debug/vars tells an operator, and whoever else may open the pages: numbers of this
// server and its memory. It is not expvar's page, which has the command line, with the password of
// --nats, and whatever a dependency publishes.
type figures struct {
	Cuaderno struct {
		Notebooks  int     `json:"notebooks"` // open
		Pages      int     `json:"pages"`
		Trainings  int     `json:"trainings"`
		Waiting    int     `json:"waiting"`
		Steps      uint64  `json:"steps"`
		Rate       float64 `json:"steps_per_second"`
		Goroutines int     `json:"goroutines"`
		OpenFiles  int     `json:"open_files"` // 0 where the system does not tell
	} `json:"cuaderno"`
	Memory struct {
		HeapAlloc    uint64 `json:"heap_alloc"`
		HeapInuse    uint64 `json:"heap_inuse"`
		HeapObjects  uint64 `json:"heap_objects"`
		HeapSys      uint64 `json:"heap_sys"`
		HeapReleased uint64 `json:"heap_released"`
		StackSys     uint64 `json:"stack_sys"`
		Sys          uint64 `json:"sys"`
		Resident     uint64 `json:"resident"` // 0 where the system does not tell
		Collections  uint32 `json:"collections"`
	} `json:"memory"`
}

// figures reads them all now.
func (s *Server) figures() (f figures) {
	own, mem := &f.Cuaderno, &f.Memory
	own.Notebooks, own.Pages = s.sessions.Count(), s.sockets.count()
	own.Trainings, own.Waiting = s.Runs.Working()
	own.Steps, own.Rate = s.Runs.Steps()
	own.Goroutines, own.OpenFiles = runtime.NumGoroutine(), openFiles()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	mem.HeapAlloc, mem.HeapInuse, mem.HeapObjects, mem.HeapSys, mem.HeapReleased = m.HeapAlloc, m.HeapInuse, m.HeapObjects, m.HeapSys, m.HeapReleased
	mem.StackSys, mem.Sys, mem.Resident, mem.Collections = m.StackSys, m.Sys, memory.Resident(), m.NumGC
	return f
}

// vars answers with the figures.
func (s *Server) vars(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, s.figures())
}

// openFiles counts this process's descriptors.
func openFiles() int {
	for _, dir := range []string{"/proc/self/fd", "/dev/fd"} {
		if open, err := os.ReadDir(dir); err == nil {
			return len(open) - 1 // without the one that reads the directory
		}
	}
	return 0
}
