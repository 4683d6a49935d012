package web

// The lesson's prose: per cell a name, a title, its paragraphs 1, 2, 3 … and what running it does.
var lessonEN = map[string]string{
	"page.title": "A network that reads film reviews",
	"page.lead":  "Run the cells from top to bottom. Change anything. By the end you will have trained a recurrent network to tell praise from scorn, and seen why it is sometimes wrong.",

	"intro.name":  "The idea",
	"intro.title": "What a recurrent network is for",
	"intro.1":     "Some data only means something in order: a server’s log, a sensor’s readings, share prices, the path a car has taken, a tune, a sentence. A *recurrent* network reads it one step at a time and carries along its *state*, a summary of everything read so far.",
	"intro.2":     "Sequences can go in and out in four ways. This lesson takes the second: a sentence goes in, one opinion comes out.",
	"intro.3":     "It learns by *backpropagation through time*: unrolled, the network is as deep as the sequence is long, and the error made at the end has to travel back all those steps. *Truncated*, it goes back only a set number of steps.",
	"intro.4":     "Plain recurrent cells lose sight of what came early. The *LSTM* keeps a long-term state apart from the short-term one, with gates that decide what to forget, what to write and what to show; the *GRU* is simpler and does about as well. Here is one unit of each, with weights that we chose and Keras’ formulas. Move what comes in.",
	"intro.fresh": "Shows the machine that the lesson will run on.",

	"load.name":  "Load",
	"load.title": "Load the reviews",
	"load.1":     "The lesson learns from fifty thousand film reviews of IMDB: 25,000 to learn from and 25,000 to be tested on. In each half, one in two reviewers liked the film.",
	"load.2":     "They come as integers: every word is replaced by its place in the list of the most common words, plus three. `num_words` says how many words of the vocabulary to keep; every rarer word turns into a 2.",
	"load.fresh": "Reads the reviews, and says how many there are. If this server does not have IMDB’s, they are downloaded now, and only now.",

	"inspect.name":  "Inspect",
	"inspect.title": "Read a review",
	"inspect.1":     "To the network, a review is a row of integers. The classroom notebook stops there and regrets that nobody can read them. We can: take the 3 off again, look each number up in the word index, and the sentence is back.",
	"inspect.2":     "Point at a word, or walk along with the arrow keys, to see its rank and its number. Move `num_words` and watch who falls out of the vocabulary. Take 0, 1 or 2 off instead of 3, and see what becomes of the sentence.",
	"inspect.fresh": "Shows a review as the network gets it, and with its words put back.",

	"pad.name":       "Pad",
	"pad.title.one":  "Keep %s word",
	"pad.title.many": "Keep %s words",
	"pad.1":          "A batch is a rectangle, so all its reviews must be equally long. Short ones are filled up with zeros, long ones are cut to `maxlen`.",
	"pad.2":          "Unless told otherwise, Keras cuts and fills at the *beginning*: it keeps the **last** words, not the first as the classroom notebook says. That is just as well: the verdict usually comes at the end.",
	"pad.fresh":      "Makes all reviews equally long, and shows what is left of this one.",

	"model.name":  "Model",
	"model.title": "Build the model",
	"model.1":     "Three layers. The embedding turns every word into a vector, a row of numbers that training will fill with meaning. The recurrent layer reads the vectors one by one and ends with a state. The dense layer turns that state into one number between 0 and 1: the probability that the reviewer liked the film.",
	"model.fresh": "Lays out the layers and counts their parameters.",

	"compile.name":  "Compile",
	"compile.title": "Choose how it learns",
	"compile.1":     "Three choices come before training. What to make small: binary cross-entropy, which is large when the network was sure of the wrong answer. How to step downhill: the optimizer. What to report: accuracy, the share of reviews judged correctly. Feel free to try other optimizers.",
	"compile.fresh": "Sets the loss, the optimizer and the figure to report.",

	"fit.name":  "Train",
	"fit.title": "Train",
	"fit.1":     "The network reads a batch of reviews, guesses, is told the answers, corrects itself a little and goes on. Once through all training reviews is an *epoch*.",
	"fit.2":     "After every epoch it is examined on reviews that it does not learn from: that is *validation*. While both losses fall, it learns. When only the training loss still falls, it memorises.",
	"fit.fresh": "Trains the network. You can stop it at any moment and keep what it has learnt.",

	"evaluate.name":  "Evaluate",
	"evaluate.title": "Evaluate",
	"evaluate.1":     "How often is it right about the test reviews? A figure alone says little, so here it stands beside answers that cost less.",
	"evaluate.fresh": "Judges all test reviews and counts the mistakes.",

	"classify.name":  "Classify",
	"classify.title": "Your own review",
	"classify.1":     "Write a review, in the language of those it learnt from (IMDB’s are in English). It goes the same way as theirs: lower case, punctuation off, every word to its number (one that IMDB’s list lacks is left out, as it was there), cut to the vocabulary and to `maxlen`, and then the network says what it thinks.",
	"classify.fresh": "Reads your review and says how likely it is that you liked the film.",

	"compare.name":  "Compare",
	"compare.title": "Compare your runs",
	"compare.1":     "Change one thing, train again, and see what it did. Every run of this notebook is kept here with its settings.",
	"compare.fresh": "Lists your runs side by side.",

	"topology.1":      "Many to many",
	"topology.1.text": "Sequence to sequence: prices in, prices out.",
	"topology.2":      "Many to one",
	"topology.2.text": "Sequence to vector: a sentence in, an opinion out.",
	"topology.3":      "One to many",
	"topology.3.text": "Vector to sequence: a picture in, a caption out.",
	"topology.4":      "Many to one to many",
	"topology.4.text": "Encoder to decoder: a sentence in, its translation out.",
	"topology.here":   "this lesson",

	"example.1": "A gem",
	"example.2": "A waste of time",
	"example.3": "Slow, but",
	"example.4": "Not bad",
	"example.5": "Not good",
	"example.6": "Fine, but",
	"example.7": "Sarcasm",

	"optimizer.sgd":      "Plain gradient descent: a step straight downhill, of the same rate for every parameter.",
	"optimizer.momentum": "Gradient descent that keeps its speed: the step before goes on with weight 0.9.",
	"optimizer.nesterov": "Momentum 0.9 that looks ahead: the gradient counts where the speed is about to carry it.",
	"optimizer.rmsprop":  "Divides every step by a running size of that parameter’s gradient (ρ 0.9), so that rare words move too.",
	"optimizer.adagrad":  "Divides every step by all the gradients seen so far: bold with rare words, ever more careful with common ones.",
	"optimizer.adam":     "A running mean of the gradient (β₁ 0.9), divided by a running size of it (β₂ 0.999, ε 10⁻⁷): steps of similar size, but rare words, whose gradients come seldom, step farther when they come.",
	"optimizer.adamw":    "Adam, and besides every weight shrinks a little at each step (weight decay 0.004).",
}
