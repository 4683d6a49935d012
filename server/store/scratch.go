package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// scratchDir makes a directory for an embedded server that keeps everything in memory: it insists on one,
// and puts next to nothing there. An image without /tmp, or one that is read-only, still has a small disk
// in memory at /dev/shm.
func scratchDir() (string, error) {
	places := []string{os.TempDir(), "/dev/shm", "/var/tmp", os.Getenv("XDG_RUNTIME_DIR"), "/run", "."}
	var tried []string
	for _, place := range places {
		if place == "" {
			continue
		}
		dir, err := os.MkdirTemp(place, "cuaderno-")
		if err == nil {
			return dir, nil
		}
		reason := err
		if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
			reason = inner.Err
		}
		tried = append(tried, fmt.Sprintf("%s (%v)", place, reason))
	}
	return "", fmt.Errorf("store: no directory can be written to, and one is needed, if a small one, even where everything is kept in memory; tried %s; "+
		"give this process a /tmp, as docker run --tmpfs /tmp does, or a state directory that it may write to", strings.Join(tried, ", "))
}
