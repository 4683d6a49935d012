package imdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Progress hears how a download goes, in bytes over all files. It may be called very often.
type Progress func(done, total int64) // total <= 0: unknown

// Options say where a corpus may come from. The zero value looks into the usual places, downloads
// nothing and has no practice corpus to fall back on.
type Options struct {
	Dir      string         // --data; if set, only this is used and missing files are an error
	Home     string         // stands for ~/.keras/datasets; "" = the real one, KERAS_HOME heeded
	Cache    string         // stands for cuaderno/ in the user's cache; "" = the real one
	URL      string         // base address of the files; "" = DefaultURL
	Download bool           // whether it may use the network
	Progress Progress       // of a download; may be nil
	Practice func() *Corpus // what serves when there is nothing else; nil = an error instead

	// Own, if not nil, gives the reader's own reviews, and nothing else is looked at.
	Own func(context.Context) (*Corpus, error)
}

// Open finds a corpus and loads it: from Dir alone, if that is set; else from Keras' own directory,
// from our cache, from a download into our cache, or, when none of these can be had, from Practice.
// Reviews and word index need not stand in the same place: load_data alone fetches only the first.
//
// Note and Cause tell what was passed over and why. The errors wrap one of this package's Err values
// or are the file system's; a context that ends is the only error when there is a Practice and no Dir.
func Open(ctx context.Context, o Options) (*Corpus, error) {
	if o.Own != nil {
		return o.Own(ctx)
	}
	if o.Dir != "" {
		c, err := Load(ctx, o.Dir)
		if err != nil {
			return nil, err
		}
		c.Source = "--data"
		return c, nil
	}
	c, err := o.local(ctx)
	if c == nil && ctx.Err() == nil && o.Download {
		c, err = o.download(ctx, err)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if c == nil {
		if o.Practice == nil {
			return nil, err
		}
		c = o.Practice()
		c.Source = "practice"
	}
	c.passedOver(err)
	return c, nil
}

// Locate tells what Open would use without the network, by the files' names alone: ok is false when
// only a download or the practice corpus remains, or when the files of Dir are not there.
func Locate(o Options) (source, dir string, ok bool) {
	for _, p := range o.pairs() {
		return p.reviews.source, p.reviews.dir, true
	}
	return "", "", false
}

// place is a directory that may hold the files.
type place struct{ source, dir string }

// pair is where both files were found.
type pair struct{ reviews, words place }

func (o Options) places() []place {
	if o.Own != nil {
		return nil
	}
	if o.Dir != "" {
		return []place{{"--data", o.Dir}}
	}
	var ps []place
	if dir, err := o.home(); err == nil {
		ps = append(ps, place{"keras", dir})
	}
	if dir, err := o.cache(); err == nil {
		ps = append(ps, place{"cache", dir})
	}
	return ps
}

// pairs lists where both files are, best first: the reviews' place counts, then the same place for
// the words.
func (o Options) pairs() []pair {
	var found []pair
	ps := o.places()
	for _, reviews := range ps {
		if !isFile(filepath.Join(reviews.dir, ReviewsFile)) {
			continue
		}
		others := []place{reviews}
		for _, p := range ps {
			if p != reviews {
				others = append(others, p)
			}
		}
		for _, words := range others {
			if isFile(filepath.Join(words.dir, WordsFile)) {
				found = append(found, pair{reviews, words})
			}
		}
	}
	return found
}

// local loads the first pair that is whole, and says what was wrong with those before it.
func (o Options) local(ctx context.Context) (*Corpus, error) {
	var errs []error
	for _, p := range o.pairs() {
		c, err := load(ctx, filepath.Join(p.reviews.dir, ReviewsFile), filepath.Join(p.words.dir, WordsFile))
		if err == nil {
			c.Source = p.reviews.source
			return c, errors.Join(errs...)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// One damaged file may spoil several pairs.
		if !slices.ContainsFunc(errs, func(e error) bool { return e.Error() == err.Error() }) {
			errs = append(errs, err)
		}
	}
	if len(errs) == 0 {
		return nil, fmt.Errorf("%s, %s: %w on this machine", ReviewsFile, WordsFile, ErrMissing)
	}
	return nil, errors.Join(errs...)
}

func (o Options) home() (string, error) {
	if o.Home != "" {
		return o.Home, nil
	}
	if keras := os.Getenv("KERAS_HOME"); keras != "" {
		return filepath.Join(keras, "datasets"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".keras", "datasets"), err
}

// cache is laid out as Keras does it: with KERAS_HOME set to Options.Cache, Keras finds our files.
func (o Options) cache() (string, error) {
	dir := o.Cache
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(user, "cuaderno")
	}
	return filepath.Join(dir, "datasets"), nil
}

// passedOver notes why a better source was not used.
func (c *Corpus) passedOver(err error) {
	if err == nil {
		return
	}
	c.Cause = err
	if c.Note != "" {
		c.Note += "; "
	}
	c.Note += strings.ReplaceAll(err.Error(), "\n", "; ")
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
