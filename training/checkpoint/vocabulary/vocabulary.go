// Package vocabulary writes what turns a text into the numbers that a model reads: one JSON file with
// the words, their ids, and the rules. A text is encoded in nine steps, which need no library; "how" has
// them as they are under the rule that "rule" names (see package tokenize):
//
//  1. Turn the text into words parted by blanks, as the Python function under "standardize" does it.
//  2. Split at blanks, and only there.
//  3. A word that is not in "words" is read once more, each character of "plain" as the one given for
//     it, and split at blanks again.
//  4. Replace each word by its id in "words", or by "oov_id" if that is "num_words" or more.
//  5. A word that is not there is left out if "unknown" is "leave out"; it is "oov_id" if that is "oov_id".
//  6. Put "start_id" first.
//  7. If there are more than "maxlen" ids, drop the rest: from the beginning if "truncating" is "pre",
//     from the end if it is "post".
//  8. If there are fewer, fill up with "pad_id" on the side that "padding" names.
//  9. The row of "maxlen" ids is the model's input; its output is the probability of a positive review.
//
// An id is the word's place by frequency (the commonest is 1) plus "index_offset". In Python, after the
// lines of "standardize":
//
//	import json
//	v = json.load(open("vocabulary.json", encoding="utf-8"))
//
//	def encode(text):
//	    known, ids = v["words"], [v["start_id"]]
//	    for typed in standardize(text).split(" "):
//	        for word in [typed] if typed in known else typed.translate(str.maketrans(v["plain"])).split(" "):
//	            if word in known:
//	                ids.append(known[word] if known[word] < v["num_words"] else v["oov_id"])
//	            elif word and v["unknown"] == "oov_id":
//	                ids.append(v["oov_id"])
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
	"slices"
	"strconv"
	"strings"

	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/tokenize"
)

// Format names the layout of the file and its version. In the first there was one rule, and no word was
// left out.
const Format = "cuaderno-vocabulary/2"

// Vocabulary is the file.
type Vocabulary struct {
	Format      string            `json:"format"`
	How         []string          `json:"how"` // the steps, for who finds the file alone
	Rule        tokenize.Rule     `json:"rule"`
	Lowercase   string            `json:"lowercase"`         // ascii or unicode
	Filters     string            `json:"filters,omitempty"` // what is a blank, where the rule names each
	Standardize []string          `json:"standardize"`       // a Python function, by lines
	Plain       map[string]string `json:"plain"`
	Unknown     string            `json:"unknown"`
	StartID     int               `json:"start_id"`
	OOVID       int               `json:"oov_id"`
	PadID       int               `json:"pad_id"`
	IndexOffset int               `json:"index_offset"`
	NumWords    int               `json:"num_words"`
	Maxlen      int               `json:"maxlen"`
	Padding     string            `json:"padding"`
	Truncating  string            `json:"truncating"`
	Words       Words             `json:"words"`
}

// What becomes of a word that is not in the file.
const (
	leftOut = "leave out"
	oov     = "oov_id"
)

var cutASCII = []string{
	"Turn the letters A to Z, and no others, into lower case.",
	"Turn every character of filters into a blank.",
	"Split at blanks, and only there.",
}

var cut = map[tokenize.Rule][]string{
	tokenize.IMDB: append(slices.Clone(cutASCII),
		"Read a word that is not in words once more, each character of plain as the one given for it, and split at blanks again.",
		"Leave out the words that are still not in words: the data set was made so. Replace each of the others by its id there, or by oov_id if that is num_words or more."),
	tokenize.ASCII: append(slices.Clone(cutASCII),
		"Replace each word by its id in words, or by oov_id if it is not there."),
	tokenize.Unicode: {
		"Compose letters and their marks (Unicode's NFC), turn all letters into lower case, not A to Z alone, and \u2019 into an apostrophe.",
		"Words are letters and numbers of any script (Unicode's L and N), the marks (M) that follow them, and apostrophes between them. Each symbol of class So, such as a pictograph, is a word. Everything else is a blank.",
		"Replace each word by its id in words, or by oov_id if it is not there.",
	},
}

var then = []string{
	"Put start_id first.",
	"If there are more than maxlen ids, drop the rest: from the beginning if truncating is pre, from the end if it is post.",
	"If there are fewer, fill up with pad_id: at the beginning if padding is pre, at the end if it is post.",
	"The row of maxlen ids is the model's input; its output is the probability that the review is positive.",
}

// Of picks from a word index what a model with these settings can know. Words beyond its vocabulary are
// in the file only where they are another thing than a word that the index lacks.
func Of(s training.Settings, words *imdb.WordIndex) Vocabulary {
	rule := words.Rule()
	v := Vocabulary{
		Format: Format, How: slices.Concat(cut[rule], then), Rule: rule, Lowercase: "ascii", Filters: tokenize.Filters,
		Standardize: strings.Split(strings.TrimSuffix(rule.Python(), "\n"), "\n"), Plain: map[string]string{}, Unknown: oov,
		StartID: imdb.Start, OOVID: imdb.OOV, PadID: imdb.Padding, IndexOffset: imdb.IndexFrom,
		NumWords: s.NumWords, Maxlen: s.Maxlen, Padding: s.Padding, Truncating: s.Truncating,
	}
	if rule == tokenize.Unicode {
		v.Lowercase, v.Filters = "unicode", ""
	}
	if rule.LeavesOut() {
		v.Unknown = leftOut
		for typed, plain := range tokenize.Plain {
			v.Plain[string(typed)] = string(plain)
		}
	}
	for rank := 1; rank+imdb.IndexFrom < s.NumWords || rule.LeavesOut(); rank++ {
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
