package main

import (
	"bytes"
	"testing"

	"cuaderno/server/servertest"
	"cuaderno/training"
	"cuaderno/training/fit"
)

// The figures of the first line are those that the classroom notebook printed.
var events = []fit.Event{
	fit.EpochStarted{Epoch: 1, Epochs: 3, Steps: 782},
	fit.BatchDone{Epoch: 1, Batch: 782, Steps: 782},
	fit.EpochDone{Epoch: 1, Loss: 0.4367, Accuracy: 0.7934, ValLoss: 0.3579, ValAccuracy: 0.8380, Seconds: 12.6, MsPerStep: 14, Best: true},
	fit.EpochStarted{Epoch: 2, Epochs: 3, Steps: 782},
	fit.BatchDone{Epoch: 2, Batch: 391, Steps: 782, Loss: 0.25, Accuracy: 0.9, Seconds: 6.256},
}

func TestReports(t *testing.T) {
	s := training.Defaults()
	s.Epochs, s.EarlyStopping, s.Patience = 3, "val_loss", 1
	for _, c := range []struct {
		name       string
		end        fit.Stopped
		keras, own string
	}{
		{"interrupted", fit.Stopped{Reason: fit.Interrupted, Epochs: 1},
			"391/782 - 6s - 16ms/step - accuracy: 0.9000 - loss: 0.2500\nInterrupted after 1 of 3 epochs\n",
			`{"event":"stopped","reason":"interrupted","epochs":1,"batch":391,"loss":0.25,"accuracy":0.9}` + "\n"},
		{"stopped early", fit.Stopped{Reason: fit.StoppedEarly, Epochs: 2, Best: 1},
			"Epoch 2: early stopping; the best epoch was 1\n",
			`{"event":"stopped","reason":"early_stopping","epochs":2,"best":1,"monitor":"val_loss","patience":1}` + "\n"},
		{"finished", fit.Stopped{Reason: fit.Finished, Epochs: 3}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var keras, own bytes.Buffer
			for _, r := range []reporter{newKerasLines(&keras, s), newJSONLines(&own, s)} {
				for _, e := range events {
					r.event(e)
				}
				r.event(c.end)
			}
			servertest.Same(t, "as Keras", keras.String(), "Epoch 1/3\n"+
				"782/782 - 13s - 16ms/step - accuracy: 0.7934 - loss: 0.4367 - val_accuracy: 0.8380 - val_loss: 0.3579\n"+
				"Epoch 2/3\n"+c.keras)
			servertest.Same(t, "JSON", own.String(), `{"event":"epoch","epoch":1,"loss":0.4367,"accuracy":0.7934,"val_loss":0.3579,"val_accuracy":0.838,"seconds":12.6,"ms_per_step":14}`+"\n"+c.own)
		})
	}
}
