package e2e

import (
	"strings"
	"testing"

	"cuaderno/training/fit"
)

// What a reader has trained on the page can be used in the terminal, while the server runs and once it is stopped.
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
	serving := tell("runs")
	judged := tell("classify", "A wonderful film, I loved it.")
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
	if !strings.Contains(serving, id) {
		t.Errorf("while it serves: %s", serving)
	}
	if said := tell("classify", "--run", id, "A wonderful film, I loved it."); !strings.Contains(said, "P(positive)") || said != judged {
		t.Errorf("classify: %s while it serves, %s after it", judged, said)
	}
	if said := tell("evaluate", "--run", id); !strings.Contains(said, "accuracy") {
		t.Errorf("evaluate: %s", said)
	}
	tell("runs", "delete", id)
	if said := tell("runs"); strings.Contains(said, id) {
		t.Errorf("it is still there: %s", said)
	}
}
