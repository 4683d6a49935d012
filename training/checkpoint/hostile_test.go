package checkpoint_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// tensorsOf is a model whose first tensor is given another shape of as many numbers.
func tensorsOf(t *testing.T, shape []int) []byte {
	t.Helper()
	m := small("lstm")
	all := nn.Init(nn.SpecOf(m.Settings), 3).All(nn.SpecOf(m.Settings))
	all[0].Shape = shape
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := checkpoint.WriteTensors(&b, all, map[string]string{"cuaderno": string(text)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestShapesAreThoseOfTheModel(t *testing.T) {
	m := small("lstm").Settings
	for name, c := range map[string]struct {
		shape []int
		want  string // in the error
	}{
		"right":              {[]int{m.NumWords, m.EmbeddingDim}, ""},
		"turned":             {[]int{m.EmbeddingDim, m.NumWords}, "not the shape"},
		"flat":               {[]int{m.NumWords * m.EmbeddingDim}, "not the shape"},
		"a dimension more":   {[]int{m.NumWords, m.EmbeddingDim, 1}, "not the shape"},
		"100,000 dimensions": {append(slices.Repeat([]int{1}, 99_998), m.NumWords, m.EmbeddingDim), "100000 dimensions"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := checkpoint.Load(bytes.NewReader(tensorsOf(t, c.shape)))
			if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, checkpoint.ErrFormat) || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 300) {
				t.Errorf("error %v, want a short one with %q", err, c.want)
			}
		})
	}
	t.Run("an embedding of 100,000 numbers a word", func(t *testing.T) {
		header := `{"__metadata__":{"cuaderno":"{\"settings\":` + strings.ReplaceAll(settingsOf(t, func(s *training.Settings) { s.EmbeddingDim = 100_000 }), `"`, `\"`) + `}"}}`
		data := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
		_, err := checkpoint.ReadMeta(bytes.NewReader(data))
		if err == nil || !strings.Contains(err.Error(), "embedding_dim must be") {
			t.Errorf("error %v", err)
		}
	})
}

func settingsOf(t *testing.T, change func(*training.Settings)) string {
	t.Helper()
	s := training.Defaults()
	change(&s)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Names come from whoever wrote the file, and go to a terminal.
func TestNamesAreCleaned(t *testing.T) {
	for given, want := range map[string]string{
		"imdb":                            "imdb",
		"reseñas de cine 👍":               "reseñas de cine 👍",
		"\x1b]0;owned\x07a\x1b[31mb\r\nc": "]0;owneda[31mbc",
		"a\u202egnp.b\u200b\u0085\ufffd":  "agnp.b",
		strings.Repeat("ñ", 100_000):      strings.Repeat("ñ", 80),
	} {
		m := small("gru")
		m.Corpus, m.CorpusSHA256 = given, given
		var b bytes.Buffer
		if err := checkpoint.Save(&b, m, nn.Init(nn.SpecOf(m.Settings), 3)); err != nil {
			t.Fatal(err)
		}
		got, err := checkpoint.ReadMeta(&b)
		if err != nil || got.Corpus != want || got.CorpusSHA256 != want {
			t.Errorf("%.20q: %q, %q, %v", given, got.Corpus, got.CorpusSHA256, err)
		}
	}
}
