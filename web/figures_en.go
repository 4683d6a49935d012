package web

// What stands in and around the figures that the reader moves.
var figuresEN = map[string]string{
	"topology.pick":  "Ways in and out",
	"topology.in":    "in",
	"topology.state": "state",
	"topology.out":   "out",

	"unrolled.word":   "word %s",
	"unrolled.reads":  "reads",
	"unrolled.learns": "the error goes back",
	"unrolled.all":    "With your `maxlen` the network is **%s** steps deep, and the error goes back through all of them: your `bptt_steps` sets no limit.",
	"unrolled.some":   "With your `maxlen` the network is **%s** steps deep. Your `bptt_steps` lets the error go back **%s** of them; the first **%s** only hand their state on.",
	"unrolled.change": "Change",

	"gate.cell":   "Cell",
	"gate.x":      "x, what the word brings",
	"gate.h":      "h′, short-term state before",
	"gate.c":      "c′, long-term state before",
	"gate.name":   "Gate",
	"gate.now":    "Now",
	"gate.lstm-i": "input: how much to write",
	"gate.lstm-f": "forget: how much to keep",
	"gate.lstm-g": "candidate: what to write",
	"gate.lstm-o": "output: how much to show",
	"gate.lstm-c": "long-term state",
	"gate.lstm-h": "short-term state",
	"gate.gru-z":  "update: how much to keep",
	"gate.gru-r":  "reset: how much of the past to use",
	"gate.gru-n":  "candidate: what to write",
	"gate.gru-h":  "state",
	"gate.figure": "A diagram of one unit; the table beside it has its figures.",

	"lens.word":   "word",
	"lens.rank":   "rank by frequency",
	"lens.id":     "id, rank + 3",
	"lens.read":   "what the network reads",
	"lens.offset": "offset taken off",
	"lens.right":  "%s is right",

	"inspect.rest": "The rest of the review",

	"lengths.title": "How long the training reviews are",
	"lengths.alt":   "With maxlen %s, %s of them fit whole and %s are cut.",

	"model.rows":  "a row for each word",
	"model.areas": "The areas are in true proportion to the parameters: %s of them are in the embedding.",

	"pad.reviews": "reviews cut",
	"pad.words":   "words never read",
}
