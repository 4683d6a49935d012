package web

import "strings"

// offsets is how many ways of decoding the lens offers: with 0 to 3 taken off every number, of which
// the last is right.
const offsets = 4

// under gives the token as the network sees it with a vocabulary of numWords.
func (t Token) under(numWords int) Token {
	t.ID = t.Full
	if t.Full >= numWords {
		t.ID = idOOV
	}
	return t
}

// under gives a whole review as the network sees it with a vocabulary of numWords.
func under(tokens []Token, numWords int) []Token {
	out := make([]Token, len(tokens))
	for i, t := range tokens {
		out[i] = t.under(numWords)
	}
	return out
}

// least is the smallest num_words that keeps the token; 0 when every one does.
func (t Token) least() int {
	if t.Word == "" {
		return 0
	}
	return t.Full + 1
}

// rank is the token's place among the commonest words, in words.
func (t Token) rank(l Lang) string {
	if t.Rank < 1 {
		return "–"
	}
	return l.N(t.Rank)
}

// readings are the words that a token decodes to with each offset, parted by blanks.
func (t Token) readings(l Lang) string {
	return strings.Join(append(t.Wrong[:len(t.Wrong):len(t.Wrong)], t.text(l)), " ")
}

func joined(words []string) string { return strings.Join(words, " ") }

// shown is the token that the lens lies on at first: the first that is a word.
func (r InspectResult) shown() Token {
	for _, t := range r.Tokens {
		if t.Word != "" {
			return t
		}
	}
	return Token{}
}

// reads is what the network reads in a token's place.
func (t Token) reads(numWords int) string { return itoa(t.under(numWords).ID) }
