package datasets

import (
	"sync"

	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// Size is how many reviews a data set has, or at most has.
type Size struct {
	Train, Test int
	AtMost      bool
}

// IMDB is the size of the IMDB reviews.
var IMDB = Size{Train: 25_000, Test: 25_000}

var practiceSize = sync.OnceValue(func() Size { return extent(practice.New()) })

func extent(c *imdb.Corpus) Size { return Size{Train: c.Train.Len(), Test: c.Test.Len()} }

// Expect tells what loading would find.
func (l *Library) Expect() Size {
	l.mu.Lock()
	real := l.real
	l.mu.Unlock()
	_, _, here := imdb.Locate(l.options)
	switch {
	case real != nil:
		return extent(real)
	case here:
		return IMDB
	case l.Offline() && l.options.Practice != nil:
		return practiceSize()
	}
	most := IMDB // or the practice corpus, if the download fails
	most.AtMost = true
	return most
}

// Offline tells whether nothing is downloaded.
func (l *Library) Offline() bool { return !l.options.Download }
