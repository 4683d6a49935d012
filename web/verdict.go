package web

import "cuaderno/training/tokenize"

// EvaluateResult is the model on the test set.
type EvaluateResult struct {
	Loss, Accuracy float64
	Confusion      [2][2]int // [label][verdict]
	Epoch, Epochs  int       // whose weights, of how many trained
	Bag            float64   // accuracy of bag of words with logistic regression; 0 when not computed
	Practice, Own  bool      // on the practice corpus, on the reader's reviews: the notebook's figures do not compare
	Sealed         bool      // the test set took no part in training
	Seconds        float64

	ROC      []ROCPoint // from (0, 0) to (1, 1); empty where there is one kind of review only
	Area     float64    // under it, of the whole curve
	Bins     []Bin      // tenths of the probability, the lowest first
	Gap      float64    // mean distance of what was promised from what came of it
	Mistakes []Mistake  // those with label 0 first, the surest first
}

// ROCPoint is the share of the negative reviews and that of the positive ones called positive at some
// threshold.
type ROCPoint struct{ False, True float64 }

// Bin is the reviews whose probability fell into one tenth.
type Bin struct {
	Count, Positive int
	Mean            float64 // of the probabilities
}

// Mistake is a test review that was judged wrongly.
type Mistake struct {
	Index, Label int
	P            float64
	Tokens       []Token // the whole review, START first
	From, To     int     // which of Tokens the network read
}

// OwnToken is one word of the reader's own review.
type OwnToken struct {
	Text string // as typed
	Word string // as looked up
	Rank int    // 0 when the index does not know it
	ID   int    // 2 when outside num_words, or unknown where such words are kept; none when absent

	Absent bool // not in the index, and so left out, as the data set does

	Out   bool    // the reader has left it out
	Read  bool    // the network read it
	After float64 // when read: what the dense layer makes of the state after it
	Tried bool    // Moved is known
	Moved float64 // the verdict less the one without this word
}

// Reread is a word that was read with plain signs, for the index lacks it as typed.
type Reread struct {
	Typed string
	As    []string // none where it was nothing but signs
}

// ClassifyResult is the reader's own review, judged, with every step between.
type ClassifyResult struct {
	Probability float64 // that the reviewer liked it
	Typed       string
	Rule        tokenize.Rule // how it became words; "" is not said
	Lowered     string
	Filtered    string
	Tokens      []OwnToken
	Reread      []Reread
	Row         []int // what the network read: padded to maxlen
	From, To    int   // which survive maxlen of START and those Tokens that are not left out
	Known       int   // of these tokens, those whose id is not 2
	Epoch       int   // whose weights
	Seconds     float64

	Whole   float64  // the verdict with no word left out
	Before  float64  // what the dense layer makes of the state before the first word; 0 when nothing is before
	Blanks  int      // zeros that are read after the last word
	Units   []Unit   // those that moved most over the words
	Moments []Moment // the verdict of every epoch that is kept; empty with less than two
	End     int      // the epoch that the run ended with
}

// Unit is one number of the network's state while it read.
type Unit struct {
	Unit   int       // from 0
	Weight float64   // the dense layer's
	States []float64 // after every word that was read, from -1 to 1
}

// Moment is the verdict of the network as it was after an epoch.
type Moment struct {
	Epoch int
	P     float64
}
