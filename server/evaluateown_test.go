package main

import (
	"os"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// Somebody's reviews are evaluated as classify judges them.
func TestEvaluateOwnReviews(t *testing.T) {
	x, run := trained(t)
	path := ownFile(t, 300, "")
	var judged bulkLine
	parseLine(t, x.ok("", "classify", "--in", path, "-o", "judged.csv", "--json"), &judged)
	var line ownLine
	parseLine(t, x.ok("", "evaluate", "--reviews", path, "--json"), &line)
	servertest.Same(t, "accuracy", line.Accuracy, *judged.Accuracy)
	servertest.Same(t, "run", line.Run, run)
	n := line.Confusion
	servertest.Same(t, "reviews", []int{line.Reviews, n.TrueNegative + n.FalsePositive + n.FalseNegative + n.TruePositive}, []int{300, 300})
	servertest.Same(t, "right ones", float64(n.TrueNegative+n.TruePositive)/300, line.Accuracy)
	if line.Loss <= 0 || line.AUC == nil || *line.AUC < .5 || *line.AUC > 1 {
		t.Errorf("loss %g, area %v", line.Loss, line.AUC)
	}
	out := x.ok("", "evaluate", "--reviews", path)
	for _, want := range []string{"Evaluate\n", "300 reviews", "Area under the ROC curve: "} {
		servertest.Has(t, out, want)
	}
	t.Run("of one kind", func(t *testing.T) {
		const one = "review,sentiment\nfine,1\ngood,1\n"
		servertest.Has(t, x.ok(one, "evaluate", "--reviews=-"), "No area")
		servertest.Has(t, x.ok(one, "evaluate", "--reviews=-", "--json"), `"auc":null`)
	})
	t.Run("without labels", func(t *testing.T) {
		for in, want := range map[string]string{"review,sentiment\nfine,1\ngood,\n": "line 3, row 2: there is no label (--skip-faulty", "review,stars\nfine,5\n": "--label-column"} {
			if err := os.WriteFile("in.csv", []byte(in), 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, err := x.run(t.Context(), "", "evaluate", "--reviews=in.csv")
			if exitCode(err) != 1 || !strings.Contains(err.Error(), want) {
				t.Error(err)
			}
		}
	})
}
