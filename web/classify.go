package web

import "strings"

func signClass(liked bool) string {
	if liked {
		return "pos"
	}
	return "neg"
}

// line is what stands beside the verdict.
func (r ClassifyResult) line(l Lang) string {
	parts := []string{l.T("classify.p", l.F(r.Probability, 2)), l.Count("classify.words", len(r.Tokens))}
	if r.Epoch > 0 {
		parts = append(parts, l.T("evaluate.epoch", l.N(r.Epoch)))
	}
	return strings.Join(parts, " · ")
}

// tokens are START and the reader's words as the network has them.
func (r ClassifyResult) tokens() []Token {
	all := []Token{{ID: idStart, Full: idStart}}
	for _, t := range r.Tokens {
		word := t.Word
		if word == "" {
			word = t.Text
		}
		all = append(all, Token{Word: word, ID: t.ID, Full: t.ID})
	}
	return all
}
