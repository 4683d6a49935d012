package practice_test

import (
	"regexp"
	"strings"
	"testing"

	"cuaderno/training/imdb/practice"
)

var reference = regexp.MustCompile(`\{!?(\w+)\}`)

func TestLists(t *testing.T) {
	lists := practice.Lists()
	t.Run("each is used", func(t *testing.T) {
		used := map[string]bool{}
		var visit func(name string)
		visit = func(name string) {
			if used[name] {
				return
			}
			if used[name] = true; lists[name][0] == nil {
				t.Errorf("there is no list %q", name)
			}
			for _, entries := range lists[name] {
				for _, entry := range entries {
					for _, m := range reference.FindAllStringSubmatch(entry, -1) {
						visit(m[1])
					}
				}
			}
		}
		for _, name := range practice.Roots() {
			visit(name)
		}
		for name := range lists {
			if !used[name] {
				t.Errorf("%q is never drawn", name)
			}
		}
	})
	t.Run("no word of opinion on both sides", func(t *testing.T) {
		for _, name := range practice.Opinions() {
			favour := map[string]bool{}
			for _, entry := range lists[name][0] {
				if favour[entry] && name != "hoped" {
					t.Errorf("%s: %q twice", name, entry)
				}
				favour[entry] = true
			}
			for _, entry := range lists[name][1] {
				if favour[entry] {
					t.Errorf("%s: %q on both sides", name, entry)
				}
			}
		}
	})
	t.Run("sides of about equal variety", func(t *testing.T) {
		// Else one side's words would be commoner than the other's, and length of the tail would tell.
		for _, name := range practice.Opinions() {
			a, b := len(lists[name][0]), len(lists[name][1])
			if 4*a > 5*b || 4*b > 5*a {
				t.Errorf("%s has %d for and %d against", name, a, b)
			}
		}
	})
	t.Run("lower case, letters and digits", func(t *testing.T) {
		word := regexp.MustCompile(`^[a-z0-9' ]+$`)
		for name, entries := range lists {
			for _, entry := range append(entries[0], entries[1]...) {
				plain := strings.NewReplacer(",", "", "-", "").Replace(reference.ReplaceAllString(entry, "x"))
				if !word.MatchString(plain) {
					t.Errorf("%s: %q", name, entry)
				}
			}
		}
	})
}

func TestShares(t *testing.T) {
	for _, table := range practice.Shares() {
		sum := 0
		for _, percent := range table {
			sum += percent
		}
		if sum != 100 {
			t.Errorf("%v adds up to %d percent", table, sum)
		}
	}
}
