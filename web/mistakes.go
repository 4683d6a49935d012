package web

import "strings"

// maxExcerpt is how many words of a mistake are shown at once.
const maxExcerpt = 80

// excerptFrom and excerptTo bound what is shown of a review: what the network read, the start mark
// left out, and of a long window the end.
func (m Mistake) excerptFrom() int { return max(m.From, m.To-maxExcerpt, min(1, m.To)) }
func (m Mistake) excerptTo() int   { return m.To }

// cut tells whether words before or after the excerpt are not shown.
func (m Mistake) cut() (before, after bool) {
	return m.excerptFrom() > min(1, m.To), m.excerptTo() < len(m.Tokens)
}

// stretches parts the review at its window.
func (m Mistake) stretches() []stretch {
	start := min(1, len(m.Tokens)) // past the start mark
	from, to := max(m.From, start), max(m.To, start)
	var all []stretch
	for _, s := range []stretch{{false, start, m.Tokens[start:from]}, {true, from, m.Tokens[from:to]}, {false, to, m.Tokens[to:]}} {
		if len(s.Tokens) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// textRun is words that are all known or all unknown.
type textRun struct {
	Text string
	OOV  bool
}

func runsOf(l Lang, tokens []Token) (all []textRun) {
	for i := 0; i < len(tokens); {
		oov, from := tokens[i].ID == idOOV, i
		var words []string
		for i < len(tokens) && (tokens[i].ID == idOOV) == oov && (!oov || i == from) {
			words = append(words, tokens[i].text(l))
			i++
		}
		all = append(all, textRun{strings.Join(words, " "), oov})
	}
	return all
}
