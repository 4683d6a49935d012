package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"cuaderno/server/export"
	"cuaderno/server/ipynb"
	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/server/session"
	"cuaderno/training/checkpoint"
	"cuaderno/web"
)

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
	pump, end, err := p.downloads.begin(c.Request().Context(), d.ID)
	if err != nil {
		return err
	}
	defer end()
	m, name, done, err := p.takeaway(c.Request().Context(), d, langOf(c), c.QueryParam("run"), format)
	if err != nil {
		return err
	}
	defer done()
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, export.ContentType(format))
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+export.FileName(format, name)+`"`)
	h.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	pump.start(c.Response(), http.NewResponseController(c.Response()))
	if err := export.Write(pump, format, m); err != nil {
		slog.InfoContext(c.Request().Context(), "a download was broken off", "format", format, "run", name, "error", err)
		panic(http.ErrAbortHandler) // else what was sent would pass for the whole
	}
	return nil
}

// takeaway gathers what a file is written from, and the name of the run that it is of; done is called
// when the file is written.
func (p pages) takeaway(ctx context.Context, d *session.Session, lang web.Lang, run, format string) (m export.Model, name string, done func(), err error) {
	done = func() {}
	state, page, err := d.Look(ctx, lang)
	if err != nil {
		return m, "", nil, err
	}
	fit, asked := state.Cell(notebook.Fit), run != ""
	if !asked && fit.Done != nil {
		run = fit.Done.Output
	}
	i := slices.IndexFunc(state.Runs, func(r notebook.Run) bool { return r.ID == run })
	if i < 0 && (run != "" || export.Weights(format)) {
		return m, "", nil, fmt.Errorf("%w: %q", notebook.ErrNoRun, run)
	}
	name = run
	m.Meta = checkpoint.Meta{Settings: state.Settings, CorpusSHA256: state.Corpus()}
	shown := fit.Done != nil && fit.Done.Output == run && fit.Validity == notebook.Evaluated
	if i >= 0 && (format != export.IPYNB || asked && !shown) {
		r := state.Runs[i]
		m.Meta.Settings, m.Meta.CorpusSHA256, m.Meta.Epoch, m.Meta.History = r.Settings, r.Corpus, r.Kept(), r.History
	}
	if name == "" {
		name = "notebook"
	}
	if export.Weights(format) {
		key := copyKey{run: run}
		if fit.Done != nil && fit.Done.Output == run {
			key.ticket = fit.Done.Ticket
		}
		if m.Params, m.Meta, done, err = p.downloads.weights(ctx, key, m.Meta.Settings); err != nil {
			return m, "", nil, noWeights(err)
		}
	}
	if format == export.IPYNB {
		if asked && !shown { // the cells of the page are of other settings
			m.Notebook = export.NotebookOf(lang, m.Meta, export.FileName(export.H5, run))
		} else {
			m.Notebook = &ipynb.Notebook{Lang: lang, Cells: page.Cells}
			if shown { // else the weights would not fit the code
				m.Notebook.Weights = export.FileName(export.H5, run)
			}
		}
		m.Notebook.Reviews = ipynb.IMDB
		if m.Meta.CorpusSHA256 != "" {
			if corpus, err := p.library.Find(ctx, m.Meta.CorpusSHA256); err == nil {
				m.Notebook.Reviews, m.Notebook.Rule = corpus.Name, corpus.Words.Rule()
			}
		}
		return m, name, done, nil
	}
	// Weights go without their words if need be; the words themselves do not.
	corpus, err := p.library.Find(ctx, m.Meta.CorpusSHA256)
	if err == nil {
		m.Meta.Corpus, m.Words = corpus.Name, corpus.Words
	} else if format == export.JSON {
		return m, "", nil, noWords(err)
	}
	return m, name, done, nil
}

// noWeights says why weights cannot be had: that they are gone for good is another thing than that the
// store does not answer.
func noWeights(err error) error {
	code := codeStore
	switch own := (failure{}); {
	case errors.As(err, &own), isAny(err, context.DeadlineExceeded, context.Canceled):
		return err
	case isAny(err, runs.ErrUnknown, runs.ErrReleased):
		code = codeReleased
	case errors.Is(err, runs.ErrUnfinished):
		code = codeUnfinished
	case errors.Is(err, checkpoint.ErrFormat):
		code = codeInternal
	}
	return failure{code: code, detail: err.Error()}
}

// noWords says why the words of a data set cannot be had.
func noWords(err error) error {
	if isAny(err, context.DeadlineExceeded, context.Canceled) {
		return err
	}
	return failure{code: codeNotFound, detail: err.Error()}
}
