package web_test

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"cuaderno/web"
)

var update = flag.Bool("update", false, "write testdata anew from what the components render")

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func renderText(c templ.Component) string {
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		panic(err)
	}
	return b.String()
}

// fingerprint is the part of a static file's name that changes with the file.
var fingerprint = regexp.MustCompile(`\.[0-9a-f]{10}\.`)

// lines sets every tag on a line of its own, so that differences can be read.
func lines(html string) string {
	return strings.ReplaceAll(fingerprint.ReplaceAllString(html, "."), "><", ">\n<") + "\n"
}

// golden are components in the states that differ in what they draw.
func golden() map[string]templ.Component {
	all := map[string]templ.Component{
		"page-lost":       web.Failed(web.ErrorView{Lang: web.ES, Status: 404, Code: "not_found"}),
		"progress-load":   web.ProgressOf(loadingPage(web.EN).Cells[1]),
		"progress-fit":    web.ProgressOf(with(done(web.EN, "fit", sampleRun(3)), func(c *web.CellView) { c.Activity = web.Running })),
		"progress-queued": web.ProgressOf(done(web.EN, "fit", &web.FitResult{State: "queued", Planned: 15})),
		"load-practice":   web.Output(done(web.EN, "load", samplePractice())),
		"fit-gone":        web.Output(done(web.EN, "fit", gone(3))),
		"fit-stopped":     web.Output(done(web.EN, "fit", ended(3, "early_stopping"))),
		"fit-resume":      web.Output(done(web.ES, "fit", stoppedRun())),
		"fit-nothing":     web.Output(done(web.EN, "fit", ended(0, "interrupted"))),
		"fit-kept":        web.Output(keptRun(web.EN)),
		"fit-kept-es":     web.Output(keptRun(web.ES)),
		"classify-neg":    web.Output(done(web.ES, "classify", sampleClassify(.13))),
		"classify-trial":  web.Output(done(web.EN, "classify", trialClassify())),
		"classify-cut":    web.Output(done(web.EN, "classify", cutClassify())),
		"compare-none":    web.Output(done(web.EN, "compare", web.CompareResult{})),
	}
	maps.Copy(all, sketches())
	for id, r := range results() {
		all["cell-"+id] = web.Cell(done(web.EN, id, r))
		all["cell-"+id+"-es"] = web.Cell(done(web.ES, id, r))
	}
	for _, c := range mixedPage(web.EN).Cells {
		switch c.ID {
		case "inspect", "pad", "model", "fit", "evaluate":
			all["mixed-"+c.ID] = web.Cell(c)
		}
	}
	for _, s := range []web.StatusView{
		{State: web.NotebookReady, Of: 10}, {State: web.NotebookDone, Done: 10, Of: 10},
		{State: web.NotebookStale, Stale: 3}, {State: web.NotebookQueued, Cell: "fit", Place: 1},
		{State: web.NotebookRunning, Cell: "fit", Epoch: 4, Epochs: 15}, {State: web.NotebookFailed, Cell: "load"},
	} {
		s.Lang, s.CSRF = web.EN, "token"
		all["status-"+string(s.State)] = templ.Join(web.Status(s), web.RunAll(s))
	}
	return all
}

func with(c web.CellView, change func(*web.CellView)) web.CellView { change(&c); return c }

func TestGolden(t *testing.T) {
	seen := map[string]bool{}
	for name, c := range golden() {
		seen[name+".html"] = true
		t.Run(name, func(t *testing.T) {
			got := lines(render(t, c))
			file := filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v (go test ./web -update writes it)", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s is not what is rendered (-file +rendered):\n%s", file, diff)
			}
		})
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !seen[f.Name()] {
			t.Errorf("testdata/%s belongs to no component", f.Name())
		}
	}
}

func TestRenderingIsRepeatable(t *testing.T) {
	// The server sends only the elements whose HTML differs, so equal views must give equal bytes.
	a, b := render(t, web.Page(mixedPage(web.ES))), render(t, web.Page(mixedPage(web.ES)))
	if a != b {
		t.Error(cmp.Diff(lines(a), lines(b)))
	}
}

func TestFastPartIsSmall(t *testing.T) {
	c := with(done(web.EN, "fit", sampleRun(8)), func(c *web.CellView) { c.Activity = web.Running })
	// Sent several times a second to every reader: a kilobyte at most.
	if n := len(render(t, web.ProgressOf(c))); n > 1024 {
		t.Errorf("progress-fit takes %d bytes", n)
	}
	start := time.Now()
	for range 100 {
		render(t, web.Output(c))
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("100 outputs of fit took %v", took)
	}
}
