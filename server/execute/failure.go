package execute

import (
	"errors"
	"io/fs"
	"syscall"

	"cuaderno/server/estimate"
	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/op"
	"cuaderno/web"
)

// failureOf turns an error of a cell's work into data for the page.
func failureOf(err error) *notebook.Failure {
	f := &notebook.Failure{Code: web.FailInternal, Detail: err.Error()}
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, op.ErrNotFinite):
		f.Code, f.Field = web.FailNaN, "learning_rate"
	case errors.Is(err, fit.ErrEmpty):
		f.Code, f.Field = web.FailEmpty, "validation"
	case errors.Is(err, imdb.ErrMissing):
		f.Code = web.FailData
	case anyOf(err, imdb.ErrDamaged, imdb.ErrForbidden, imdb.ErrTooLarge, imdb.ErrChecksum):
		f.Code = web.FailCorrupt
	case errors.Is(err, imdb.ErrNetwork):
		f.Code = web.FailNetwork
	case anyOf(err, syscall.ENOSPC, runs.ErrNotKept, store.ErrNoRoom), errors.As(err, &pathErr):
		f.Code = web.FailDisk
	case errors.Is(err, runs.ErrFull):
		f.Code = web.FailBusy
	case errors.Is(err, runs.ErrElsewhere):
		f.Code = web.FailHeld
	case anyOf(err, runs.ErrUnknown, runs.ErrReleased):
		f.Code = web.FailGone
	case anyOf(err, estimate.ErrMemory, syscall.ENOMEM):
		f.Code = web.FailMemory
	}
	return f
}

func anyOf(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
