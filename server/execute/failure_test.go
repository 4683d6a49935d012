package execute

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"cuaderno/server/estimate"
	"cuaderno/server/runs"
	"cuaderno/server/servertest"
	"cuaderno/training/fit"
	"cuaderno/training/imdb"
	"cuaderno/training/op"
)

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{imdb.ErrMissing, "data"}, {imdb.ErrDamaged, "corrupt"}, {imdb.ErrForbidden, "corrupt"}, {imdb.ErrChecksum, "corrupt"},
		{imdb.ErrNetwork, "network"}, {op.ErrNotFinite, "nan"}, {fit.ErrEmpty, "empty"}, {estimate.ErrMemory, "memory"}, {runs.ErrFull, "busy"}, {runs.ErrReleased, "gone"}, {runs.ErrUnknown, "gone"},
		{syscall.ENOSPC, "disk"}, {&fs.PathError{Err: fs.ErrPermission}, "disk"}, {errors.New("else"), "internal"},
	} {
		f := failureOf(fmt.Errorf("wrapped: %w", c.err))
		servertest.Same(t, c.err.Error(), f.Code, c.want)
		servertest.Has(t, f.Detail, c.err.Error())
	}
}
