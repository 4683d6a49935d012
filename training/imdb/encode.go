package imdb

import "cuaderno/training/tokenize"

// Encoding is a text on its way to becoming a review, every stage kept for showing.
type Encoding struct {
	Lowered  string   // after lower-casing
	Filtered string   // after turning punctuation into blanks
	Tokens   []Token  // the words in order, without Start
	Reread   []Reread // words that the index lacks as typed
	IDs      []int32  // Start and the ids of the tokens that are not left out: what load_data would have given
	Known    int      // tokens whose ID is a word's own
}

// Token is one word of a text.
type Token struct {
	Text       string // as typed
	Word       string // as the index knows it
	Rank       int    // 0 when the index has no such word
	ID         int32  // OOV when outside the vocabulary; 0 when left out
	LeftOut    bool   // the index has no such word, and its rule leaves those out
	Start, End int    // byte offsets in the text
}

// Reread is a word that was read with plain signs, for the index lacks it as typed.
type Reread struct {
	Typed string
	As    []string // none where it was nothing but signs
}

// LeftOut are the words that leave no trace in IDs, in order.
func (e Encoding) LeftOut() (words []string) {
	for _, t := range e.Tokens {
		if t.LeftOut {
			words = append(words, t.Word)
		}
	}
	return words
}

// Encode takes a text through the steps by which the reviews became numbers: cut it into words by the
// index's rule, look up the rank and add IndexFrom. Ids >= numWords become OOV; numWords <= 0 keeps every
// word. What becomes of a word that the index lacks is up to its rule.
func (w *WordIndex) Encode(review string, numWords int) Encoding {
	e := Encoding{Lowered: w.rule.Lower(review), Filtered: w.rule.Standardize(review), IDs: []int32{Start}}
	for typed := range w.rule.Words(review) {
		words, reread := w.read(typed)
		if reread {
			r := Reread{Typed: review[typed.Start:typed.End]}
			for _, word := range words {
				r.As = append(r.As, word.Text)
			}
			e.Reread = append(e.Reread, r)
		} else {
			words = []tokenize.Word{typed}
		}
		for _, word := range words {
			t := Token{Text: review[word.Start:word.End], Word: word.Text, Start: word.Start, End: word.End}
			t.Rank, _ = w.Rank(t.Word)
			if id, kept := w.id(t.Word, numWords); kept {
				t.ID = id
				e.IDs = append(e.IDs, id)
			} else {
				t.LeftOut = true
			}
			if t.ID > OOV {
				e.Known++
			}
			e.Tokens = append(e.Tokens, t)
		}
	}
	return e
}

// IDs appends to dst what Encode gives as IDs, without the stages between: for many texts.
func (w *WordIndex) IDs(dst []int32, review string, numWords int) []int32 {
	dst = append(dst, Start)
	for typed := range w.rule.Words(review) {
		if id, kept := w.id(typed.Text, numWords); kept {
			dst = append(dst, id)
			continue
		}
		words, _ := w.read(typed)
		for _, word := range words {
			if id, kept := w.id(word.Text, numWords); kept {
				dst = append(dst, id)
			}
		}
	}
	return dst
}

// read gives the words that a word is read as if the index lacks it as typed and it can be read otherwise.
func (w *WordIndex) read(typed tokenize.Word) (words []tokenize.Word, reread bool) {
	if _, known := w.ranks[typed.Text]; known || !w.rule.LeavesOut() {
		return nil, false
	}
	return tokenize.Reread(typed)
}

// id is a word's number; false says that it is left out.
func (w *WordIndex) id(word string, numWords int) (id int32, kept bool) {
	rank, known := w.ranks[word]
	switch {
	case !known:
		return OOV, !w.rule.LeavesOut()
	case numWords > 0 && int(rank)+IndexFrom >= numWords:
		return OOV, true
	}
	return rank + IndexFrom, true
}
