package imdb

import "fmt"

func (p *pickle) push(v value) error {
	if len(p.stack) == maxStack {
		return damaged("more than %d things at once", maxStack)
	}
	p.stack = append(p.stack, v)
	return nil
}

// pop takes the n topmost values, of which none may be a mark. They are valid until the next push.
func (p *pickle) pop(n int) ([]value, error) {
	at := len(p.stack) - n
	if at < 0 {
		return nil, damaged("it takes more than it put there")
	}
	items := p.stack[at:]
	for _, v := range items {
		if v.kind == mark {
			return nil, damaged("it takes more than it put there")
		}
	}
	p.stack = p.stack[:at]
	return items, nil
}

// popMark takes everything above the last mark, and the mark.
func (p *pickle) popMark() ([]value, error) {
	for i := len(p.stack) - 1; i >= 0; i-- {
		if p.stack[i].kind == mark {
			items := p.stack[i+1:]
			p.stack = p.stack[:i]
			return items, nil
		}
	}
	return nil, damaged("a mark is missing")
}

func (p *pickle) makeTuple(items []value) error {
	if p.tuple++; p.tuple > maxTuples {
		return damaged("more than %d tuples", maxTuples)
	}
	return p.push(value{kind: tuple, items: append([]value(nil), items...)})
}

// put remembers the value on top. Lists are counted but not kept: a review that is another one's
// alias has no place in the data set.
func (p *pickle) put(key uint32) error {
	if len(p.stack) == 0 || p.stack[len(p.stack)-1].kind == mark {
		return damaged("nothing there to remember")
	}
	p.puts++
	if top := p.stack[len(p.stack)-1]; top.kind != list {
		if len(p.memo) == maxMemo {
			return damaged("more than %d things to remember", maxMemo)
		}
		p.memo[key] = top
	}
	return nil
}

func (p *pickle) get(key uint32) error {
	v, ok := p.memo[key]
	if !ok {
		return damaged("it refers back to a list, or to nothing")
	}
	return p.push(v)
}

// reduce stands where Python would call f(args...). Nothing is called: the three forms that numpy
// writes are recognised by their whole shape, and leave a token of what they would make.
func (p *pickle) reduce(f, args value) error {
	if f.kind != global || args.kind != tuple {
		return damaged("a call of what is no function")
	}
	a := args.items
	switch f.s {
	case "_reconstruct": // (ndarray, (0,), b'b')
		if len(a) == 3 && a[0].kind == global && a[0].s == "ndarray" && a[1].kind == tuple && a[2].kind == text {
			return p.push(value{kind: array})
		}
	case "dtype": // ('O8', False, True)
		if len(a) == 3 && a[0].kind == text && isObject(a[0].s) && a[1].kind == number && a[2].kind == number {
			return p.push(value{kind: dtype})
		}
	case "encode": // ('b', 'latin1')
		if len(a) == 2 && a[0].kind == text && a[1].kind == text {
			return p.push(a[0])
		}
	}
	return fmt.Errorf("%w: it calls %s in an unknown way", ErrForbidden, f.s)
}

func isObject(name string) bool { return name == "O" || name == "O4" || name == "O8" }

// build gives the array its contents. A dtype's state says nothing that matters here.
func (p *pickle) build(state value) error {
	if len(p.stack) == 0 || state.kind != tuple {
		return damaged("contents without an owner")
	}
	switch p.stack[len(p.stack)-1].kind {
	case dtype:
		return nil
	case array: // (version, shape, dtype, is_fortran, list)
		s := state.items
		if len(s) != 5 || s[0].kind != number || s[1].kind != tuple || s[2].kind != dtype || s[3].kind != number || s[4].kind != list {
			return damaged("not the contents of an array of lists")
		}
		shape := s[1].items
		if len(shape) != 1 || shape[0].kind != number || shape[0].n != int64(p.want) || s[4].n != 0 {
			return damaged("an array of another shape than promised")
		}
		p.built = true
		return nil
	}
	return damaged("contents for what is no array")
}
