package lesson_test

import (
	"testing"

	"cuaderno/training/lesson"
)

// Order, and what Each asks for, are the same cells.
func TestCells(t *testing.T) {
	each := lesson.Each("intro", "load", "inspect", "pad", "model", "compile", "fit", "evaluate", "classify", "compare")
	if len(lesson.Order) != len(each) {
		t.Fatalf("%d cells in Order, %d of Each", len(lesson.Order), len(each))
	}
	for i, id := range lesson.Order {
		if each[i] != string(id) || each.Of(id) != string(id) {
			t.Errorf("%s is %s of Each, and Of gives %s", id, each[i], each.Of(id))
		}
	}
	if lesson.Known("chorus") || !lesson.Known(lesson.Compare) {
		t.Error("another cell is known")
	}
}
