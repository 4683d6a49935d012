package session

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/notebook"
	"cuaderno/web"
)

// entry is a kept notebook, without a store.
type entry struct {
	jetstream.KeyValueEntry
	value []byte
}

func (e entry) Value() []byte    { return e.value }
func (e entry) Revision() uint64 { return 7 }

// What evaluate and classify show outlives the process, to the last word.
func TestVerdictsAreKept(t *testing.T) {
	evaluated := web.EvaluateResult{
		Loss: .4, Accuracy: .83, Confusion: [2][2]int{{1, 2}, {3, 4}}, Bag: .887, Own: true,
		ROC: []web.ROCPoint{{}, {False: .2, True: .7}, {False: 1, True: 1}}, Area: .91,
		Bins: []web.Bin{{Count: 3, Positive: 1, Mean: .05}}, Gap: .04,
		Mistakes: []web.Mistake{{Index: 9, Label: 1, P: .001, Tokens: []web.Token{{ID: 1, Full: 1}, {Word: "so", ID: 2, Full: 30000}}, From: 0, To: 2}},
	}
	classified := web.ClassifyResult{
		Probability: .9, Typed: "So so", Lowered: "so so", Filtered: "so so", Row: []int{0, 1, 2},
		Tokens: []web.OwnToken{{Text: "So", Word: "so", Rank: 4, ID: 7, Read: true, After: .7, Tried: true, Moved: -.1}, {Text: "so", Word: "so", Out: true}, {Text: "zzz", Word: "zzz", Absent: true}},
		Rule:   "imdb", Reread: []web.Reread{{Typed: "so—so", As: []string{"so", "so"}}},
		To: 2, Known: 1, Epoch: 2, Whole: .8, Before: .5, Blanks: 3, End: 4,
		Units:   []web.Unit{{Unit: 3, Weight: -.2, States: []float64{.1, -.4}}},
		Moments: []web.Moment{{Epoch: 1, P: .4}, {Epoch: 2, P: .9}},
	}
	s := notebook.New("So so")
	s.Without, s.Moment = "1", 2
	for i, id := range notebook.Order {
		switch id {
		case notebook.Evaluate:
			s.Cells[i].Done = &notebook.Outcome{Result: evaluated}
		case notebook.Classify:
			s.Cells[i].Done = &notebook.Outcome{Result: classified}
		}
	}
	data, err := encodeSnapshot(snapshot{state: s})
	if err != nil {
		t.Fatal(err)
	}
	got := decodeSnapshot(entry{value: data})
	if got.revision != 7 {
		t.Errorf("revision %d", got.revision)
	}
	for what, pair := range map[string][2]any{
		"evaluated":  {evaluated, got.state.Cell(notebook.Evaluate).Done.Result},
		"classified": {classified, got.state.Cell(notebook.Classify).Done.Result},
		"left out":   {"1", got.state.Without},
		"moment":     {2, got.state.Moment},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-kept +read):\n%s", what, diff)
		}
	}
}
