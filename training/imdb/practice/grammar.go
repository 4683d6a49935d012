package practice

import (
	"fmt"
	"strings"
)

// A side is what a review argues for; it is also the label.
type side int

const (
	against side = 0
	favour  side = 1
)

func (s side) other() side { return 1 - s }

// grammar is all lists, compiled: rules by name, and every word of them with a number.
type grammar struct {
	rules   map[string]*rule
	words   []string
	numbers map[string]int32
	a, an   int32
}

// rule is a list to draw from, one for each side; a neutral rule has the same list twice.
type rule struct {
	entries [2][][]piece
	usedIn  [2][]int // the last review that drew each entry; one slice for both sides if neutral
	draws   int      // of which the earliest entry counts: the more, the commoner the first ones
	kept    bool     // drawn once a review
	said    []int32  // of a kept rule
	saidIn  int      // the review in which
}

// piece is a word, or a rule to draw from.
type piece struct {
	word int32
	rule *rule // nil: the word as it is
	flip bool  // take the other side's entries
}

// compile makes rules of the lists. It panics on a name that no list has: a mistake in these files.
func compile() *grammar {
	g := &grammar{rules: map[string]*rule{}, numbers: map[string]int32{}}
	g.a, g.an = g.number("a"), g.number("an")
	lists := map[string][2][]string{"surname": both(surnames())}
	for name, list := range neutral {
		lists[name] = both(entriesOf(list))
	}
	for name, list := range opinions {
		lists[name] = [2][]string{favour: entriesOf(list[0]), against: entriesOf(list[1])}
	}
	// Some words are commoner than others, as in any language; those of opinion most of all (below),
	// so that a few epochs meet the common ones often enough.
	for name := range lists {
		g.rules[name] = &rule{draws: 2}
	}
	for draws, phrases := range []map[string][]string{nil, plots, judgements} {
		for name, list := range phrases {
			lists[name] = both(list)
			g.rules[name] = &rule{draws: draws}
		}
	}
	for name, list := range lists {
		r := g.rules[name]
		for s, texts := range list {
			for _, text := range texts {
				r.entries[s] = append(r.entries[s], g.phrase(text))
			}
			r.usedIn[s] = make([]int, len(texts))
		}
		if _, sided := opinions[name]; sided {
			r.draws = 3
		} else {
			r.usedIn[against] = r.usedIn[favour]
		}
	}
	for _, name := range kept {
		g.rules[name].kept = true
	}
	return g
}

// phrase splits at what splits words of the real corpus, too.
func (g *grammar) phrase(text string) []piece {
	var pieces []piece
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,-", r) }) {
		name, isRule := strings.CutPrefix(word, "{")
		if !isRule {
			pieces = append(pieces, piece{word: g.number(word)})
			continue
		}
		name, flip := strings.CutPrefix(strings.TrimSuffix(name, "}"), "!")
		r, ok := g.rules[name]
		if !ok {
			panic(fmt.Sprintf("practice: no list %q for %q", name, text))
		}
		pieces = append(pieces, piece{rule: r, flip: flip})
	}
	return pieces
}

func (g *grammar) number(word string) int32 {
	n, ok := g.numbers[word]
	if !ok {
		n = int32(len(g.words))
		g.numbers[word] = n
		g.words = append(g.words, word)
	}
	return n
}

// text spells words out.
func (g *grammar) text(words []int32) string {
	var b strings.Builder
	for i, n := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(g.words[n])
	}
	return b.String()
}

func both(list []string) [2][]string { return [2][]string{list, list} }

func entriesOf(list string) []string {
	fields := strings.Fields(list)
	for i, f := range fields {
		fields[i] = strings.ReplaceAll(f, "_", " ")
	}
	return fields
}

func surnames() []string {
	var all []string
	for back := range strings.FieldsSeq(surnameEnds) {
		for front := range strings.FieldsSeq(surnameFronts) {
			all = append(all, front+back)
		}
	}
	return all
}
