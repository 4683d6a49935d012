package main

import (
	"log/slog"
	"time"
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
		news, err := d.house.executor.Judge(d.ctx, asked)
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
