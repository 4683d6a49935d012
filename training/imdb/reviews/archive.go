package reviews

import (
	"path"
	"strings"
)

// archive is what an archive holds that may be read: the files below pos and neg or, where there are none, files
// of many reviews each.
type archive struct {
	below []entry
	files []entry
}

// wants says whether a file of an archive may be read, and whether it is a single review.
func (a *archive) wants(name string) (wanted, review bool) {
	if added(name) {
		return false, false
	}
	if _, _, review = layout(name); review {
		return true, true
	}
	_, known := kinds[strings.ToLower(path.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")))]
	return known && len(a.below) == 0, false
}

// add takes a file. The first review tells that files beside pos and neg are none.
func (a *archive) add(e entry, review bool) {
	if !review {
		a.files = append(a.files, e)
		return
	}
	a.below, a.files = append(a.below, e), nil
}

// link takes a link, which is a fault where a review may stand at its end.
func (a *archive) link(name, flaw string) {
	if mayHold(name) {
		a.add(entry{name: name, flaw: flaw}, true)
	}
}

// archive reads the reviews below pos and neg, or the one file of reviews that there is.
func (r *reader) archive(a archive) error {
	switch {
	case len(a.below) > 0:
		return r.entries(a.below)
	case len(a.files) == 1:
		f := a.files[0]
		in, err := f.open()
		if err != nil {
			return r.wrong(Place{}, "%s: %w", f.name, err)
		}
		defer in.Close()
		r.total = f.size
		return r.stream(path.Base(f.name), in)
	case len(a.files) > 1:
		return r.wrong(Place{}, "there are several files in it, among them %s and %s; unpack the one that is meant", a.files[0].name, a.files[1].name)
	}
	return r.wrong(Place{}, "%w; this archive has neither", ErrKind)
}
