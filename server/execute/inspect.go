package execute

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/training/imdb"
	"cuaderno/web"
)

// inspect shows a review as the network gets it.
func (x execution) inspect(ctx context.Context) (notebook.Finish, error) {
	c, err := x.corpus(ctx)
	if err != nil {
		return notebook.Finish{}, err
	}
	return done(inspected(c, x.review(c), x.Settings.NumWords))
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
