package ipynb

import (
	"strings"

	"cuaderno/training"
	"cuaderno/training/tokenize"
	"cuaderno/web"
)

// ownCode cuts a review into words as the reader's own reviews were, and judges it with the weights that
// learnt them, if these and their vocabulary lie beside the notebook.
func ownCode(rule tokenize.Rule, s training.Settings, weights string) string {
	code := rule.Python()
	if weights == "" {
		return code
	}
	classify := web.Plain(web.Keras(web.CellView{ID: "classify", Settings: s, Rule: rule, Review: web.DefaultReview}))
	_, ids, _ := strings.Cut(classify, rule.Python()+"\n")
	ids = strings.ReplaceAll(ids, "print(model.predict", "own = keras.models.clone_model(model)\nown.load_weights(\""+weights+"\")\nprint(own.predict")
	vocabulary := strings.TrimSuffix(weights, ".weights.h5") + ".vocabulary.json"
	return code + "\nimport json, os\n" +
		"if os.path.exists(\"" + weights + "\") and os.path.exists(\"" + vocabulary + "\"):\n" +
		"    with open(\"" + vocabulary + "\", encoding=\"utf-8\") as file:\n" +
		"        index = {word: id - 3 for word, id in json.load(file)[\"words\"].items()}\n    " +
		strings.ReplaceAll(strings.TrimSuffix(ids, "\n"), "\n", "\n    ") + "\n"
}
