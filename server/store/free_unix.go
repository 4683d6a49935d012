//go:build linux || darwin || freebsd

package store

import "golang.org/x/sys/unix"

// disk tells how much of a directory's disk is free to us, and how large it is.
func disk(dir string) (free, total int64, ok bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), true
}
