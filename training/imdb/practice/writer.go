package practice

import "strings"

// A writer draws phrases, one review after the other.
type writer struct {
	grammar *grammar
	random  *random
	words   []int32 // of the present review, in order of drawing
	number  int     // of the present review, from 1
	written map[string]bool
}

func newWriter(seed uint64) *writer {
	return &writer{grammar: compile(), random: newRandom(seed), written: map[string]bool{}}
}

// begin forgets what the last review said.
func (w *writer) begin() {
	w.words = w.words[:0]
	w.number++
}

// say gives a phrase of the named rule as the given side would say it.
func (w *writer) say(name string, s side) []int32 {
	from := len(w.words)
	w.draw(w.grammar.rules[name], s)
	said := w.words[from:len(w.words):len(w.words)]
	for i := range said[1:] {
		if said[i] == w.grammar.a && strings.ContainsRune("aeiou", rune(w.grammar.words[said[i+1]][0])) {
			said[i] = w.grammar.an
		}
	}
	return said
}

func (w *writer) draw(r *rule, s side) {
	if r.kept && r.saidIn == w.number {
		w.words = append(w.words, r.said...)
		return
	}
	from := len(w.words)
	for _, p := range w.choose(r, s) {
		switch {
		case p.rule == nil:
			w.words = append(w.words, p.word)
		case p.flip:
			w.draw(p.rule, s.other())
		default:
			w.draw(p.rule, s)
		}
	}
	if r.kept {
		r.said, r.saidIn = append(r.said[:0], w.words[from:]...), w.number
	}
}

// choose prefers what this review has not said yet.
func (w *writer) choose(r *rule, s side) []piece {
	at := 0
	for range 6 {
		if at = w.random.early(len(r.entries[s]), r.draws); r.usedIn[s][at] != w.number {
			break
		}
	}
	r.usedIn[s][at] = w.number
	return r.entries[s][at]
}
