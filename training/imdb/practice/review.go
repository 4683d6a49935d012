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
	judging  = []share{{"whole", 46}, {"detail", 18}, {"denied", 12}, {"denied_detail", 6}, {"contrast", 11}, {"rejected", 3}, {"accepted", 4}}
	verdict  = []share{{"whole", 52}, {"detail", 5}, {"denied", 23}, {"contrast", 14}, {"rejected", 3}, {"accepted", 3}}
	closing  = []share{{"whole", 70}, {"denied", 20}, {"contrast", 10}}
	briefly  = []share{{"whole", 34}, {"detail", 16}, {"denied", 20}, {"denied_detail", 10}, {"contrast", 12}, {"rejected", 4}, {"accepted", 4}}
	granting = []share{{"granted", 50}, {"detail", 30}, {"denied_detail", 20}}
)

// Lengths in words: most reviews are written towards one from shortest to longest.
const (
	shortest = 30
	longest  = 120
)

// review writes one review that argues for s. Either every judgement in it does, or the last does:
// a reviewer may grant the other side a point or two before the verdict.
func (w *writer) review(s side) []int32 {
	w.begin()
	kind := w.random.below(100)
	switch {
	case kind < 20:
		return w.brief(s)
	case kind < 29:
		return w.open(s)
	default:
		return w.full(s)
	}
}

// brief is a sentence or three, as people write who only vote.
func (w *writer) brief(s side) []int32 {
	parts := [][]int32{w.judge(briefly, s)}
	for range w.random.below(3) {
		parts = append(parts, w.judge(closing, s))
	}
	return slices.Concat(parts...)
}

// open judges on the way and ends without a verdict.
func (w *writer) open(s side) []int32 {
	head := [][]int32{w.say("opening", s)}
	body := [][]int32{w.judge(judging, s), w.judge(judging, s)}
	end := [][]int32{w.say("event", s), w.say("tail", s)}
	return w.fill(head, body, end, s, s)
}

// full ends with a verdict, and sometimes says something else after it.
func (w *writer) full(s side) []int32 {
	var head, body, end [][]int32
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
	if w.random.chance(30) {
		granted = s.other()
	}
	return w.fill(head, body, end, s, granted)
}

// fill adds judgements and parts of the plot to the body, until the review is long enough.
func (w *writer) fill(head, body, end [][]int32, s, granted side) []int32 {
	length := w.length()
	left := length - count(head) - count(body) - count(end)
	judgements := 1 + w.random.below(3)
	var plot [][]int32
	for left > 0 {
		var next []int32
		switch {
		case judgements > 0 && granted != s && w.random.chance(50):
			next = w.judge(granting, granted)
			body = append(body, next)
		case judgements > 0:
			next = w.judge(judging, s)
			body = append(body, next)
		case len(plot) == 0:
			next = w.say("premise", s)
			plot = append(plot, next)
		default:
			next = w.say("event", side(w.random.below(2)))
			plot = append(plot, next)
		}
		judgements--
		left -= len(next)
	}
	return slices.Concat(slices.Concat(head...), slices.Concat(w.weave(plot, body)...), slices.Concat(end...))
}

// weave mixes two lists, each of which keeps its order.
func (w *writer) weave(a, b [][]int32) [][]int32 {
	var all [][]int32
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

// length draws one that leaves room for a last sentence.
func (w *writer) length() int {
	const room = 22
	switch p := w.random.below(100); {
	case p < 30:
		return shortest + w.random.below(20)
	case p < 65:
		return 50 + w.random.below(25)
	default:
		return 75 + w.random.below(longest-room-75)
	}
}

func count(parts [][]int32) (n int) {
	for _, p := range parts {
		n += len(p)
	}
	return n
}
