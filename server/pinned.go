package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"cuaderno/server/notebook"
	"cuaderno/server/runs"
	"cuaderno/training/sequence"
)

// judgeAgain is how long a desk waits before it tries again what went wrong.
const judgeAgain = 5 * time.Second

// judge has the pinned sentences judged by the epochs that have not done so, one epoch at a time. It
// goes by the state alone, so that it does not matter who asks, when, or how often.
func (d *desk) judge() {
	asked, ok := d.state.Unjudged()
	if !ok || d.judging || time.Now().Before(d.judgeAfter) {
		return
	}
	d.judging = true
	d.wg.Go(func() {
		news, err := d.house.judge(d.ctx, asked)
		d.hand(func() {
			d.judging = false
			if err != nil {
				slog.Debug("pinned sentences were not judged", "run", asked.Run.ID, "epoch", asked.Epoch, "error", err)
				d.judgeAfter = time.Now().Add(judgeAgain)
				return
			}
			if now, ok := d.state.Unjudged(); ok && now.Run.ID == news.Run && now.Epoch == news.Epoch {
				_ = d.apply(news) // and so the next; it is kept later if need be
				return
			}
			d.judge() // another server was quicker
		})
	})
}

// judge waits until an epoch's weights are kept and reads the sentences with them.
func (h *house) judge(ctx context.Context, asked notebook.Unjudged) (notebook.Judged, error) {
	news := notebook.Judged{Run: asked.Run.ID, Epoch: asked.Epoch, Of: map[uint64]notebook.Verdict{}}
	err := h.runs.Await(ctx, asked.Run.ID, asked.Epoch)
	if errors.Is(err, runs.ErrReleased) || errors.Is(err, runs.ErrUnknown) {
		return gone(news, asked), nil
	}
	if err != nil {
		return news, err
	}
	c, err := h.library.Find(ctx, asked.Run.Corpus)
	if err != nil {
		return news, err
	}
	p, err := h.models.Get(ctx, asked.Run.ID, asked.Epoch)
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
