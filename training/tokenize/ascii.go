package tokenize

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// Filters are the characters that count as blanks under IMDB and ASCII: the default filter of Keras'
// text_to_word_sequence. The carriage return is ours: a form sends a new line as two characters,
// where Python, reading a text, makes them one.
const Filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r"

var isFiltered = func() (set [256]bool) {
	for _, c := range []byte(Filters) {
		set[c] = true
	}
	return set
}()

func asciiWords(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		for end := 0; ; {
			start := end
			for start < len(text) && (text[start] == ' ' || isFiltered[text[start]]) {
				start++
			}
			if start == len(text) {
				return
			}
			for end = start; end < len(text) && text[end] != ' ' && !isFiltered[text[end]]; end++ {
			}
			if !yield(Word{lowerASCII(text[start:end]), start, end}) {
				return
			}
		}
	}
}

// lowerASCII does not allocate where there is nothing to do. The length stays.
func lowerASCII(text string) string {
	for i := range len(text) {
		if c := text[i]; 'A' <= c && c <= 'Z' {
			lowered := []byte(text)
			for k := i; k < len(lowered); k++ {
				if c := lowered[k]; 'A' <= c && c <= 'Z' {
					lowered[k] = c + 'a' - 'A'
				}
			}
			return string(lowered)
		}
	}
	return text
}

// Plain are the signs that telephones and word processors set by themselves, each with the plain one,
// where a blank stands for what Filters has.
var Plain = map[rune]rune{
	'‘': '\'', '’': '\'', '“': ' ', '”': ' ', '‐': ' ', '‑': ' ', '–': ' ', '—': ' ', '…': ' ', '\u00a0': ' ',
}

// Reread reads a word that the index lacks with plain signs; it may fall into several or be nothing but
// signs. It reports false if there is nothing to read otherwise.
func Reread(w Word) (words []Word, ok bool) {
	if strings.IndexFunc(w.Text, func(c rune) bool { return Plain[c] != 0 }) < 0 {
		return nil, false
	}
	var b strings.Builder
	start := 0
	end := func(at int) {
		if b.Len() > 0 {
			words = append(words, Word{b.String(), w.Start + start, w.Start + at})
			b.Reset()
		}
	}
	for i := 0; i < len(w.Text); {
		c, n := utf8.DecodeRuneInString(w.Text[i:])
		plain, found := Plain[c]
		switch {
		case plain == ' ':
			end(i)
			start = i + n
		case found:
			b.WriteRune(plain)
		default:
			b.WriteString(w.Text[i : i+n])
		}
		i += n
	}
	end(len(w.Text))
	return words, true
}
