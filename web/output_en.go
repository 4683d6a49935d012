package web

// What outputs say: labels of figures, progress and captions.
var outputEN = map[string]string{
	"intro.go": "Go", "intro.cpu": "Processor", "intro.cores.one": "%s core", "intro.cores.many": "%s cores", "intro.kernel": "Kernels",
	"kernel.avx512": "AVX-512 assembly", "kernel.avx2": "AVX2 and FMA assembly", "kernel.go": "plain Go",

	"load.practice": "Practice reviews", "load.real": "The IMDB reviews",
	"load.why":    "No internet and no files at hand, so these are generated. Press Run again once you are connected, or start with `--data DIR`.",
	"load.reason": "What the loader said: %s",
	"load.split":  "reviews", "load.train": "training", "load.test": "test", "load.positive": "liked it", "load.negative": "did not",
	"load.words": "Word index", "load.words.value": "%s words", "load.source": "Source", "load.time": "Loaded in", "load.sha": "Stream SHA-256",
	"load.genuine":  "the one that Keras gives",
	"load.other":    "not the one that Keras gives: figures will differ",
	"source.--data": "the directory of --data", "source.keras": "Keras’ own cache", "source.cache": "Cuaderno’s cache",
	"source.download": "downloaded just now", "source.practice": "generated here",
	"stage.read": "Reading the reviews", "stage.download": "Downloading", "stage.baseline": "Counting the bag of words",
	"stage.evaluate": "Judging the test reviews", "stage.predict": "Reading your review", "stage.": "Working",
	"progress.of": "%s of %s", "progress.left": "%s left", "progress.elapsed": "%s so far", "progress.rate": "%s/s",
	"progress.reviews": "reviews", "progress.rate.reviews": "%s reviews/s",

	"inspect.ints": "What the network gets: %s integers", "inspect.words": "With the words put back",
	"inspect.more.one": "%s more", "inspect.more.many": "The other %s",
	"inspect.label.1": "liked it", "inspect.label.0": "did not like it", "inspect.label": "label %s",
	"token.start": "[START]", "token.pad": "[PAD]", "token.oov": "[OOV]",
	"key.start": "start of the review", "key.oov": "outside the vocabulary: read as 2",

	"pad.shape": "shape", "pad.row": "The row that the network reads", "pad.zeros.one": "%s zero", "pad.zeros.many": "%s zeros",
	"pad.cut.one": "%s word cut", "pad.cut.many": "%s words cut", "pad.kept.one": "%s read", "pad.kept.many": "%s read",

	"model.layer": "Layer", "model.shape": "Output shape", "model.params": "Parameters", "model.total": "Total", "model.share": "Share",
	"model.in": "%s ids", "model.probability": "P(liked)", "model.units": "%s units", "model.one": "1 unit, sigmoid", "model.summary": "Summary as Keras prints it",

	"compile.loss": "Loss", "compile.loss.text": "Binary cross-entropy: −log of the probability that it gave to the right answer. Guessing at random costs 0.693.",
	"compile.optimizer": "Optimizer", "compile.rate": "Learning rate", "compile.rate.text": "How far one step goes.",
	"compile.metric": "Metric", "compile.metric.text": "Accuracy: the share of reviews on the right side of 0.5.",

	"fit.epoch": "Epoch %s of %s", "fit.batch": "batch %s of %s", "fit.validating": "validating: %s of %s reviews",
	"fit.loss": "loss %s", "fit.accuracy": "accuracy %s", "fit.speed": "%s reviews/s", "fit.left": "%s left", "fit.starting": "Getting ready",
	"fit.queued":            "Waiting for its turn",
	"fit.done.finished.one": "Trained for %s epoch.", "fit.done.finished.many": "Trained for %s epochs.",
	"fit.done.early_stopping.one": "Early stopping ended it after %s epoch.", "fit.done.early_stopping.many": "Early stopping ended it after %s epochs.",
	"fit.done.interrupted.one": "Stopped by you after %s epoch. What it learnt is kept.", "fit.done.interrupted.many": "Stopped by you after %s epochs. What it learnt is kept.",
	"fit.done.failed.one": "Broken off after %s epoch.", "fit.done.failed.many": "Broken off after %s epochs.",
	"fit.total": "%s in all", "fit.ms": "%s ms a step", "fit.nothing": "No epoch was finished.",
	"chart.loss": "loss", "chart.accuracy": "accuracy", "chart.train": "train", "chart.val": "validation", "chart.best": "best", "chart.epoch": "epoch",
	"chart.alt.loss": "Loss by epoch. Train: %s. Validation: %s.", "chart.alt.accuracy": "Accuracy by epoch. Train: %s. Validation: %s.", "chart.alt.empty": "no figures yet",
	"table.caption": "Figures of every epoch", "table.epoch": "Epoch", "table.loss": "Training loss", "table.accuracy": "Training accuracy",
	"table.val_loss": "Validation loss", "table.val_accuracy": "Validation accuracy", "table.seconds": "Seconds", "log.label": "Log of the epochs", "log.best": "best",

	"evaluate.accuracy": "of %s test reviews judged rightly", "evaluate.loss": "loss %s", "evaluate.epoch": "epoch %s", "evaluate.time": "%s",
	"score.title": "For scale", "score.always": "always “liked it”", "score.bag": "bag of words", "score.run": "this run", "score.notebook": "the notebook, epoch 15", "score.best": "the notebook, at its best",
	"confusion.title": "Where it was right and wrong", "confusion.said.1": "said: liked", "confusion.said.0": "said: did not", "confusion.was.1": "liked it", "confusion.was.0": "did not", "confusion.right": "right", "confusion.wrong": "wrong",

	"classify.pos": "liked it", "classify.neg": "did not like it", "classify.p": "P(liked) = %s", "classify.words.one": "%s word", "classify.words.many": "%s words",
	"classify.scale": "How sure it is, from 0 (did not like it) to 1 (liked it)",
	"classify.read":  "What it read", "classify.steps": "Every step of the way",
	"step.lower": "Lower case", "step.filter": "Punctuation off", "step.words": "Words", "step.rank": "Place in the list", "step.id": "Number: place + 3", "step.unknown": "unknown",
	"step.row": "Cut and filled to %s: what the network reads", "step.p": "Probability", "step.beyond": "outside the vocabulary",
	"step.table": "Word by word",

	"compare.run": "Run", "compare.accuracy": "Test accuracy", "compare.val": "Best validation", "compare.epochs": "Epochs", "compare.time": "Time", "compare.settings": "Settings that differ from the lesson’s",
	"compare.same": "the lesson’s own", "compare.none": "No run yet. Train, and it will be listed here.", "compare.current": "the model you have now", "compare.practice": "practice",
	"compare.atepoch": "epoch %s",
	"state.queued":    "waiting", "state.running": "running", "state.finished": "finished", "state.early_stopping": "stopped early", "state.interrupted": "stopped", "state.failed": "failed",
}
