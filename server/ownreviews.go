package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cuaderno/server/outfile"
	"cuaderno/server/runfiles"
	"cuaderno/training/checkpoint"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/reviews"
)

// ownReviews are the flags for whoever brings reviews.
type ownReviews struct {
	Reviews   string  `placeholder:"FILE" help:"Your own reviews in place of IMDB's: a .csv with the columns review and sentiment, .jsonl, a folder or archive with pos and neg as in aclImdb, or - for standard input."`
	TestShare float64 `default:"0.5" placeholder:"SHARE" help:"Share of them that is set aside to test, where the file does not say it; 0.5 by default."`
	fileReviews
}

// divideSeed decides which reviews are set aside: the same for every run, so that runs compare.
const divideSeed = 113

// options says where reviews come from, the reader's own being read here and now.
func (o ownReviews) options(ctx context.Context, in io.Reader, common shared, bar *bar) (imdb.Options, error) {
	base := common.corpus()
	if o.Reviews == "" {
		return base, nil
	}
	if !(o.TestShare > 0 && o.TestShare < 1) {
		return base, usageError{errors.New("--test-share must lie between 0 and 1")}
	}
	reading, told := o.reading(in, bar, "Read")
	rules := reviews.Rules{Options: reading, Test: o.TestShare, Seed: divideSeed}
	c, err := reviews.Load(ctx, o.Reviews, rules)
	bar.clear()
	told.end()
	if err != nil {
		return base, faulty(err)
	}
	if err := common.keepCorpus(c); err != nil {
		return base, fmt.Errorf("the reviews could not be kept: %w", err)
	}
	base.Own = func(context.Context) (*imdb.Corpus, error) { return c, nil }
	return base, nil
}

// corpusOf says where the reviews of a run come from: own ones from where they were kept.
func (s shared) corpusOf(m checkpoint.Meta) imdb.Options {
	o := s.corpus()
	if m.Corpus != reviews.Name {
		return o
	}
	o.Own = func(context.Context) (*imdb.Corpus, error) { return s.keptCorpus(m.CorpusSHA256) }
	return o
}

// keptCorpus reads own reviews back, with the rule by which they were cut into words: a run of before is
// judged by the rule that it was trained with.
func (s shared) keptCorpus(sha256 string) (*imdb.Corpus, error) {
	path, err := s.corpusPath(sha256)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("it learnt from somebody's own reviews, which are not kept here")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return imdb.Unpack(f)
}

// keepCorpus puts own reviews where later commands find them, each data set once.
func (s shared) keepCorpus(c *imdb.Corpus) error {
	path, err := s.corpusPath(c.SHA256)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return outfile.Replace(path, func(w io.Writer) error { return imdb.Pack(w, c) })
}

func (s shared) corpusPath(sha256 string) (string, error) {
	dir, err := runfiles.StateDir(s.State)
	if err == nil && !runfiles.ValidID.MatchString(sha256) {
		err = fmt.Errorf("%q is no data set's hash", sha256)
	}
	return filepath.Join(dir, "reviews", sha256+".gob"), err
}
