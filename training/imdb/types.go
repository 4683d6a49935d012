// Package imdb holds the lesson's data: 50,000 film reviews as numbers, and the index that turns
// the numbers back into words.
//
// Three ways of counting a word are kept apart throughout: its rank (1 is the commonest word, as in
// imdb_word_index.json and in the files of imdb.npz), its id (rank + IndexFrom, what load_data
// gives), and what is left of the id after Cut (ids outside the vocabulary become OOV).
package imdb

// The ids that stand for no word, and what is added to a rank to make an id.
// They are the defaults of keras.datasets.imdb.load_data.
const (
	Padding   = 0 // fills short reviews
	Start     = 1 // opens every review
	OOV       = 2 // a word outside the vocabulary
	IndexFrom = 3 // id = rank + IndexFrom
)

// Corpus is a data set ready for the lesson.
type Corpus struct {
	Name     string // "imdb" | "practice"
	Source   string // where it was found: "--data", "keras", "cache", "download", "practice"
	Dir      string // the directory of its files; "" for practice
	SHA256   string // of the stream of ranks, in hexadecimal; see StreamSHA256
	Official bool   // reviews and words are those that Keras distributes
	Note     string // what the reader should know about the choice of source; often ""
	Cause    error  // the error behind Note, if one; see the Err values of this package

	Train, Test *Split // in load_data's order
	Words       *WordIndex
}

// Bytes is about what the data set takes in memory.
func (c *Corpus) Bytes() int64 { return c.Train.bytes() + c.Test.bytes() + c.Words.bytes() }
