package web

import "cuaderno/training/sequence"

// window tells which of n numbers survive with the settings that the form holds now.
func (c CellView) window(n int) (from, to int) {
	return sequence.Window(n, c.Settings.Maxlen, sequence.Side(c.Settings.Truncating))
}

// leastPre and leastPost are the smallest maxlen with which the i-th of n numbers survives when the
// beginning is cut off, and when the end is.
func leastPre(i, n int) int { return n - i }
func leastPost(i int) int   { return i + 1 }

// stretch is a run of neighbouring tokens that share a fate.
type stretch struct {
	Kept   bool
	First  int // its first token's place in the review
	Tokens []Token
}

// stretches parts a review at its window.
func stretches(tokens []Token, from, to int) []stretch {
	var all []stretch
	add := func(kept bool, from, to int) {
		if from < to {
			all = append(all, stretch{kept, from, tokens[from:to]})
		}
	}
	add(false, 0, from)
	add(true, from, to)
	add(false, to, len(tokens))
	return all
}

// row is what the network reads: the window with its zeros.
func row(tokens []Token, maxlen int, padding string, from, to int) []Token {
	zeros := make([]Token, max(0, maxlen-(to-from)))
	window := tokens[from:to]
	if padding == "pre" {
		return append(zeros, window...)
	}
	return append(append([]Token{}, window...), zeros...)
}

// cutOff says what of a review is not read. The start mark is no word.
func cutOff(l Lang, tokens []Token, from, to int) string {
	if from > 0 && tokens[0].ID == idStart {
		return l.Count("pad.cut.start", len(tokens)-(to-from)-1)
	}
	return l.Count("pad.cut", len(tokens)-(to-from))
}
