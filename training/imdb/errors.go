package imdb

import (
	"errors"
	"fmt"

	"cuaderno/training/imdb/fetch"
)

// What can be wrong with a data set; every error of this package that concerns files or the network
// wraps one of these, or the context's error.
var (
	ErrMissing   = errors.New("file not found")
	ErrDamaged   = errors.New("not the data it should be")
	ErrForbidden = errors.New("would run foreign code")
	ErrTooLarge  = errors.New("larger than allowed")
	ErrChecksum  = errors.New("wrong checksum")
	ErrNetwork   = fetch.ErrNetwork
)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}
