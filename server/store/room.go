package store

import (
	"errors"
	"fmt"
)

// ErrNoRoom says that the disk has too little room left.
var ErrNoRoom = errors.New("no room left on the disk")

// Room tells whether so many bytes more may be written. A part of the disk is left alone: what is
// small but must never fail, such as logs, goes there, for JetStream does not recover from a write
// that found no room.
func (s *Store) Room(bytes int64) error {
	if !s.Embedded || s.scratch != "" {
		return nil // somebody else's disk, or memory
	}
	free, total, ok := disk(s.files)
	if reserve := min(max(total/20, 4<<20), 256<<20); ok && free < bytes+reserve {
		return fmt.Errorf("store: %w: %.1f MB more were to be written, %.1f MB are free", ErrNoRoom, float64(bytes)/1e6, float64(max(0, free-reserve))/1e6)
	}
	return nil
}
