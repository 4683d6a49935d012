package web

import (
	"fmt"
	"strconv"
	"strings"

	"cuaderno/training"
	"cuaderno/training/tokenize"
)

// Marks around the parts of a snippet that the fields decide. Control characters, because no
// setting and no quoted string can contain them.
const (
	markOn  = "\x01"
	markOff = "\x02"
)

// set marks a value that a field decides.
func set(v any) string { return markOn + fmt.Sprint(v) + markOff }

// Plain is a snippet without its marks: the code itself.
func Plain(snippet string) string {
	return strings.NewReplacer(markOn, "", markOff, "").Replace(snippet)
}

// Keras is the Python that a cell stands for at the present settings. The snippets of all cells, one
// after another, are one program.
func Keras(c CellView) string {
	s := c.Settings
	switch c.ID {
	case "intro":
		return "import keras\nfrom keras import layers\nfrom keras.datasets import imdb"
	case "load":
		return "(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=" + set(s.NumWords) + ")"
	case "inspect":
		i := set(c.Index)
		return "index = imdb.get_word_index()\n" +
			"word_of = {rank + 3: word for word, rank in index.items()}\n" +
			"word_of.update({0: \"[PAD]\", 1: \"[START]\", 2: \"[OOV]\"})\n" +
			"print(x_train[" + i + "])\n" +
			"print(\" \".join(word_of[i] for i in x_train[" + i + "]))\n" +
			"print(y_train[" + i + "])"
	case "pad":
		return "x_train = keras.utils.pad_sequences(" + padArgs("x_train", s) + ")\n" +
			"x_test = keras.utils.pad_sequences(" + padArgs("x_test", s) + ")\n" +
			"print(x_train.shape, x_test.shape)"
	case "model":
		return kerasModel(s)
	case "compile":
		return "model.compile(\n    loss=\"binary_crossentropy\",\n    optimizer=keras.optimizers." +
			kerasOptimizer(s) + ",\n    metrics=[\"accuracy\"],\n)"
	case "fit":
		return kerasFit(s)
	case "evaluate":
		return "loss, accuracy = model.evaluate(x_test, y_test, batch_size=" + set(s.BatchSize) + ", verbose=2)"
	case "classify":
		return kerasClassify(c)
	default:
		return "losses = history.history[\"val_loss\"]\n" +
			"best = losses.index(min(losses))\n" +
			"print(f\"epoch {best + 1}: {history.history['val_accuracy'][best]:.4f}\")"
	}
}

// padArgs leaves out what is Keras' default, as one would by hand.
func padArgs(x string, s training.Settings) string {
	args := x + ", maxlen=" + set(s.Maxlen)
	if s.Padding != "pre" {
		args += ", padding=" + set(python(s.Padding))
	}
	if s.Truncating != "pre" {
		args += ", truncating=" + set(python(s.Truncating))
	}
	return args
}

