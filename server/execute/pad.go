package execute

import (
	"context"

	"cuaderno/server/notebook"
	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/web"
)

// pad shows the window of a review that is kept.
func (x execution) pad(ctx context.Context) (notebook.Finish, error) {
	c, err := x.corpus(ctx)
	if err != nil {
		return notebook.Finish{}, err
	}
	return done(padded(c, x.review(c), x.Settings))
}

func padded(c *imdb.Corpus, index int, s training.Settings) web.PadResult {
	return web.PadResult{
		Index: index, Tokens: tokens(c, c.Train.Review(index), s.NumWords),
		Train: c.Train.Len(), Test: c.Test.Len(), Lengths: lengths(c.Train),
	}
}
