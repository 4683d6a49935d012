package practice

// Lists gives every list of the grammar by name: what favour and what against draw from.
func Lists() map[string][2][]string {
	all := map[string][2][]string{"surname": both(surnames())}
	for name, list := range neutral {
		all[name] = both(entriesOf(list))
	}
	for name, lists := range opinions {
		all[name] = [2][]string{entriesOf(lists[0]), entriesOf(lists[1])}
	}
	for name, list := range plots {
		all[name] = both(list)
	}
	for name, list := range judgements {
		all[name] = both(list)
	}
	return all
}

// Opinions names the lists that differ by side.
func Opinions() (names []string) {
	for name := range opinions {
		names = append(names, name)
	}
	return names
}

// Roots names the lists that reviews begin from.
func Roots() []string {
	roots := []string{"opening", "premise", "event", "tail", "overall"}
	for _, shares := range Shares() {
		for name := range shares {
			roots = append(roots, name)
		}
	}
	return roots
}

// Shares gives every table of shares.
func Shares() []map[string]int {
	var all []map[string]int
	for _, table := range [][]share{judging, verdict, closing, briefly, granting} {
		m := map[string]int{}
		for _, s := range table {
			m[s.name] += s.percent
		}
		all = append(all, m)
	}
	return all
}
