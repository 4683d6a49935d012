package site

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
		servertest.Same(t, "status", r.Get("/debug/vars").Status, http.StatusNotFound)
	})
	t.Run("are numbers of our own", func(t *testing.T) {
		r := newSite(t, func(c *Config) { c.DebugVars = true }).reader()
		r.Get("/")
		a := r.Get("/debug/vars")
		servertest.Same(t, "status", a.Status, http.StatusOK)
		var all map[string]map[string]float64 // a text anywhere would not fit
		if err := json.Unmarshal([]byte(a.Body), &all); err != nil {
			t.Fatalf("%v: %s", err, a.Body)
		}
		servertest.Same(t, "parts", slices.Sorted(maps.Keys(all)), []string{"cuaderno", "memory"})
		servertest.Same(t, "own", slices.Sorted(maps.Keys(all["cuaderno"])),
			strings.Fields("goroutines notebooks open_files pages steps steps_per_second trainings waiting"))
		servertest.Same(t, "notebooks", all["cuaderno"]["notebooks"], 1.0)
		for _, name := range []string{"heap_alloc", "heap_sys", "sys", "heap_released"} {
			if _, there := all["memory"][name]; !there {
				t.Errorf("no %s in %s", name, a.Body)
			}
		}
		if n := all["cuaderno"]["goroutines"]; n < 5 {
			t.Errorf("%v goroutines", n)
		}
	})
}
