package web

import (
	"encoding/json"
	"maps"
	"slices"
)

// PinReview stands in Invalid for a review that may stand in its box, but is too long to be pinned.
const PinReview = "pin_review"

// wrongIn lists the fields of a cell that hold what they may not, in the order of its form.
func wrongIn(c CellView) (names []string) {
	for _, name := range formOf(c) {
		if _, bad := c.Invalid[name]; bad {
			names = append(names, name)
		}
	}
	return names
}

// formOf lists what can be wrong in a cell's form.
func formOf(c CellView) (names []string) {
	for _, f := range fieldsOf(c) {
		names = append(names, f.Name)
	}
	if c.ID == "classify" {
		names = append(names, "review", PinReview, "without", "at_epoch")
	}
	return names
}

// elsewhere is what stands in the fields of other cells and is not allowed.
func elsewhere(c CellView) map[string]string {
	others := maps.Clone(c.Invalid)
	for _, name := range formOf(c) {
		delete(others, name)
	}
	return others
}

// Focus has the page begin at the first field that holds what it may not.
func (p PageView) Focus() {
	for i, c := range p.Cells {
		if wrong := wrongIn(c); len(wrong) > 0 {
			if p.Cells[i].Focus = wrong[0]; wrong[0] == PinReview {
				p.Cells[i].Focus = "review"
			}
			return
		}
	}
}

// edits are the numbers of the latest edits, for the page's script.
func (p PageView) edits() string {
	text, err := json.Marshal(p.Edits)
	if err != nil {
		panic("web: " + err.Error()) // strings and numbers only
	}
	return string(text)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
