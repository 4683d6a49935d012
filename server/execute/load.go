package execute

import (
	"context"
	"slices"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/imdb/reviews"
	"cuaderno/web"
)

// load opens the data set.
func (x execution) load(ctx context.Context) (notebook.Finish, error) {
	began := time.Now()
	x.stage("read")(0, 0)
	c, err := x.deps.Library.Load(ctx, imdb.Progress(x.stage("download")))
	if err != nil {
		return notebook.Finish{}, err
	}
	r, err := loaded(ctx, c, x.Settings.NumWords)
	if err != nil {
		return notebook.Finish{}, err
	}
	r.Seconds, r.Offline = time.Since(began).Seconds(), x.deps.Library.Offline()
	return notebook.Finish{Result: r, Output: c.SHA256, Reviews: c.Train.Len()}, nil
}

// loaded tells what load_data gave.
func loaded(ctx context.Context, c *imdb.Corpus, numWords int) (web.LoadResult, error) {
	r := web.LoadResult{
		Practice: c.Name == practice.Name, Source: c.Source, Own: c.Name == reviews.Name, Dir: c.Dir, Note: c.Note, SHA256: c.SHA256,
		Genuine: c.Official, Train: c.Train.Len(), Test: c.Test.Len(),
		TrainPositive: Positive(c.Train), TestPositive: Positive(c.Test), Words: c.Words.Len(), Rule: c.Words.Rule(),
	}
	lengths := make([]int, r.Train)
	running, unknown := 0, 0
	for i := range r.Train {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		ids := c.Train.Review(i)
		for _, id := range ids {
			if id != imdb.Start {
				lengths[i]++
			}
			if id >= imdb.IndexFrom {
				running++
				if int(id) >= numWords {
					unknown++
				}
			}
		}
	}
	slices.Sort(lengths)
	sum := 0
	for _, n := range lengths {
		sum += n
	}
	n := len(lengths)
	r.Median, r.Longest = lengths[n/2], lengths[n-1]
	r.Mean = (sum + n/2) / n
	r.Unknown = share(unknown, running)
	return r, nil
}

func Positive(s *imdb.Split) (n int) {
	for i := range s.Len() {
		n += s.Label(i)
	}
	return n
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
