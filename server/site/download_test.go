package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cuaderno/server/export"
	"cuaderno/server/servertest"
	"cuaderno/training/fit"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
	"cuaderno/web"
)

func TestDownloads(t *testing.T) {
	site := newSite(t)
	r := site.reader()
	page := r.Open()
	r.SetTiny("1")
	t.Run("before a run", func(t *testing.T) {
		for format, status := range map[string]int{
			export.IPYNB: http.StatusOK, export.H5: http.StatusNotFound, export.ONNX: http.StatusNotFound, export.JSON: http.StatusNotFound,
			"pdf": http.StatusNotFound, "h5?run=nothing": http.StatusNotFound,
		} {
			servertest.Same(t, format, r.Get("/export/"+format).Status, status)
		}
		servertest.Has(t, r.Get("/export/ipynb").Header.Get("Content-Disposition"), `filename="cuaderno-notebook.ipynb"`)
	})
	servertest.Same(t, "status", r.Script("/run-all", nil).Status, http.StatusNoContent)
	page.Until("compare", "evaluated", "ready")
	body := r.Get("/").Body
	run := servertest.Find(t, r.Get("/export/h5").Header.Get("Content-Disposition"), `cuaderno-([\w-]+)\.weights\.h5`)
	for _, format := range export.Formats {
		t.Run(format, func(t *testing.T) {
			a := r.Get("/export/" + format)
			servertest.Same(t, "status", a.Status, http.StatusOK)
			servertest.Same(t, "kind", a.Header.Get("Content-Type"), export.ContentType(format))
			servertest.Same(t, "name", a.Header.Get("Content-Disposition"), `attachment; filename="`+export.FileName(format, run)+`"`)
			if format == export.H5 || format == export.Safetensors {
				// What is taken along judges the review on the page as the page does.
				m, err := export.Read(strings.NewReader(a.Body), int64(len(a.Body)))
				if err != nil || !m.Prepared || m.Params == nil || len(m.History) != 1 || m.Corpus != "practice" {
					t.Fatalf("%+v, %v", m, err)
				}
				row := make([]int32, m.Settings.Maxlen)
				ids := practice.New().Words.Encode(web.DefaultReview, m.Settings.NumWords).IDs
				sequence.Pad(row, ids, sequence.Side(m.Settings.Padding), sequence.Side(m.Settings.Truncating))
				p, err := fit.NewPredictor(nn.SpecOf(m.Settings), m.Params).Predict(t.Context(), [][]int32{row})
				if err != nil {
					t.Fatal(err)
				}
				servertest.Has(t, fmt.Sprint(float64(p[0])), servertest.Find(t, body, `data-probability="(0\.\d{5})`))
			}
			servertest.Same(t, "by its run", len(r.Get("/export/"+format+"?run="+run).Body), len(a.Body))
		})
	}
	t.Run("the notebook has the page's results", func(t *testing.T) {
		a := r.Get("/export/ipynb?lang=es")
		if !json.Valid([]byte(a.Body)) {
			t.Fatal("no JSON")
		}
		servertest.Has(t, a.Body, "críticas de práctica")
		servertest.Has(t, a.Body, servertest.Find(t, body, `data-probability="(0\.\d{4})`))
		servertest.Has(t, a.Body, "image/svg+xml")
		if bytes.Contains([]byte(a.Body), []byte("load_weights")) {
			t.Error("weights of another vocabulary are offered")
		}
	})
	t.Run("the notebook of another run", func(t *testing.T) {
		servertest.Same(t, "status", r.Script("/cells/pad/fields", url.Values{"maxlen": {"15"}}).Status, http.StatusNoContent)
		page.Until("fit", "stale", "ready")
		servertest.Has(t, r.Get("/export/ipynb?run="+run).Body, "maxlen=12")
		r.Script("/run-stale", nil)
		page.Until("compare", "evaluated", "ready")
		servertest.Has(t, r.Get("/export/ipynb?run="+run).Body, "maxlen=12")
		servertest.Has(t, r.Get("/export/ipynb").Body, "maxlen=15")
	})
	t.Run("nobody else's", func(t *testing.T) {
		servertest.Same(t, "status", site.reader().Get("/export/h5?run="+run).Status, http.StatusNotFound)
	})
}
