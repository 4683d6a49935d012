// Package vocabulary writes what turns a text into the numbers that a model reads: one JSON file with
// the words, their ids, and the rules. A text is encoded in eight steps, which need no library:
//
//  1. Turn the letters A to Z, and no others, into lower case ("lowercase": "ascii").
//  2. Turn every character of "filters" into a blank; the apostrophe is not among them.
//  3. Split at blanks, and only there.
//  4. Replace each word by its id in "words", or by "oov_id" if it is not there.
//  5. Put "start_id" first.
//  6. If there are more than "maxlen" ids, drop the rest: from the beginning if "truncating" is "pre",
//     from the end if it is "post".
//  7. If there are fewer, fill up with "pad_id" on the side that "padding" names.
//  8. The row of "maxlen" ids is the model's input; its output is the probability of a positive review.
//
// "words" holds exactly the words that have an id below "num_words"; an id is the word's place by
// frequency (the commonest is 1) plus "index_offset". In Python:
//
//	import json
//	v = json.load(open("vocabulary.json", encoding="utf-8"))
//
//	def encode(text):
//	    text = text.encode().lower().decode()  # bytes: A to Z alone
//	    for mark in v["filters"]:
//	        text = text.replace(mark, " ")
//	    ids = [v["start_id"]] + [v["words"].get(w, v["oov_id"]) for w in text.split(" ") if w]
//	    ids = ids[-v["maxlen"]:] if v["truncating"] == "pre" else ids[:v["maxlen"]]
//	    fill = [v["pad_id"]] * (v["maxlen"] - len(ids))
//	    return fill + ids if v["padding"] == "pre" else ids + fill
package vocabulary

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"cuaderno/training"
	"cuaderno/training/imdb"
)

// Format names the layout of the file and its version.
const Format = "cuaderno-vocabulary/1"

// Vocabulary is the file.
type Vocabulary struct {
	Format      string   `json:"format"`
	How         []string `json:"how"` // the steps, for who finds the file alone
	Lowercase   string   `json:"lowercase"`
	Filters     string   `json:"filters"`
	StartID     int      `json:"start_id"`
	OOVID       int      `json:"oov_id"`
	PadID       int      `json:"pad_id"`
	IndexOffset int      `json:"index_offset"`
	NumWords    int      `json:"num_words"`
	Maxlen      int      `json:"maxlen"`
	Padding     string   `json:"padding"`
	Truncating  string   `json:"truncating"`
	Words       Words    `json:"words"`
}

var how = []string{
	"Turn the letters A to Z, and no others, into lower case.",
	"Turn every character of filters into a blank.",
	"Split at blanks, and only there.",
	"Replace each word by its id in words, or by oov_id if it is not there.",
	"Put start_id first.",
	"If there are more than maxlen ids, drop the rest: from the beginning if truncating is pre, from the end if it is post.",
	"If there are fewer, fill up with pad_id: at the beginning if padding is pre, at the end if it is post.",
	"The row of maxlen ids is the model's input; its output is the probability that the review is positive.",
}

// Of picks from a word index what a model with these settings can know.
func Of(s training.Settings, words *imdb.WordIndex) Vocabulary {
	v := Vocabulary{
		Format: Format, How: how, Lowercase: "ascii", Filters: imdb.Filters,
		StartID: imdb.Start, OOVID: imdb.OOV, PadID: imdb.Padding, IndexOffset: imdb.IndexFrom,
		NumWords: s.NumWords, Maxlen: s.Maxlen, Padding: s.Padding, Truncating: s.Truncating,
	}
	for rank := 1; rank+imdb.IndexFrom < s.NumWords; rank++ {
		word, ok := words.Word(rank)
		if !ok {
			break
		}
		v.Words = append(v.Words, word)
	}
	return v
}

// Write writes the file.
func Write(w io.Writer, v Vocabulary) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(v)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("vocabulary: %w", err)
	}
	return nil
}

// Words are words by rank, the commonest first. In JSON they are an object of ids, in that order.
type Words []string

// MarshalJSON writes the object.
func (w Words) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, word := range w {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(word)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(i + 1 + imdb.IndexFrom))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
