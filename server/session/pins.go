package session

import (
	"log/slog"
	"time"
)

// judgeAgain is how long a session waits before it tries again what went wrong.
const judgeAgain = 5 * time.Second

// judge has the pinned sentences judged by the epochs that have not done so, one epoch at a time. It
// goes by the state alone, so that it does not matter who asks, when, or how often.
func (s *Session) judge() {
	asked, ok := s.state.Unjudged()
	if !ok || s.judging || time.Now().Before(s.judgeAfter) {
		return
	}
	s.judging = true
	s.wg.Go(func() {
		news, err := s.all.Executor.Judge(s.ctx, asked)
		s.hand(func() {
			s.judging = false
			if err != nil {
				slog.Debug("pinned sentences were not judged", "run", asked.Run.ID, "epoch", asked.Epoch, "error", err)
				s.judgeAfter = time.Now().Add(judgeAgain)
				return
			}
			if now, ok := s.state.Unjudged(); ok && now.Run.ID == news.Run && now.Epoch == news.Epoch {
				_ = s.apply(news) // and so the next; it is kept later if need be
				return
			}
			s.judge() // another server was quicker
		})
	})
}
