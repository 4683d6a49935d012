package web

// What stands in and around the figures that the reader moves.
var figuresEN = map[string]string{
	"lens.word":   "word",
	"lens.rank":   "rank by frequency",
	"lens.id":     "id, rank + 3",
	"lens.read":   "what the network reads",
	"lens.offset": "offset taken off",
	"lens.right":  "%s is right",

	"inspect.rest": "The rest of the review",

	"lengths.title": "How long the training reviews are",
	"lengths.alt":   "With maxlen %s, %s of them fit whole and %s are cut.",

	"pad.reviews": "reviews cut",
	"pad.words":   "words never read",
}
