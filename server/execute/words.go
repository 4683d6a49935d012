package execute

import (
	"cuaderno/training/imdb"
	"cuaderno/web"
)

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
