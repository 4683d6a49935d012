package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/export"
	"cuaderno/server/servertest"
	"cuaderno/training/fit"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
	"cuaderno/web"
)

func TestDownloads(t *testing.T) {
	site := newSite(t)
	r := site.reader()
	page := r.open()
	r.setTiny("1")
	t.Run("before a run", func(t *testing.T) {
		for format, status := range map[string]int{
			export.IPYNB: http.StatusOK, export.H5: http.StatusNotFound, export.ONNX: http.StatusNotFound, export.JSON: http.StatusNotFound,
			"pdf": http.StatusNotFound, "h5?run=nothing": http.StatusNotFound,
		} {
			servertest.Same(t, format, r.get("/export/"+format).status, status)
		}
		servertest.Has(t, r.get("/export/ipynb").header.Get("Content-Disposition"), `filename="cuaderno-notebook.ipynb"`)
	})
	servertest.Same(t, "status", r.script("/run-all", nil).status, http.StatusNoContent)
	page.until("compare", "evaluated", "ready")
	body := r.get("/").body
	run := find(t, r.get("/export/h5").header.Get("Content-Disposition"), `cuaderno-([\w-]+)\.weights\.h5`)
	for _, format := range export.Formats {
		t.Run(format, func(t *testing.T) {
			a := r.get("/export/" + format)
			servertest.Same(t, "status", a.status, http.StatusOK)
			servertest.Same(t, "kind", a.header.Get("Content-Type"), export.ContentType(format))
			servertest.Same(t, "name", a.header.Get("Content-Disposition"), `attachment; filename="`+export.FileName(format, run)+`"`)
			if format == export.H5 || format == export.Safetensors {
				// What is taken along judges the review on the page as the page does.
				m, err := export.Read(strings.NewReader(a.body), int64(len(a.body)))
				if err != nil || !m.Prepared || m.Params == nil || len(m.History) != 1 || m.Corpus != "practice" {
					t.Fatalf("%+v, %v", m, err)
				}
				j := judge{settings: m.Settings, words: practice.New().Words, predictor: fit.NewPredictor(nn.SpecOf(m.Settings), m.Params)}
				var out bytes.Buffer
				if err := j.judge(t.Context(), &out, web.DefaultReview, true); err != nil {
					t.Fatal(err)
				}
				servertest.Has(t, out.String(), `"probability":`+find(t, body, `data-probability="(0\.\d{5})`))
			}
			servertest.Same(t, "by its run", len(r.get("/export/"+format+"?run="+run).body), len(a.body))
		})
	}
	t.Run("the notebook has the page's results", func(t *testing.T) {
		a := r.get("/export/ipynb?lang=es")
		if !json.Valid([]byte(a.body)) {
			t.Fatal("no JSON")
		}
		servertest.Has(t, a.body, "críticas de práctica")
		servertest.Has(t, a.body, find(t, body, `data-probability="(0\.\d{4})`))
		servertest.Has(t, a.body, "image/svg+xml")
		if bytes.Contains([]byte(a.body), []byte("load_weights")) {
			t.Error("weights of another vocabulary are offered")
		}
	})
	t.Run("the notebook of another run", func(t *testing.T) {
		servertest.Same(t, "status", r.script("/cells/pad/fields", url.Values{"maxlen": {"15"}}).status, http.StatusNoContent)
		page.until("fit", "stale", "ready")
		servertest.Has(t, r.get("/export/ipynb?run="+run).body, "maxlen=12")
		r.script("/run-stale", nil)
		page.until("compare", "evaluated", "ready")
		servertest.Has(t, r.get("/export/ipynb?run="+run).body, "maxlen=12")
		servertest.Has(t, r.get("/export/ipynb").body, "maxlen=15")
	})
	t.Run("nobody else's", func(t *testing.T) {
		servertest.Same(t, "status", site.reader().get("/export/h5?run="+run).status, http.StatusNotFound)
	})
}
