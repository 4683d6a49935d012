package imdb

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"

	"cuaderno/training/tokenize"
)

const maxIndex = 8 << 20 // of a word index; the official one has 1.6 MB

// ReadWords reads Keras' imdb_word_index.json: an object of words, each with its rank. The ranks
// must be exactly 1 to n. The errors wrap ErrDamaged, or are r's.
func ReadWords(r io.Reader) (*WordIndex, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxIndex+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxIndex {
		return nil, damaged("a word index of more than %d bytes", maxIndex)
	}
	var ranks map[string]int32
	if err := json.Unmarshal(raw, &ranks); err != nil {
		return nil, damaged("%w", err)
	}
	if len(ranks) == 0 {
		return nil, damaged("a word index without words")
	}
	words, taken := make([]string, len(ranks)), make([]bool, len(ranks))
	for word, rank := range ranks {
		switch {
		case rank < 1 || int(rank) > len(words):
			return nil, damaged("%q has rank %d, but there are %d words", word, rank, len(words))
		case taken[rank-1]:
			return nil, damaged("%q and %q share rank %d", words[rank-1], word, rank)
		}
		words[rank-1], taken[rank-1] = word, true
	}
	return &WordIndex{rule: tokenize.IMDB, words: words, ranks: ranks}, nil
}

// sha256 is the identity of an index whatever its file looks like: of the words by rank, a line each.
func (w *WordIndex) sha256() string {
	h := sha256.New()
	for _, word := range w.words {
		io.WriteString(h, word)
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}