// kerasLayers are the names of the recurrent layers in Keras.
var kerasLayers = map[string]string{"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}

func kerasModel(s training.Settings) string {
	layer := "layers." + set(kerasLayers[s.Layer]) + "(" + set(s.Units)
	if s.Dropout > 0 {
		layer += ", dropout=" + set(python(s.Dropout))
	}
	if s.RecurrentDropout > 0 {
		layer += ", recurrent_dropout=" + set(python(s.RecurrentDropout))
	}
	note := ""
	if s.BPTTSteps > 0 {
		note = "  # bptt_steps=" + set(s.BPTTSteps) + ": no such switch in Keras"
	}
	return "keras.utils.set_random_seed(" + set(s.Seed) + ")\n" +
		"model = keras.Sequential([\n" +
		"    keras.Input(shape=(" + set(s.Maxlen) + ",)),\n" +
		"    layers.Embedding(" + set(s.NumWords) + ", " + set(s.EmbeddingDim) + "),\n" +
		"    " + layer + ")," + note + "\n" +
		"    layers.Dense(1, activation=\"sigmoid\"),\n" +
		"])\nmodel.summary()"
}

// optimizers are Keras' classes, their further arguments and their default learning rates.
var optimizers = map[string]struct {
	class, args string
	rate        float64
}{
	"sgd":      {"SGD", "", 0.01},
	"momentum": {"SGD", ", momentum=0.9", 0.01},
	"nesterov": {"SGD", ", momentum=0.9, nesterov=True", 0.01},
	"rmsprop":  {"RMSprop", "", 0.001},
	"adagrad":  {"Adagrad", "", 0.001},
	"adam":     {"Adam", "", 0.001},
	"adamw":    {"AdamW", "", 0.001},
}

func kerasOptimizer(s training.Settings) string {
	o := optimizers[s.Optimizer]
	args := ""
	if o.args != "" {
		args = ", " + set(strings.TrimPrefix(o.args, ", "))
	}
	return set(o.class) + "(learning_rate=" + set(python(s.LearningRate)) + args + ")"
}

func kerasFit(s training.Settings) string {
	var before, callback, after string
	monitor := s.EarlyStopping
	switch {
	case monitor != "off":
		more := ""
		if s.MinDelta > 0 {
			more = ", min_delta=" + set(python(s.MinDelta))
		}
		if s.RestoreBest {
			more += ", " + set("restore_best_weights=True")
		}
		callback = "keras.callbacks.EarlyStopping(\n        monitor=" + set(python(monitor)) +
			", patience=" + set(s.Patience) + more + ")"
	case s.RestoreBest:
		before = "keep = keras.callbacks.ModelCheckpoint(\n    \"best.weights.h5\", " + set("save_best_only=True") + ", save_weights_only=True)\n"
		callback = "keep"
		after = "\nmodel.load_weights(\"best.weights.h5\")"
	}
	validation := set("validation_data=(x_test, y_test)")
	if s.Validation == "split" {
		validation = set("validation_split=0.2")
	}
	code := before + "history = model.fit(\n    x_train, y_train,\n    batch_size=" + set(s.BatchSize) +
		", epochs=" + set(s.Epochs) + ",\n    " + validation + ", verbose=2,\n"
	if callback != "" {
		code += "    callbacks=[" + callback + "],\n"
	}
	return code + ")" + after
}

func kerasClassify(c CellView) string {
	s := c.Settings
	n := set(s.NumWords)
	return "review = " + quoted(c.Review) + "\n" +
		c.Rule.Python() + "\n" + kerasIDs(c.Rule, n) +
		"row = keras.utils.pad_sequences(" + padArgs("[ids]", s) + ")\n" +
		"print(model.predict(row)[0, 0])"
}

// kerasIDs looks up the words of a text that standardize has cut.
func kerasIDs(rule tokenize.Rule, numWords string) string {
	if rule.LeavesOut() {
		return "# What the index lacks is read with plain signs; what it still lacks is left out, as in the data.\n" +
			"words = [word for typed in standardize(review).split(\" \") for word in\n" +
			"         ([typed] if typed in index else typed.translate(plain).split(\" \"))]\n" +
			"ids = [1] + [index[w] + 3 if index[w] + 3 < " + numWords + " else 2 for w in words if w in index]\n"
	}
	return "words = [word for word in standardize(review).split(\" \") if word]\n" +
		"ids = [1] + [index[w] + 3 if index.get(w, " + numWords + ") + 3 < " + numWords + " else 2 for w in words]\n"
}

// quoted is a marked Python string, broken over lines when it is long.
func quoted(text string) string {
	const width = 64
	if len(text) <= width {
		return set(python(text))
	}
	var lines []string
	for len(text) > width {
		cut := strings.LastIndexByte(text[:width], ' ') + 1
		if cut == 0 {
			cut = width
			for cut > 0 && text[cut]&0xC0 == 0x80 { // not inside a letter
				cut--
			}
		}
		lines, text = append(lines, set(python(text[:cut]))), text[cut:]
	}
	lines = append(lines, set(python(text)))
	return "(\n    " + strings.Join(lines, "\n    ") + ")"
}

// python writes a value as Python does.
func python(v any) string {
	switch v := v.(type) {
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	case string:
		var b strings.Builder
		b.WriteByte('"')
		for _, r := range v {
			switch {
			case r == '"' || r == '\\':
				b.WriteByte('\\')
				b.WriteRune(r)
			case r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029':
				fmt.Fprintf(&b, "\\u%04x", r)
			default:
				b.WriteRune(r)
			}
		}
		b.WriteByte('"')
		return b.String()
	default:
		panic(fmt.Sprintf("web: no Python for %T", v))
	}
}
