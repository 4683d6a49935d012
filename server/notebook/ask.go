package notebook

import "slices"

// ask queues a cell behind those that it needs and that have nothing valid to give. What a valid
// or a working cell was made from is not looked at.
func (s *State) ask(id ID) {
	if !Known(id) {
		return
	}
	wanted := map[ID]bool{}
	var want func(ID)
	want = func(id ID) {
		wanted[id] = true
		for _, need := range rules.Of(id).needs {
			if !s.holds(need) && !s.at(need).Pending() {
				want(need)
			}
		}
	}
	if !s.at(id).Pending() {
		want(id)
	}
	for _, id := range Order {
		if wanted[id] {
			s.enqueue(id)
		}
	}
}

// askAll queues every cell without a result that holds; where all hold, every cell again.
func (s *State) askAll() {
	again := !slices.ContainsFunc(Order, func(id ID) bool { return !s.holds(id) })
	for _, id := range Order {
		if again || !s.holds(id) {
			s.enqueue(id)
		}
	}
}

// askStale queues the cells whose results no longer hold, behind those that they need.
func (s *State) askStale() {
	for _, id := range Order {
		if s.at(id).Validity == Stale {
			s.ask(id)
		}
	}
}

// Plan lists the cells that an operation would put to work, now or when their turn comes, without
// those that are pending already. It is what a button can say before it is pressed.
func (s State) Plan(op Op) []ID {
	next := s.clone()
	switch op := op.(type) {
	case RunCell:
		next.ask(op.Cell)
	case RunAll:
		next.askAll()
	case RunStale:
		next.askStale()
	}
	return next.Queue[len(s.Queue):]
}

// Inputs tells which fields an operation that runs cells would read: those of the cells that it puts to
// work, and of the one it asks for.
func (s State) Inputs(op Op) map[string]bool {
	cells := s.Plan(op)
	switch op := op.(type) {
	case RunCell:
		cells = append(cells, op.Cell)
	case RunAll:
		cells = Order
	}
	read := map[string]bool{}
	for _, id := range cells {
		for _, name := range rules.Of(id).reads {
			read[name] = true
		}
	}
	return read
}
