package export_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"cuaderno/server/export"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	own "cuaderno/training/imdb/reviews"
	"cuaderno/training/nn"
	"cuaderno/training/sequence"
	"cuaderno/web"
)

// The notebook of somebody's own reviews, with weights and vocabulary beside it, cuts a text into the same words
// and gives the same probability in Keras.
func TestOwnReviewsInKeras(t *testing.T) {
	python := env(t, "CUADERNO_PYTHON", "a Python with testdata/peers/requirements.txt")
	csv := "reseña,sentimiento\n"
	for i := range 40 {
		csv += fmt.Sprintf("¡Una película %s! don’t 👍 n%d,%d\n", []string{"pésima", "excelente"}[i%2], i%7, i%2)
	}
	path := filepath.Join(t.TempDir(), "es.csv")
	if err := os.WriteFile(path, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	corpus, err := own.Load(t.Context(), path, own.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units = 100, 8, 6, 5
	m := trained{Model: export.Model{
		Meta:   checkpoint.Meta{Settings: s, Corpus: corpus.Name, CorpusSHA256: corpus.SHA256, Epoch: 1},
		Params: nn.Init(nn.SpecOf(s), 3), Words: corpus.Words,
	}}
	for i := range m.Params.Embedding {
		m.Params.Embedding[i] *= 20 // so that every word tells
	}
	m.Notebook = export.NotebookOf(web.ES, m.Meta, export.FileName(export.H5, "own"))
	m.Notebook.Rule = corpus.Words.Rule()
	texts := []string{"", "¿PÉSIMA?", "pe\u0301sima", "«película»… excelente", "Don't don’t 'don't'", "👍👍 zzz n3", "UNA PELÍCULA—PÉSIMA\u00a0n1"}
	for _, text := range texts {
		row := make([]int32, s.Maxlen)
		sequence.Pad(row, corpus.Words.Encode(text, s.NumWords).IDs, sequence.Side(s.Padding), sequence.Side(s.Truncating))
		m.rows = append(m.rows, row)
	}
	dir := write(t, m, "own")
	asked, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "texts.json"), asked, 0o600); err != nil {
		t.Fatal(err)
	}
	var got []float64
	parse(t, peer(t, python, filepath.Join("testdata", "peers", "own.py"), dir, "own"), &got)
	compare(t, "Keras", got, predict(t, s, m.Params, m.rows))
}
