package notebook_test

import (
	"errors"
	"slices"
	"testing"

	"cuaderno/server/notebook"
	"cuaderno/training/fit"
)

func TestRefuse(t *testing.T) {
	one := notebook.New("")
	one.Runs = []notebook.Run{{ID: "a"}}
	held := one
	held.Cells[slices.Index(notebook.Order, notebook.Fit)].Done = &notebook.Outcome{Output: "a"}
	used := held
	used.Cells[slices.Index(notebook.Order, notebook.Evaluate)].Activity = notebook.Queued
	interrupted := held
	interrupted.Runs = []notebook.Run{{ID: "a", Epochs: 3, Stopped: &fit.Stopped{Reason: fit.Interrupted}}}
	again := interrupted
	again.Cells[slices.Index(notebook.Order, notebook.Fit)].Activity = notebook.Queued
	pinned := notebook.New("")
	for _, text := range []string{"1", "2", "3", "4", "5"} {
		pinned, _ = notebook.Apply(pinned, notebook.Pin{Text: text})
	}
	for _, c := range []struct {
		name  string
		state notebook.State
		op    notebook.Op
		want  error
	}{
		{"rename", one, notebook.Rename{Run: "a"}, nil},
		{"rename another", one, notebook.Rename{Run: "b"}, notebook.ErrNoRun},
		{"rename none", one, notebook.Rename{}, notebook.ErrNoRun},
		{"adopt", one, notebook.Adopt{Run: "a"}, nil},
		{"adopt another", one, notebook.Adopt{Run: "b"}, notebook.ErrNoRun},
		{"delete", held, notebook.Delete{Run: "a"}, nil},
		{"delete another", held, notebook.Delete{Run: "b"}, notebook.ErrNoRun},
		{"delete what is worked with", used, notebook.Delete{Run: "a"}, notebook.ErrInUse},
		{"resume nothing", one, notebook.Resume{}, notebook.ErrNoResume},
		{"resume what is whole", held, notebook.Resume{}, notebook.ErrNoResume},
		{"resume", interrupted, notebook.Resume{}, nil},
		{"resume twice", again, notebook.Resume{}, nil},
		{"pin", one, notebook.Pin{Text: "1"}, nil},
		{"pin one too many", pinned, notebook.Pin{Text: "6"}, notebook.ErrPins},
		{"pin what is pinned", pinned, notebook.Pin{Text: " 5 "}, nil},
		{"unpin", pinned, notebook.Unpin{ID: pinned.Pins[0].ID}, nil},
		{"unpin another", pinned, notebook.Unpin{ID: 99}, notebook.ErrNoPin},
		{"anything else", one, notebook.Restart{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := notebook.Refuse(c.state, c.op); !errors.Is(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
