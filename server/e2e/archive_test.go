package e2e

import (
	"strings"
	"testing"

	"cuaderno/training/fit"
)

// What a reader has trained on the page can be used in the terminal once the server is stopped; while
// it serves, the terminal says so.
func TestRunsOfThePageInTheTerminal(t *testing.T) {
	state := t.TempDir()
	tell := func(args ...string) string {
		t.Helper()
		out, err := command(t, t.Context(), append(args, "--state", state, "--offline")...).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	server := start(t, state, freeAddress(t))
	r := newReader(t)
	r.fits(server.url, small(2, 1))
	server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
	if said := tell("runs"); !strings.Contains(said, "a server uses the state directory") {
		t.Errorf("while it serves: %s", said)
	}
	server.end()
	list := strings.Fields(tell("runs"))
	id := ""
	for i, word := range list {
		if word == "MODEL" {
			id = list[i+1]
		}
	}
	if id == "" {
		t.Fatalf("no run in %v", list)
	}
	if said := tell("classify", "--run", id, "A wonderful film, I loved it."); !strings.Contains(said, "P(positive)") {
		t.Errorf("classify: %s", said)
	}
	if said := tell("evaluate", "--run", id); !strings.Contains(said, "accuracy") {
		t.Errorf("evaluate: %s", said)
	}
	tell("runs", "delete", id)
	if said := tell("runs"); strings.Contains(said, id) {
		t.Errorf("it is still there: %s", said)
	}
}
