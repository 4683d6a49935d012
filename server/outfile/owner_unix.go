//go:build unix

package outfile

import (
	"io/fs"
	"os"
	"syscall"
)

// own gives a file the owner of another. Only root may; everybody else's files stay theirs.
func own(f *os.File, as fs.FileInfo) {
	if st, ok := as.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(st.Uid), int(st.Gid))
	}
}
