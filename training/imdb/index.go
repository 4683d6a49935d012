package imdb

import (
	"fmt"

	"cuaderno/training/tokenize"
)

// What stands for the ids without a word.
const (
	PaddingMark = "[PAD]"
	StartMark   = "[START]"
	OOVMark     = "[OOV]"
	NoWordMark  = "?" // an id that stands for nothing at all
)

// WordIndex knows every word by its frequency rank and back, and by which rule texts become its words.
// Read only, safe for concurrent use.
type WordIndex struct {
	rule  tokenize.Rule
	words []string         // by rank - 1
	ranks map[string]int32 // 1..
}

// NewWordIndex takes the words in order of rank, the commonest (rank 1) first, counted as Keras' were. It
// keeps the slice and panics when a word comes twice.
func NewWordIndex(words []string) *WordIndex { return NewWordIndexBy(tokenize.IMDB, words) }

// NewWordIndexBy takes words that were counted by another rule.
func NewWordIndexBy(rule tokenize.Rule, words []string) *WordIndex {
	if rule == "" {
		rule = tokenize.IMDB
	}
	ranks := make(map[string]int32, len(words))
	for i, w := range words {
		if first, twice := ranks[w]; twice {
			panic(fmt.Sprintf("imdb: the word %q has the ranks %d and %d", w, first, i+1))
		}
		ranks[w] = int32(i + 1)
	}
	return &WordIndex{rule: rule, words: words, ranks: ranks}
}

// bytes counts each word's text once, its two headers and its place in the map.
func (w *WordIndex) bytes() (n int64) {
	for _, word := range w.words {
		n += int64(len(word)) + 64
	}
	return n
}

// Rule is how a text becomes its words.
func (w *WordIndex) Rule() tokenize.Rule { return w.rule }

// Len is the number of words.
func (w *WordIndex) Len() int { return len(w.words) }

// Word gives the word of a rank from 1 to Len.
func (w *WordIndex) Word(rank int) (string, bool) {
	if rank < 1 || rank > len(w.words) {
		return "", false
	}
	return w.words[rank-1], true
}

// Rank finds a word, normalised as Encode does it.
func (w *WordIndex) Rank(word string) (int, bool) {
	r, ok := w.ranks[word]
	return int(r), ok
}

// Decode turns ids into words, the word of id being that of rank id - indexFrom. With the right
// offset, IndexFrom, the ids 0, 1 and 2 are [PAD], [START] and [OOV]; with a wrong one every word
// is another's, which is the commonest mistake made with this data set. An id without a word is "?".
func (w *WordIndex) Decode(ids []int32, indexFrom int) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = w.decode(int(id), indexFrom)
	}
	return out
}

func (w *WordIndex) decode(id, indexFrom int) string {
	if indexFrom == IndexFrom {
		switch id {
		case Padding:
			return PaddingMark
		case Start:
			return StartMark
		case OOV:
			return OOVMark
		}
	}
	if word, ok := w.Word(id - indexFrom); ok {
		return word
	}
	return NoWordMark
}
