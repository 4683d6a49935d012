package web

import "strings"

func signClass(liked bool) string {
	if liked {
		return "pos"
	}
	return "neg"
}

// classifyP writes P(liked) = 0.91, or P(liked) < 0.01.
func classifyP(l Lang, p float64) string {
	text := l.P(p)
	if strings.HasPrefix(text, "<") || strings.HasPrefix(text, ">") {
		return l.T("classify.p.beyond", text)
	}
	return l.T("classify.p", text)
}

// line is what stands beside the verdict.
func (r ClassifyResult) line(l Lang) string {
	parts := []string{classifyP(l, r.Probability), l.Count("classify.words", len(r.Tokens))}
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
