//go:build linux

package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuaderno/training"
)

// expected is what a reader's notebook has to hold: of every thing that the reader can set, the values
// that are right. It is one value once a change was acknowledged. A change without an answer may have
// been made or not, so what it would have set is right too, until another is acknowledged.
//
// Things are fields ("field maxlen"), sentences ("pin Not bad."), what is expected of an epoch
// ("guess 2"), runs of the list ("run ID") and their names ("name ID"). What is not there is "".
type expected map[string][]string

// changes are what a request does to things.
type changes map[string]string

// answer is what became of a request.
type answer int

const (
	unknown answer = iota // no answer, or one of a server that could not tell whether it was kept
	kept                  // it was done, and is kept
	refused               // nothing was changed
)

// learn takes in what became of a request.
func (e expected) learn(c changes, a answer) {
	for thing, value := range c {
		switch a {
		case kept:
			e[thing] = []string{value}
		case unknown:
			if !slices.Contains(e[thing], value) {
				e[thing] = append(e.right(thing), value)
			}
		}
	}
}

// right is what a thing may be; one that nobody has ever set is not there.
func (e expected) right(thing string) []string {
	if values, ok := e[thing]; ok {
		return values
	}
	return []string{""}
}

// meet takes in what a first look shows of things that nobody has set yet: fields as they are on a new
// page, and runs, which come by themselves.
func (e expected) meet(s sight) {
	for thing, value := range things(s) {
		if _, known := e[thing]; !known && (strings.HasPrefix(thing, "field ") || strings.HasPrefix(thing, "run ")) {
			e[thing] = []string{value}
		}
	}
}

// check compares with what a page shows, and says what is wrong.
func (e expected) check(s sight) (compared int, wrong []string) {
	shown := things(s)
	for thing, right := range e {
		if !visible(thing, s) {
			continue
		}
		compared++
		if !slices.Contains(right, shown[thing]) {
			wrong = append(wrong, fmt.Sprintf("%s is %q and must be one of %q", thing, shown[thing], right))
		}
	}
	for thing, value := range shown {
		if _, set := e[thing]; !set && strings.HasPrefix(thing, "pin ") {
			wrong = append(wrong, fmt.Sprintf("%s is %q, and nobody has set it", thing, value))
		}
	}
	slices.Sort(wrong)
	return compared, wrong
}

// visible tells whether a page shows whether a thing is there.
func visible(thing string, s sight) bool {
	kind, name, _ := strings.Cut(thing, " ")
	switch kind {
	case "run", "name":
		return s.validity["compare"] != "fresh" // else there is no table
	case "guess":
		epoch, err := strconv.Atoi(name)
		planned, _ := strconv.Atoi(s.fields["epochs"])
		return err == nil && epoch <= planned
	}
	return true
}

// things are what a page shows, by the names that are expected.
func things(s sight) map[string]string {
	all := map[string]string{}
	for name, value := range s.fields {
		all["field "+name] = value
	}
	for name, value := range s.guesses {
		all["guess "+strings.TrimPrefix(name, "e")] = value
	}
	for _, p := range s.pins {
		all["pin "+p.text] = "pinned"
	}
	for _, r := range s.runs {
		all["run "+r.id], all["name "+r.id] = "listed", r.name
	}
	return all
}

// settingsOf are the changes that put settings into the fields.
func settingsOf(settings map[string]string) changes {
	c := changes{}
	for _, f := range training.Fields {
		if value, ok := settings[f.Name]; ok {
			c["field "+f.Name] = value
		}
	}
	return c
}
