package main

import (
	"encoding/json"
	"expvar"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// The figures are an operator's: without the flag there are none, and with it numbers only.
func TestFigures(t *testing.T) {
	expvar.NewString("a secret of some package").Set("hidden")
	t.Run("are not there unless asked for", func(t *testing.T) {
		r := newSite(t).reader()
		servertest.Same(t, "status", r.get("/debug/vars").status, http.StatusNotFound)
	})
	t.Run("are numbers of our own", func(t *testing.T) {
		r := newSite(t, func(c *config) { c.DebugVars = true }).reader()
		r.get("/")
		a := r.get("/debug/vars")
		servertest.Same(t, "status", a.status, http.StatusOK)
		var all map[string]map[string]float64 // a text anywhere would not fit
		if err := json.Unmarshal([]byte(a.body), &all); err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
		servertest.Same(t, "parts", slices.Sorted(maps.Keys(all)), []string{"cuaderno", "memory"})
		servertest.Same(t, "own", slices.Sorted(maps.Keys(all["cuaderno"])),
			strings.Fields("goroutines notebooks open_files pages steps steps_per_second trainings waiting"))
		servertest.Same(t, "notebooks", all["cuaderno"]["notebooks"], 1.0)
		for _, name := range []string{"heap_alloc", "heap_sys", "sys", "heap_released"} {
			if _, there := all["memory"][name]; !there {
				t.Errorf("no %s in %s", name, a.body)
			}
		}
		if n := all["cuaderno"]["goroutines"]; n < 5 {
			t.Errorf("%v goroutines", n)
		}
	})
}
