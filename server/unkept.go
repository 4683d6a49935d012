package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"time"
)

// again is how often a desk looks whether what is not kept can be, and what its pages have to be told of
// keeping.
const again = time.Second

// unkept is what a desk could not keep: its state lies in memory only.
type unkept struct {
	why   error
	tried map[[sha256.Size]byte]bool // what was given to the store, which may yet have taken it
}

// errUnkept is what a reader is told whose change is made, but lies in memory only.
func errUnkept(why error) error {
	return failure{code: codeUnkept, detail: "the change is made and is kept as soon as it can be: " + why.Error()}
}

// put keeps a sheet, also where the notebook was deleted meanwhile. errBehind says that another server has
// written it; any other error, that it is to be tried again.
func (d *desk) put(ctx context.Context, p *sheet) error {
	for {
		err := d.house.store.Err() // then there is nothing to wait for
		if err == nil {
			err = d.house.keep.save(ctx, d.id, p)
		}
		if errors.Is(err, errBehind) {
			latest, failed := d.house.keep.load(ctx, d.id)
			if failed == nil && latest.revision > 0 && !d.own(latest) {
				return err
			}
			if failed == nil {
				p.revision = latest.revision
				continue
			}
			err = failed
		}
		if err == nil {
			if d.unkept != nil {
				slog.Info("a notebook's changes are kept now", "notebook", d.id[:8])
			}
			d.unkept = nil
			return nil
		}
		if d.unkept == nil {
			slog.ErrorContext(ctx, "a notebook's change is not kept, and will be tried again", "notebook", d.id[:8], "error", err)
			d.unkept = &unkept{tried: map[[sha256.Size]byte]bool{}}
		}
		d.unkept.why, d.unkept.tried[p.sum] = err, true
		return err
	}
}

// own tells whether a sheet that the store has is this desk's own: no other server writes there, or it is
// one that seemed not to have been taken.
func (d *desk) own(p sheet) bool { return !d.house.shared || d.unkept != nil && d.unkept.tried[p.sum] }

// keepAgain keeps what was not kept, where that has become possible.
func (d *desk) keepAgain(ctx context.Context) {
	if d.unkept == nil || d.house.store.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, keepWait)
	defer cancel()
	p := d.sheet
	err := d.put(ctx, &p)
	if errors.Is(err, errBehind) {
		slog.Warn("a notebook was changed on another server while its changes here could not be kept: they are given up", "notebook", d.id[:8])
		d.unkept = nil
		if latest, err := d.house.keep.load(ctx, d.id); err == nil {
			d.adopt(latest)
		}
		return
	}
	d.revision = p.revision
}

// heedNotice tells the pages when there is something else to be told of keeping.
func (d *desk) heedNotice() {
	if notice := d.notice(); notice != d.told {
		d.told = notice
		d.publish()
	}
}
