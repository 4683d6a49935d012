// Package tokenize turns a text into words. How it does so is a Rule with a name, which the word index that
// was counted by it keeps: what was learnt under one rule is read under no other.
//
// Each rule stands here twice: as Go, and as the Python function standardize for what is taken along.
package tokenize

import (
	"iter"
	"slices"
	"strings"
)

// Rule names a way of cutting a text into words, and says what becomes of a word that the index lacks.
type Rule string

// The rules. The empty one is IMDB.
const (
	// IMDB is how Keras' data set was made: A to Z in lower case and no other letters, cut at blanks and
	// Filters. A word that the index lacks is read once more with plain signs, see Plain; one that it
	// lacks even so is left out.
	IMDB Rule = "imdb"
	// Unicode is for somebody's own reviews in any language: words are letters, marks and digits of any
	// script, in lower case, with the apostrophes between them; each pictograph is a word of its own. A
	// word that the index lacks is unknown.
	Unicode Rule = "unicode"
	// ASCII was the rule of somebody's own reviews before Unicode was: words are cut as by IMDB. A word
	// that the index lacks is unknown.
	ASCII Rule = "ascii"
)

// Valid tells whether there is such a rule.
func (r Rule) Valid() bool { return slices.Contains([]Rule{"", IMDB, Unicode, ASCII}, r) }

// LeavesOut tells whether a word that the index lacks is left out, and not unknown.
func (r Rule) LeavesOut() bool { return r == "" || r == IMDB }

// Word is one word of a text.
type Word struct {
	Text       string // as the index would have it
	Start, End int    // where it stands, in bytes
}

// Words cuts a text.
func (r Rule) Words(text string) iter.Seq[Word] {
	if r == Unicode {
		return unicodeWords(text)
	}
	return asciiWords(text)
}

// Lower is a text after the rule's lower-casing, to be shown.
func (r Rule) Lower(text string) string {
	if r == Unicode {
		return fold(text)
	}
	return lowerASCII(text)
}

// Standardize is a text as only its words are left, to be shown: each character of Filters a blank, or, under
// Unicode, the words parted by single blanks.
func (r Rule) Standardize(text string) string {
	if r == Unicode {
		var words []string
		for w := range unicodeWords(text) {
			words = append(words, w.Text)
		}
		return strings.Join(words, " ")
	}
	out := []byte(lowerASCII(text))
	for i, c := range out {
		if isFiltered[c] {
			out[i] = ' '
		}
	}
	return string(out)
}
