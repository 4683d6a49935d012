package imdb

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"cuaderno/training/imdb/fetch"
)

// DefaultURL is where Keras itself downloads from.
const DefaultURL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"

// The sums and sizes of the official files.
const (
	reviewsSHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
	reviewsSize   = 17464789
	wordsMD5      = "bfafd718b763782e994055a2d397834f"
	wordsSize     = 1641221
)

// remote is one of the two files, as the download sees it.
type remote struct {
	name   string
	size   int64 // until the server says better
	max    int64
	usable func(ctx context.Context, path string) error // can be loaded, whoever made it
	verify func(ctx context.Context, path string) error // is the official one
}

var remotes = []remote{
	{ReviewsFile, reviewsSize, maxFile, readableReviews, verifyReviews},
	{WordsFile, wordsSize, maxIndex, readableWords, verifyWords},
}

// download gets what no place has into the cache and loads again. before tells why that was needed;
// it is joined to the errors.
func (o Options) download(ctx context.Context, before error) (*Corpus, error) {
	dir, err := o.cache()
	if err != nil {
		return nil, errors.Join(before, err)
	}
	if errors.Is(before, ErrMissing) {
		before = nil // the usual first time: nothing to tell
	}
	fetched, err := o.fetch(ctx, dir)
	if err != nil {
		return nil, errors.Join(before, err)
	}
	c, err := o.local(ctx)
	if c != nil && c.Dir == dir && fetched[ReviewsFile] {
		c.Source = "download"
	}
	return c, err
}

// fetch downloads into dir those of the two files that no place has in a usable form, or both when
// the usable ones do not belong together.
func (o Options) fetch(ctx context.Context, dir string) (fetched map[string]bool, err error) {
	fetched = map[string]bool{}
	for _, r := range remotes {
		if !o.has(ctx, r) {
			fetched[r.name] = true
		}
	}
	var wanted []remote
	for _, r := range remotes {
		if len(fetched) == 0 || fetched[r.name] {
			wanted = append(wanted, r)
		}
	}
	base := o.URL
	if base == "" {
		base = DefaultURL
	}
	done, total := make([]int64, len(wanted)), make([]int64, len(wanted))
	for i, r := range wanted {
		total[i] = r.size
	}
	for i, r := range wanted {
		address, err := url.JoinPath(base, r.name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNetwork, err)
		}
		err = fetch.Get(ctx, fetch.File{
			URL: address, Path: filepath.Join(dir, r.name), Max: r.max,
			Verify: func(path string) error { return r.verify(ctx, path) },
			Progress: func(n, of int64) {
				done[i] = n
				if of > 0 {
					total[i] = of
				}
				if o.Progress != nil {
					o.Progress(sum(done), sum(total))
				}
			},
		})
		if err != nil {
			return nil, err
		}
		fetched[r.name] = true
	}
	return fetched, nil
}

func (o Options) has(ctx context.Context, r remote) bool {
	for _, p := range o.places() {
		if r.usable(ctx, filepath.Join(p.dir, r.name)) == nil {
			return true
		}
	}
	return false
}

func readableReviews(ctx context.Context, path string) error {
	return (&Corpus{}).loadReviews(ctx, path)
}

func readableWords(_ context.Context, path string) error {
	_, err := loadWords(path)
	return err
}

// verifyReviews takes the official file, and any other archive of the very same reviews.
func verifyReviews(ctx context.Context, path string) error {
	got, err := sumFile(path, sha256.New())
	if err != nil || got == reviewsSHA256 {
		return err
	}
	var c Corpus
	if err := c.loadReviews(ctx, path); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: SHA-256 %s: %w", ErrChecksum, got, err)
	}
	if stream := StreamSHA256(c.Train, c.Test); stream != OfficialSHA256 {
		return fmt.Errorf("%w: %s: the reviews' SHA-256 is %s, not %s", ErrChecksum, ReviewsFile, stream, OfficialSHA256)
	}
	return nil
}

func verifyWords(_ context.Context, path string) error {
	got, err := sumFile(path, md5.New())
	if err == nil && got != wordsMD5 {
		err = fmt.Errorf("%w: %s: the MD5 is %s, not %s", ErrChecksum, WordsFile, got, wordsMD5)
	}
	return err
}

func sumFile(path string, h hash.Hash) (string, error) {
	err := withFile(path, func(f *os.File, _ int64) error {
		_, err := io.Copy(h, f)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

func sum(ns []int64) (total int64) {
	for _, n := range ns {
		total += n
	}
	return total
}
