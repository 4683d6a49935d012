package reviews

import (
	"iter"
	"strings"

	"cuaderno/training/imdb"
)

// isMark tells the characters that count as blanks.
var isMark = func() (set [256]bool) {
	for _, c := range []byte(imdb.Filters + " ") {
		set[c] = true
	}
	return set
}()

// Words gives a text's words as imdb.WordIndex.Encode sees them: lower case from A to Z alone, cut at
// blanks and marks.
func Words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for end := 0; ; {
			start := end
			for start < len(text) && isMark[text[start]] {
				start++
			}
			if start == len(text) {
				return
			}
			upper := false
			for end = start; end < len(text) && !isMark[text[end]]; end++ {
				upper = upper || 'A' <= text[end] && text[end] <= 'Z'
			}
			word := text[start:end]
			if upper {
				word = strings.Map(func(r rune) rune {
					if 'A' <= r && r <= 'Z' {
						r += 'a' - 'A'
					}
					return r
				}, word)
			}
			if !yield(word) {
				return
			}
		}
	}
}

// IDs appends what imdb.WordIndex.Encode gives as IDs, without the stages between: for many texts.
func IDs(dst []int32, words *imdb.WordIndex, text string, numWords int) []int32 {
	dst = append(dst, imdb.Start)
	for word := range Words(text) {
		id := int32(imdb.OOV)
		if rank, ok := words.Rank(word); ok && (numWords <= 0 || rank+imdb.IndexFrom < numWords) {
			id = int32(rank + imdb.IndexFrom)
		}
		dst = append(dst, id)
	}
	return dst
}
