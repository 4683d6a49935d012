package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/export"
	"cuaderno/server/ipynb"
	"cuaderno/server/notebook"
	"cuaderno/training/checkpoint"
	"cuaderno/web"
)

// downloadTime is how long a reader on a slow line may take for a file.
const downloadTime = 10 * time.Minute

// export answers with a file to take along: the notebook as it stands, or the model of one of its
// runs, the query's run, or else the one that the notebook holds.
func (p pages) export(c echo.Context) error {
	format := c.Param("format")
	if !slices.Contains(export.Formats, format) {
		return failure{code: codeNotFound, detail: "no format " + format}
	}
	d, err := p.open(c)
	if err != nil {
		return err
	}
	m, name, err := d.takeaway(c.Request().Context(), langOf(c), c.QueryParam("run"), format)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, export.ContentType(format))
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+export.FileName(format, name)+`"`)
	h.Set("Cache-Control", "no-store")
	// The server's own limit is made for pages. Without the longer one a file may break off, and is asked for again.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(downloadTime))
	c.Response().WriteHeader(http.StatusOK)
	return export.Write(c.Response(), format, m)
}

// takeaway gathers what a file is written from, and the name of the run that it is of.
func (d *desk) takeaway(ctx context.Context, lang web.Lang, run, format string) (m export.Model, name string, err error) {
	d.touch()
	var state notebook.State
	var page web.PageView
	if err := d.call(ctx, func() { state, page = d.state, d.viewer(lang).page(0) }); err != nil {
		return m, "", err
	}
	fit := state.Cell(notebook.Fit)
	if run == "" && fit.Done != nil {
		run = fit.Done.Output
	}
	i := slices.IndexFunc(state.Runs, func(r notebook.Run) bool { return r.ID == run })
	if i < 0 && (run != "" || export.Weights(format)) {
		return m, "", fmt.Errorf("%w: %q", notebook.ErrNoRun, run)
	}
	name = run
	m.Meta = checkpoint.Meta{Settings: state.Settings, CorpusSHA256: state.Corpus()}
	if i >= 0 && format != export.IPYNB {
		m.Meta.Settings, m.Meta.CorpusSHA256 = state.Runs[i].Settings, state.Runs[i].Corpus
	}
	if name == "" {
		name = "notebook"
	}
	if export.Weights(format) {
		if m.Params, m.Meta, err = d.house.runs.Weights(ctx, run, 0); err != nil {
			return m, "", failure{code: codeNotFound, detail: err.Error()}
		}
	}
	if format == export.IPYNB {
		m.Notebook = &ipynb.Notebook{Lang: lang, Cells: page.Cells, Reviews: ipynb.IMDB}
		if m.Meta.CorpusSHA256 != "" {
			if corpus, err := d.house.library.Find(ctx, m.Meta.CorpusSHA256); err == nil {
				m.Notebook.Reviews = corpus.Name
			}
		}
		if run != "" && fit.Validity == notebook.Evaluated { // else they would not fit the code
			m.Notebook.Weights = export.FileName(export.H5, run)
		}
		return m, name, nil
	}
	// Weights go without their words if need be; the words themselves do not.
	corpus, err := d.house.library.Find(ctx, m.Meta.CorpusSHA256)
	if err == nil {
		m.Meta.Corpus, m.Words = corpus.Name, corpus.Words
	} else if format == export.JSON {
		return m, "", failure{code: codeNotFound, detail: err.Error()}
	}
	return m, name, nil
}
