package tokenize

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

func unicodeWords(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		for end := 0; end < len(text); {
			start := end
			c, n := utf8.DecodeRuneInString(text[start:])
			end += n
			switch {
			case begins(c):
				for end < len(text) {
					n := goesOn(text[end:])
					if n == 0 {
						break
					}
					end += n
				}
			case c < utf8.RuneSelf, c == utf8.RuneError && n == 1, !unicode.Is(unicode.So, c):
				continue
			}
			word := fold(text[start:end])
			if !begins(c) { // a note with its stem comes apart: the stem is a mark
				_, n := utf8.DecodeRuneInString(word)
				word = word[:n]
			}
			if !yield(Word{word, start, end}) {
				return
			}
		}
	}
}

func begins(c rune) bool {
	if c < utf8.RuneSelf {
		return isASCIIWord[c]
	}
	return unicode.IsLetter(c) || unicode.IsNumber(c)
}

var isASCIIWord = func() (set [utf8.RuneSelf]bool) {
	for c := range set {
		set[c] = unicode.IsLetter(rune(c)) || unicode.IsNumber(rune(c))
	}
	return set
}()

// goesOn is the length of the first character if it belongs to the word before it.
func goesOn(text string) int {
	if c := text[0]; c < utf8.RuneSelf && isASCIIWord[c] {
		return 1
	}
	c, n := utf8.DecodeRuneInString(text)
	if isApostrophe(c) {
		if next, _ := utf8.DecodeRuneInString(text[n:]); !begins(next) {
			return 0
		}
		return n
	}
	if begins(c) || unicode.IsMark(c) {
		return n
	}
	return 0
}

func isApostrophe(c rune) bool { return c == '\'' || c == '’' }

// fold makes the spellings of a word one: composed letters, straight apostrophes, lower case of all
// scripts. These are Python's str.lower and unicodedata.normalize("NFC", ...), to the letter.
func fold(word string) string {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			word = strings.ReplaceAll(norm.NFC.String(word), "’", "'")
			if strings.ContainsAny(word, "Σİ") { // what becomes of these is more than a letter's matter
				return cases.Lower(language.Und, cases.HandleFinalSigma(true)).String(word)
			}
			return strings.ToLower(word)
		}
	}
	return lowerASCII(word)
}
