package practice

import "slices"

// A share of the draws, in percent.
type share struct {
	name    string
	percent int
}

// How reviewers judge, and how they grant a point to the other side. The shares decide how far
// counting words gets: the more is said plainly, the further.
var (
	judging  = []share{{"whole", 40}, {"detail", 18}, {"denied", 7}, {"denied_detail", 3}, {"contrast", 26}, {"rejected", 3}, {"accepted", 3}}
	verdict  = []share{{"whole", 46}, {"detail", 5}, {"denied", 13}, {"contrast", 30}, {"rejected", 3}, {"accepted", 3}}
	closing  = []share{{"whole", 63}, {"denied", 12}, {"contrast", 25}}
	briefly  = []share{{"whole", 28}, {"detail", 10}, {"denied", 26}, {"denied_detail", 6}, {"contrast", 21}, {"rejected", 6}, {"accepted", 3}}
	granting = []share{{"granted", 50}, {"detail", 30}, {"denied_detail", 20}}
)

// Lengths in words: all but the briefest reviews are written towards one between these.
const (
	shortest = 30
	longest  = 120
	room     = 22 // for the sentence that reaches the length
)

// passages are sentences, one after another.
type passages [][]int32

func (p passages) words() (n int) {
	for _, sentence := range p {
		n += len(sentence)
	}
	return n
}

// review writes one review that argues for s. Either all that it judges does, or at least what it
// judges last: a reviewer may grant the other side a point or two before the verdict.
func (w *writer) review(s side) []int32 {
	w.begin()
	switch kind := w.random.below(100); {
	case kind < 24:
		return w.brief(s)
	case kind < 32:
		return w.musing(s)
	default:
		return w.full(s)
	}
}

// brief is a sentence or three, from people who only want to vote.
func (w *writer) brief(s side) []int32 {
	all := passages{w.judge(briefly, s)}
	for range w.random.below(3) {
		all = append(all, w.judge(closing, s))
	}
	return slices.Concat(all...)
}

// musing judges on the way and ends without a verdict.
func (w *writer) musing(s side) []int32 {
	head := passages{w.say("opening", s)}
	body := passages{w.judge(judging, s), w.judge(judging, s)}
	end := passages{w.say("event", s), w.say("tail", s)}
	return w.fill(head, body, end, s, s)
}

// full ends with a verdict, and sometimes has something else to tell after it.
func (w *writer) full(s side) []int32 {
	var head, end passages
	if w.random.chance(30) {
		head = append(head, w.judge(judging, s))
	}
	head = append(head, w.say("opening", s))
	end = append(end, w.say("overall", s), w.judge(verdict, s))
	if w.random.chance(70) {
		end = append(end, w.judge(closing, s))
	}
	if w.random.chance(20) {
		end = append(end, w.say("tail", s))
	}
	granted := s
	if w.random.chance(60) {
		granted = s.other()
	}
	return w.fill(head, nil, end, s, granted)
}

// fill puts judgements for s, points granted and parts of the plot between head and end, until the
// review is long enough.
func (w *writer) fill(head, body, end passages, s, granted side) []int32 {
	left := w.length() - head.words() - body.words() - end.words()
	judgements := 1 + w.random.below(3)
	var plot passages
	for left > 0 {
		var next []int32
		switch {
		case judgements > 0 && granted != s && w.random.chance(50):
			next = w.judge(granting, granted)
			body = append(body, next)
		case judgements > 0:
			next = w.judge(judging, s)
			body = append(body, next)
		case plot == nil:
			next = w.say("premise", s)
			plot = append(plot, next)
		default:
			next = w.say("event", side(w.random.below(2)))
			plot = append(plot, next)
		}
		judgements--
		left -= len(next)
	}
	return slices.Concat(slices.Concat(head, w.weave(plot, body), end)...)
}

// weave mixes two lists, each of which keeps its order.
func (w *writer) weave(a, b passages) (all passages) {
	for len(a)+len(b) > 0 {
		if w.random.below(len(a)+len(b)) < len(a) {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return all
}

func (w *writer) judge(kinds []share, s side) []int32 {
	p := w.random.below(100)
	for _, k := range kinds {
		if p -= k.percent; p < 0 {
			return w.say(k.name, s)
		}
	}
	panic("practice: shares below 100 percent")
}

func (w *writer) length() int {
	switch p := w.random.below(100); {
	case p < 30:
		return shortest + w.random.below(20)
	case p < 65:
		return 50 + w.random.below(25)
	default:
		return 75 + w.random.below(longest-room-75)
	}
}
