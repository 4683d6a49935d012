package site

import (
	"testing"

	"cuaderno/server/servertest"
)

// While a training is at work nothing is measured, and the questions of readers who have left must not
// pile up: each would keep a whole notebook in memory.
func TestQuestionsOfReadersWhoLeft(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Notebooks = 3 })
	defer s.estimator.Hold()()
	for range 20 {
		s.reader().Get("/")
	}
	servertest.Eventually(t, "their questions to be dropped", func() bool {
		return s.estimator.Waiting() <= 3
	})
}
