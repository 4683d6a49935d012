package main

import (
	"context"
	"slices"

	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
	"cuaderno/training/imdb/reviews"
	"cuaderno/web"
)

// loaded tells what load_data gave.
func loaded(ctx context.Context, c *imdb.Corpus, numWords int) (web.LoadResult, error) {
	r := web.LoadResult{
		Practice: c.Name == practice.Name, Source: c.Source, Own: c.Name == reviews.Name, Dir: c.Dir, Note: c.Note, SHA256: c.SHA256,
		Genuine: c.Official, Train: c.Train.Len(), Test: c.Test.Len(),
		TrainPositive: positive(c.Train), TestPositive: positive(c.Test), Words: c.Words.Len(), Rule: c.Words.Rule(),
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
		rank := int(id) - imdb.IndexFrom
		if word, ok := c.Words.Word(rank); ok && id > imdb.OOV {
			out[i].Word, out[i].Rank = word, rank
		}
	}
	return out
}

func inspected(c *imdb.Corpus, index, numWords int) web.InspectResult {
	ids := c.Train.Review(index)
	r := web.InspectResult{
		Index: index, Label: c.Train.Label(index), Tokens: tokens(c, ids, numWords), Lengths: lengths(c.Train),
	}
	for offset := range r.OOV {
		r.OOV[offset] = c.Words.Decode([]int32{imdb.OOV}, offset)[0]
		for i, word := range c.Words.Decode(ids, offset) {
			r.Tokens[i].Wrong[offset] = word
		}
	}
	return r
}

func padded(c *imdb.Corpus, index int, s training.Settings) web.PadResult {
	return web.PadResult{
		Index: index, Tokens: tokens(c, c.Train.Review(index), s.NumWords),
		Train: c.Train.Len(), Test: c.Test.Len(), Lengths: lengths(c.Train),
	}
}

// lengths counts the reviews of each length.
func lengths(s *imdb.Split) []int {
	var counts []int
	for i := range s.Len() {
		n := len(s.Review(i))
		if n >= len(counts) {
			counts = append(counts, make([]int, n+1-len(counts))...)
		}
		counts[n]++
	}
	return counts
}
