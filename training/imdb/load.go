package imdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The names under which Keras keeps the two files.
const (
	ReviewsFile = "imdb.npz"
	WordsFile   = "imdb_word_index.json"
)

// OfficialSHA256 is the StreamSHA256 of the reviews that Keras distributes.
const OfficialSHA256 = "600d3cad39428ec917a50c620af3678145853bf9213ac460349a0bce758b056b"

// officialWords is the same of the official word index, whose file has the MD5 wordsMD5.
const officialWords = "cdc409d79ac2426df9504b2da8713c2b0d611ef2e7a50756906bf70023b4d6e2"

// Load reads both files of a directory and shuffles the reviews as load_data does. Files that are
// not the official ones are taken too, when they are whole and fit each other, with a Note.
// The errors wrap one of this package's Err values, or are ctx's.
func Load(ctx context.Context, dir string) (*Corpus, error) {
	return load(ctx, filepath.Join(dir, ReviewsFile), filepath.Join(dir, WordsFile))
}

func load(ctx context.Context, reviews, words string) (*Corpus, error) {
	c := &Corpus{Name: "imdb", Dir: filepath.Dir(reviews)}
	var wordsErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Words, wordsErr = loadWords(words)
	}()
	err := c.loadReviews(ctx, reviews)
	<-done
	if err := errors.Join(err, wordsErr); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", reviews, err)
	}
	c.SHA256 = StreamSHA256(c.Train, c.Test)
	words256 := c.Words.sha256()
	c.Official = c.SHA256 == OfficialSHA256 && words256 == officialWords
	if c.SHA256 != OfficialSHA256 {
		c.Note = fmt.Sprintf("these are not the official reviews (the SHA-256 of their ranks is %s)", c.SHA256)
	} else if !c.Official {
		c.Note = fmt.Sprintf("this is not the official word index (the SHA-256 of its words is %s)", words256)
	}
	shuffle(c.Train, c.Test)
	return c, nil
}

func (c *Corpus) loadReviews(ctx context.Context, path string) error {
	return withFile(path, func(f *os.File, size int64) (err error) {
		c.Train, c.Test, err = ReadNPZ(ctx, f, size)
		return err
	})
}

func loadWords(path string) (words *WordIndex, err error) {
	err = withFile(path, func(f *os.File, _ int64) (err error) {
		words, err = ReadWords(f)
		return err
	})
	return words, err
}

// withFile opens a regular file for read, and names it in the error.
func withFile(path string, read func(*os.File, int64) error) error {
	info, err := os.Stat(path) // before opening: a pipe would block
	if err != nil {
		return fileError(path, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", path, damaged("no regular file"))
	}
	f, err := os.Open(path)
	if err != nil {
		return fileError(path, err)
	}
	defer f.Close()
	if err := read(f, info.Size()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func fileError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, ErrMissing)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// check makes sure that reviews and word index belong together.
func (c *Corpus) check() error {
	for _, s := range []*Split{c.Train, c.Test} {
		if s.Len() == 0 {
			return damaged("no reviews")
		}
		for i := range s.Len() {
			for _, id := range s.Review(i) {
				if int(id)-IndexFrom > c.Words.Len() {
					return damaged("a review has the rank %d, but the word index ends at %d", id-IndexFrom, c.Words.Len())
				}
			}
		}
	}
	return nil
}
