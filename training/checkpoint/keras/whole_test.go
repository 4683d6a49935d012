package keras_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"cuaderno/training"
	"cuaderno/training/checkpoint/hdf5"
	"cuaderno/training/checkpoint/keras"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file(t, name+".gz")))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readWhole(t *testing.T, name string, data []byte) (keras.Model, error) {
	t.Helper()
	if strings.HasSuffix(name, ".keras") {
		return keras.ReadArchive(bytes.NewReader(data), int64(len(data)))
	}
	return read(t, data)
}

// A Functional model that Keras 3 or 2 saved as .h5, in the newest form of the format, or as .keras is read
// alike: with its maxlen, and with Keras' own probabilities.
func TestFunctionalModels(t *testing.T) {
	for _, name := range []string{"functional.h5", "functional-latest.h5", "functional.keras", "keras2.h5", "keras2.keras"} {
		t.Run(name, func(t *testing.T) {
			var want struct {
				Rows          [][]int32
				Probabilities []float64
			}
			of, _, _ := strings.Cut(strings.ReplaceAll(name, "-latest", ""), ".")
			if err := json.Unmarshal(file(t, of+".json"), &want); err != nil {
				t.Fatal(err)
			}
			data := unpacked(t, name)
			m, err := readWhole(t, name, data)
			if err != nil {
				t.Fatal(err)
			}
			s := m.Settings(training.Defaults())
			if s.Maxlen != 12 || !m.Whole {
				t.Errorf("maxlen %d, whole %v", s.Maxlen, m.Whole)
			}
			got, err := fit.NewPredictor(nn.SpecOf(s), m.Params).Predict(t.Context(), want.Rows)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range got {
				if math.Abs(float64(p)-want.Probabilities[i]) > 1e-6 {
					t.Errorf("row %d: %v, Keras gives %v", i, p, want.Probabilities[i])
				}
			}
			// Keras stores its optimizer last: a file cut there has all of the model, and h5py refuses it.
			for _, n := range []int{len(data) - 1, len(data) - 64} {
				if _, err := readWhole(t, name, data[:n]); !errors.Is(err, hdf5.ErrFormat) && !errors.Is(err, keras.ErrModel) {
					t.Errorf("cut to %d of %d bytes: %v", n, len(data), err)
				}
			}
		})
	}
	t.Run("another gate", func(t *testing.T) {
		_, err := read(t, unpacked(t, "hard_sigmoid.h5"))
		if !errors.Is(err, keras.ErrModel) || !strings.Contains(err.Error(), `recurrent_activation="hard_sigmoid"`) {
			t.Errorf("%v", err)
		}
	})
}
