package web

// Margin notes and the narration of training.
var notesEN = map[string]string{
	"intro.note.source": "The lesson follows a classroom notebook, in Spanish, built on Keras’ example `imdb_lstm`. Where that notebook slips, the page says so.",
	"intro.note.hard":   "**It is not easy.** Recurrent networks are sensitive to their topology and their settings and hungry for computing; with a wrong choice they may not converge at all.",
	"intro.note.bptt":   "**Truncated** backpropagation through time sends the error back only so many steps. `bptt_steps` does that, in the model below.",

	"load.note.slip":     "The classroom notebook speaks of 5,000 training reviews. That is a slip: count them here.",
	"load.note.cut":      "**%s** of all the words in the training reviews fall outside `num_words` = %s and are read as a 2.",
	"load.note.length":   "Half of the reviews have more than **%s** words. The mean is %s, the longest has %s.",
	"load.note.practice": "**Practice reviews are generated** from a grammar, so that the lesson works without the internet. Word order matters in them as it does in real ones, but the figures of this page’s text are about the real ones.",
	"load.note.polite":   "Nothing leaves this machine. The only request outwards is the download itself.",

	"inspect.note.pos":    "**y_train[%s] = 1**: the reviewer liked the film.",
	"inspect.note.neg":    "**y_train[%s] = 0**: the reviewer did not like the film.",
	"inspect.note.oov":    "**%s** of its words are outside the vocabulary, hatched here. The network sees a 2 in their place and cannot tell them apart.",
	"inspect.note.none":   "All of its words are inside the vocabulary.",
	"inspect.note.offset": "Why plus three? 0 is padding, 1 the start, 2 an unknown word. Decoded without those three, the first of the real reviews begins “the as you with out themselves”: the commonest mistake there is.",

	"pad.note.survive": "**%s of %s** numbers of this review survive, the start mark among those counted.",
	"pad.note.whole":   "This review is short enough to survive whole. **%s** zeros fill it up.",
	"pad.note.cut":     "At `maxlen` %s, **%s** of the training reviews lose something, and **%s** of all their words are never read.",
	"pad.note.post":    "With `padding='post'` the zeros come after the last word, and nothing masks them: the network goes on reading nothing, up to %s times, and has to remember what it knew.",
	"pad.note.first":   "With `truncating='post'` it is the end that goes, verdict and all.",

	"model.note.total": "**%s** parameters, **%s** of them in the embedding, the dictionary of what words mean.",
	"model.note.init":  "They start at random: the embedding evenly between −0.05 and 0.05, the kernels Glorot uniform, the recurrent kernel orthogonal. Biases start at zero.",
	"model.note.lstm":  "The LSTM has four gates, in the order i, f, c, o. The bias of the forget gate f starts at one: at first, it remembers.",
	"model.note.gru":   "The GRU has three gates and no separate long-term state. This is Keras’ own variant, `reset_after`.",
	"model.note.rnn":   "A plain recurrent cell: one state, no gates. What it read early fades quickly.",
	"model.note.mask":  "**Dropout** hides part of the numbers while training. Which ones is drawn once for each review and held through all its words, and the rest are scaled up to make good.",
	"model.note.bptt":  "The error goes back **%s** steps at most. Keras has no switch for this.",

	"compile.note.rate": "The learning rate %s is not Keras’ default for this optimizer, which is %s.",
	"compile.note.adam": "Keras’ Adam lets the moments of *all* words decay at every step, also those of words that the batch did not contain. So does ours.",

	"fit.note.hour":     "The classroom notebook warns of an hour or more, even on a fast machine: its own took 128 to 157 s an epoch.",
	"fit.note.price":    "**Price:** at these settings, about **%s** on this machine.",
	"fit.note.noisy":    "The training figures are a mean over the epoch, with dropout on. The validation figures are taken after it, with dropout off: that is why validation may look better at first.",
	"fit.note.flatters": "Validating on the test set, as the classroom notebook does, flatters the result, as you choose by it. `validation` can set a fifth of the training reviews aside instead.",
	"fit.note.sealed":   "A fifth of the training reviews is set aside to validate on. The test set stays sealed until you evaluate.",
	"fit.note.stop":     "Early stopping with patience %s would have ended this run after epoch **%s** and kept epoch **%s**.",
	"fit.note.kept":     "The model now has the weights of epoch **%s**.",
	"fit.note.last":     "The model has the weights of the last epoch, %s. Epoch **%s** was better: `restore_best` would go back to it. Keras does not do so by default.",
	"fit.earlier":       "Earlier epochs",
	"epoch.first":       "**Epoch %s:** training loss %s, validation loss %s. %s of the validation reviews are judged rightly.",
	"epoch.learns":      "**Epoch %s:** training loss fell to %s and validation loss to %s. It is learning.",
	"epoch.begins":      "**Epoch %s:** training loss fell to %s, validation loss rose to %s. It has begun to memorise.",
	"epoch.memorises":   "**Epoch %s:** training loss fell to %s, validation loss rose to %s. It is memorising.",
	"epoch.wavers":      "**Epoch %s:** training loss fell to %s and validation loss to %s, which is still above that of epoch %s.",
	"epoch.both":        "**Epoch %s:** training loss rose to %s and validation loss to %s. Its steps may be too large.",
	"epoch.unexpected":  "**Epoch %s:** training loss rose to %s, validation loss fell to %s.",

	"evaluate.note.practice": "The notebook’s 0.801 and 0.838 are figures from the real reviews. They do not compare with practice reviews and are left out.",
	"evaluate.note.header":   "Keras’ own example says it in its first lines: bag of words with TF-IDF and logistic regression is simpler and faster, and an LSTM has no advantage on this data set.",
	"evaluate.note.flatters": "These are the reviews that it was validated on while training. If you chose the epoch by them, the figure flatters.",
	"evaluate.note.sealed":   "The test set took no part in training nor in choosing the epoch: this figure is an honest one.",
	"evaluate.note.margin":   "Counting on %s reviews, chance alone moves the accuracy by about ± %s.",

	"classify.note.known":   "**%s of %s** words are in the vocabulary.",
	"classify.note.cut":     "Only the **%s** numbers that fit into `maxlen` reached the network: what is crossed out was never read.",
	"classify.note.epoch":   "Judged by the network as it was after epoch **%s**.",
	"classify.note.unsure":  "That is close to even: the network cannot tell.",
	"classify.note.unknown": "Most of these words are unknown to it. Is the review in English?",

	"compare.note.one": "Change one thing at a time: with two, you cannot tell which one did it.",
	"compare.note.val": "The best epoch is the one with the lowest validation loss.",
}
