package execute

import (
	"context"
	"errors"

	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/training/sequence"
)

// Judge waits until an epoch's weights are kept and reads the sentences with them.
func (e *Executor) Judge(ctx context.Context, asked notebook.Unjudged) (notebook.Judged, error) {
	news := notebook.Judged{Run: asked.Run.ID, Epoch: asked.Epoch, Of: map[uint64]notebook.Verdict{}}
	err := e.Runs.Await(ctx, asked.Run.ID, asked.Epoch)
	if errors.Is(err, runs.ErrReleased) || errors.Is(err, runs.ErrUnknown) {
		return gone(news, asked), nil
	}
	if err != nil {
		return news, err
	}
	c, err := e.Library.Find(ctx, asked.Run.Corpus)
	if err != nil {
		return news, err
	}
	p, err := e.Models.Get(ctx, asked.Run.ID, asked.Epoch)
	if errors.Is(err, runs.ErrReleased) {
		return gone(news, asked), nil
	}
	if err != nil {
		return news, err
	}
	s := asked.Run.Settings
	var rows [][]int32
	for _, pin := range asked.Pins {
		own := c.Words.Encode(pin.Text, s.NumWords)
		row := make([]int32, s.Maxlen)
		sequence.Pad(row, own.IDs, sequence.Side(s.Padding), sequence.Side(s.Truncating))
		rows = append(rows, row)
		news.Of[pin.ID] = notebook.Verdict{Known: own.Known, Words: len(own.Tokens), Absent: len(own.LeftOut())}
	}
	judged, err := p.Predict(ctx, rows)
	if err != nil {
		return news, err
	}
	for i, pin := range asked.Pins {
		v := news.Of[pin.ID]
		v.P = float64(judged[i])
		news.Of[pin.ID] = v
	}
	return news, nil
}

func gone(news notebook.Judged, asked notebook.Unjudged) notebook.Judged {
	for _, pin := range asked.Pins {
		news.Of[pin.ID] = notebook.Verdict{P: notebook.Gone}
	}
	return news
}
