package imdb

// Encoding is a text on its way to becoming a review, every stage kept for showing.
// Lowered and Filtered are as long as the text, byte for byte, so Token's offsets fit all three.
type Encoding struct {
	Lowered  string  // after lower-casing the letters A to Z
	Filtered string  // after turning punctuation into blanks
	Tokens   []Token // the words in order, without Start
	IDs      []int32 // Start and the tokens' ids: what load_data would have given
	Known    int     // tokens whose ID is not OOV
}

// Token is one word of a text.
type Token struct {
	Text       string // as typed
	Word       string // as the index knows it
	Rank       int    // 0 when the index has no such word
	ID         int32  // OOV when unknown or outside the vocabulary
	Start, End int    // byte offsets in the text
}

// Encode takes a text through the steps by which the word index was counted: lower-case A to Z only,
// turn the filter's characters into blanks (the apostrophe stays), split on blanks, look up the rank
// and add IndexFrom. Ids >= numWords become OOV; numWords <= 0 keeps every word.
func (w *WordIndex) Encode(text string, numWords int) Encoding {
	lowered, filtered := []byte(text), []byte(text)
	for i, c := range lowered {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
			lowered[i] = c
		}
		if isFiltered[c] {
			c = ' '
		}
		filtered[i] = c
	}
	e := Encoding{Lowered: string(lowered), Filtered: string(filtered), IDs: []int32{Start}}
	for end := 0; ; {
		start := end
		for start < len(text) && filtered[start] == ' ' {
			start++
		}
		if start == len(text) {
			return e
		}
		for end = start; end < len(text) && filtered[end] != ' '; end++ {
		}
		t := Token{Text: text[start:end], Word: e.Filtered[start:end], ID: OOV, Start: start, End: end}
		t.Rank, _ = w.Rank(t.Word)
		if id := t.Rank + IndexFrom; t.Rank > 0 && (numWords <= 0 || id < numWords) {
			t.ID = int32(id)
			e.Known++
		}
		e.Tokens = append(e.Tokens, t)
		e.IDs = append(e.IDs, t.ID)
	}
}

// Filters are the characters that Encode turns into blanks: the default filter of Keras'
// text_to_word_sequence. The carriage return is ours: a form sends a new line as two characters,
// where Python, reading a text, makes them one.
const Filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r"

var isFiltered = func() (set [256]bool) {
	for _, c := range []byte(Filters) {
		set[c] = true
	}
	return set
}()
