package main

import (
	"context"
	"slices"

	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/sequence"
	"cuaderno/web"
)

// loaded tells what load_data gave.
func loaded(ctx context.Context, c *imdb.Corpus, numWords int) (web.LoadResult, error) {
	r := web.LoadResult{
		Practice: c.Source == sourcePractice, Source: c.Source, Dir: c.Dir, Note: c.Note, SHA256: c.SHA256,
		Genuine: c.Official, Train: c.Train.Len(), Test: c.Test.Len(),
		TrainPositive: positive(c.Train), TestPositive: positive(c.Test), Words: c.Words.Len(),
	}
	lengths := make([]int, r.Train)
	running, unknown := 0, 0
	for i := range r.Train {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		ids := c.Train.Review(i)
		lengths[i] = len(ids)
		for _, id := range ids {
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

func positive(s *imdb.Split) (n int) {
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

// tokens puts the words back beside the numbers of a review.
func tokens(c *imdb.Corpus, ids []int32, numWords int) []web.Token {
	cut := imdb.Cut(nil, ids, numWords)
	out := make([]web.Token, len(ids))
	for i, id := range ids {
		out[i] = web.Token{ID: int(cut[i]), Full: int(id)}
		if word, ok := c.Words.Word(int(id) - imdb.IndexFrom); ok && id > imdb.OOV {
			out[i].Word = word
		}
	}
	return out
}

func inspected(c *imdb.Corpus, index, numWords int) web.InspectResult {
	return web.InspectResult{
		Index: index, Label: c.Train.Label(index), Tokens: tokens(c, c.Train.Review(index), numWords),
	}
}

func padded(c *imdb.Corpus, index int, s training.Settings) web.PadResult {
	ids := c.Train.Review(index)
	r := web.PadResult{Index: index, Tokens: tokens(c, ids, s.NumWords), Train: c.Train.Len(), Test: c.Test.Len()}
	r.From, r.To = sequence.Window(len(ids), s.Maxlen, sequence.Side(s.Truncating))
	long, lost, running := 0, 0, 0
	for i := range r.Train {
		n := len(c.Train.Review(i))
		running += n
		if n > s.Maxlen {
			long++
			lost += n - s.Maxlen
		}
	}
	r.Cut, r.Lost = share(long, r.Train), share(lost, running)
	return r
}
