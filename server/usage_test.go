package main

import (
	"strings"
	"testing"

	"cuaderno/server/servertest"

	"github.com/alecthomas/kong"
)

// Which run, in which form, and whether a file may go is said anew each time.
func TestFlagsWithoutVariables(t *testing.T) {
	parser, err := kong.New(&cli{Train: newTrainCmd()}, kong.DefaultEnvars("CUADERNO"), kong.Vars{"version": "", "maxlen": ""})
	servertest.Same(t, "error", err, nil)
	seen := map[string]int{}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			switch f.Name {
			case "json", "run", "force", "resume":
				seen[f.Name]++
				if len(f.Envs) > 0 {
					t.Errorf("--%s of %s listens to %v", f.Name, n.Path(), f.Envs)
				}
			}
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(parser.Model.Node)
	servertest.Same(t, "flags", []bool{seen["json"] > 5, seen["run"] == 3, seen["force"] > 2, seen["resume"] == 1}, []bool{true, true, true, true})

	x, run := trained(t)
	for _, name := range []string{"CUADERNO_JSON", "CUADERNO_FORCE"} {
		t.Setenv(name, "true")
	}
	t.Setenv("CUADERNO_RUN", "nobody")
	servertest.Has(t, x.ok("", "evaluate"), "Evaluate\n")
	servertest.Has(t, x.ok("", "export"), "Run "+run+" written")
}

// A slip that came by a variable names it.
func TestSlipsNameTheirVariable(t *testing.T) {
	x := newTerminal(t)
	for _, c := range []struct{ name, value, args string }{
		{"CUADERNO_EPOCHS", "zzz", "train"}, {"CUADERNO_RECURRENT_DROPOUT", "2", "train"}, {"CUADERNO_RESTORE_BEST", "zzz", "train"},
		{"CUADERNO_LOG", "zzz", "runs"}, {"CUADERNO_TRAININGS", "0", "serve"}, {"CUADERNO_KEPT_SIZE", "0", "serve"}, {"CUADERNO_IDLE", "zzz", "serve"},
		{"CUADERNO_BASE", "zzz", "serve"}, {"CUADERNO_SAVE", "zzz", "train"}, {"CUADERNO_TEST_SHARE", "7", "train --reviews=x.csv"}, {"CUADERNO_FORMAT", "zzz", "export"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(c.name, c.value)
			said := x.slip(strings.Fields(c.args)...)
			servertest.Same(t, "it is named in "+said, strings.Count(said, c.name), 1)
		})
	}
	t.Run("a flag that was typed is not the variable's", func(t *testing.T) {
		t.Setenv("CUADERNO_EPOCHS", "3")
		if said := x.slip("train", "--epochs=zzz"); strings.Contains(said, "CUADERNO") {
			t.Error(said)
		}
	})
	t.Run("nor is another flag's", func(t *testing.T) {
		t.Setenv("CUADERNO_EPOCHS", "3")
		if said := x.slip("train", "--units=zzz"); strings.Contains(said, "CUADERNO") {
			t.Error(said)
		}
	})
}

func TestSlipsSuggest(t *testing.T) {
	x := newTerminal(t)
	for args, want := range map[string]string{
		"trian": `"train"`, "trian --epochs=1": `"train"`, "runs shwo": `"show"`, "evalute": `"evaluate"`, "train --epocs=2": `"--epochs"`, "--ofline": `"--offline"`,
	} {
		servertest.Has(t, x.slip(strings.Fields(args)...), "did you mean "+want)
	}
	if said := x.slip("nothing-like-it"); strings.Contains(said, "did you mean") {
		t.Error(said)
	}
}
