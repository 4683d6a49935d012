package reviews

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// entry is a file of a folder or an archive.
type entry struct {
	name string // below the folder, with slashes
	size int64  // what it adds to the progress
	flaw string // why it cannot be read, if so
	open func() (io.ReadCloser, error)
}

// layout reads from a path which review a file is: .../train/pos/0_9.txt, or pos/0_9.txt alone. ok is false for
// what is none: what stands elsewhere, and what systems add by themselves.
func layout(name string) (p Part, label int, ok bool) {
	dirs := strings.Split(path.Dir(name), "/")
	switch dirs[len(dirs)-1] {
	case "pos":
		label = 1
	case "neg":
	default: // unsup has no labels
		return Any, -1, false
	}
	if len(dirs) > 1 {
		p = parts[dirs[len(dirs)-2]]
	}
	return p, label, !added(name)
}

// added says that a system put a file there by itself.
func added(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "__MACOSX" || strings.HasPrefix(part, ".") && part != "." && part != ".." {
			return true
		}
	}
	switch strings.ToLower(path.Base(name)) {
	case "thumbs.db", "desktop.ini":
		return true
	}
	return false
}

// mayHold says of a link that reviews may stand at its end or below it.
func mayHold(name string) bool {
	_, _, ok := layout(name)
	switch path.Base(name) {
	case "train", "test", "pos", "neg":
		ok = !added(name)
	}
	return ok
}

// entries takes the reviews among the files, in the order of their names.
func (r *reader) entries(files []entry) error {
	slices.SortStableFunc(files, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	defer func() { r.file = "" }()
	for i, f := range files {
		r.file = f.name
		if err := r.entry(f); err != nil {
			return err
		}
		if r.before += f.size; i%64 == 0 {
			if err := r.at(); err != nil {
				return err
			}
		}
	}
	return r.at()
}

func (r *reader) entry(f entry) error {
	part, label, _ := layout(f.name)
	switch {
	case f.flaw != "":
		return r.fault(Place{}, fmt.Errorf("%s", f.flaw))
	case path.Ext(f.name) != ".txt":
		return r.fault(Place{}, fmt.Errorf("the name does not end in .txt, as those of reviews do"))
	}
	in, err := f.open()
	if err != nil {
		return r.fault(Place{}, err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, int64(r.Limit)+1))
	if errors.As(err, new(zipError)) {
		return r.wrong(Place{}, "%w", err)
	}
	if err != nil {
		return r.fault(Place{}, err)
	}
	return r.take(Review{Text: strings.TrimPrefix(string(text), string(bom)), Label: label, Part: part})
}

// tooLarge is the flaw of a file that is not read.
func (r *reader) tooLarge(size int64) string {
	if size <= int64(r.Limit) {
		return ""
	}
	return fmt.Sprintf("a text of %d bytes; at most %d are allowed", size, r.Limit)
}
