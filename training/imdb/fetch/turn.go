package fetch

import (
	"context"
	"path/filepath"
	"sync"
)

// turns lets one call at a time work on a path: two would write into the same part.
var turns = struct {
	sync.Mutex
	taken map[string]chan struct{} // closed when the path is free again
}{taken: map[string]chan struct{}{}}

// acquire waits for the path's turn, or for ctx to end.
func acquire(ctx context.Context, path string) (release func(), err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	for {
		turns.Lock()
		busy, ok := turns.taken[path]
		if !ok {
			free := make(chan struct{})
			turns.taken[path] = free
			turns.Unlock()
			return func() {
				turns.Lock()
				delete(turns.taken, path)
				turns.Unlock()
				close(free)
			}, nil
		}
		turns.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
