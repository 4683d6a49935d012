package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/natefinch/atomic"
	"github.com/nats-io/nats-server/v2/server"
)

// ledgerName is the file with what each stream had of late. The embedded server opens a stream whose blocks
// are damaged with what is left of it, and says nothing; who has lost something is to be told.
const ledgerName = "streams.json"

// ledger is that file.
type ledger struct {
	Closed  bool             `json:"closed"` // nothing was written after it
	Streams map[string]tally `json:"streams"`
}

// tally is what a stream has.
type tally struct {
	Messages uint64    `json:"messages"`
	Bytes    uint64    `json:"bytes"`
	Last     uint64    `json:"last"`  // sequence
	First    time.Time `json:"first"` // when the oldest message was written
}

// kind is how a stream may come to have fewer messages.
type kind struct {
	age    time.Duration // after which they expire; 0 for never
	purges bool          // they may be deleted without a mark
}

// tallies counts what is in the streams.
func (e *engine) tallies() (all map[string]tally, kinds map[string]kind, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server == nil {
		return nil, nil, errors.New("the embedded server is not there")
	}
	info, err := e.server.Jsz(&server.JSzOptions{Accounts: true, Streams: true, Config: true})
	if err != nil {
		return nil, nil, err
	}
	all, kinds = map[string]tally{}, map[string]kind{}
	for _, account := range info.AccountDetails {
		for _, s := range account.Streams {
			if s.Config == nil || s.Name == healthStream {
				continue
			}
			all[s.Name] = tally{s.State.Msgs, s.State.Bytes, s.State.LastSeq, s.State.FirstTime}
			kinds[s.Name] = kind{s.Config.MaxAge, !strings.HasPrefix(s.Name, "KV_")}
		}
	}
	return all, kinds, nil
}

// missing tells of which streams messages are gone, and what. Sequences never go back; a bucket, where what is
// deleted leaves a mark, never has fewer messages unless some have expired; and what was closed is as it was.
func missing(before ledger, now map[string]tally, kinds map[string]kind, at time.Time) (lost map[string]string) {
	lost = map[string]string{}
	for name, was := range before.Streams {
		is, there := now[name]
		expired := kinds[name].age > 0 && at.Sub(was.First) > kinds[name].age
		switch {
		case is.Messages < was.Messages && (!there || !kinds[name].purges && !expired):
			lost[name] = fmt.Sprintf("%d of %d entries", was.Messages-is.Messages, was.Messages)
		case before.Closed && is.Bytes < was.Bytes && !expired:
			lost[name] = fmt.Sprintf("%d of %d bytes", was.Bytes-is.Bytes, was.Bytes)
		case is.Last < was.Last:
			lost[name] = fmt.Sprintf("the last %d of %d entries ever made", was.Last-is.Last, was.Last)
		}
	}
	return lost
}

// compare finds out what was lost since the ledger was written, and by the opening itself, and tells it.
func (s *Store) compare(dir string, before *blocks) error {
	now, kinds, err := s.engine.tallies()
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, name := range s.Lost {
		told[name] = true
	}
	var lost []string
	for name, what := range missing(readLedger(dir), now, kinds, time.Now()) {
		if !told[name] && !told[everything] {
			told[name] = true
			lost = append(lost, name+": "+what)
		}
	}
	cut, err := before.cut(func(stream string) bool { return told[stream] })
	if err != nil {
		return err
	}
	for _, b := range cut {
		if name := streamOf(b.path); !told[name] && name != healthStream {
			lost = append(lost, fmt.Sprintf("%s: %d of %d bytes of %s", name, b.was-b.now, b.was, filepath.Base(b.path)))
		}
	}
	aside, err := before.setAside(dir, cut)
	if err != nil {
		return err
	}
	if len(lost) > 0 {
		slices.Sort(lost)
		s.damaged(errors.New("lost of "+strings.Join(lost, ", ")), aside, lost)
	} else if aside != "" { // it is told already
		slog.Warn("what was damaged is kept as it was before the store was opened", "aside", aside)
	}
	return s.enter(dir, ledger{Streams: now})
}

// readLedger gives what was written last, empty if nothing was.
func readLedger(dir string) (l ledger) {
	data, err := os.ReadFile(filepath.Join(dir, ledgerName))
	if err == nil {
		err = json.Unmarshal(data, &l)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		slog.Warn("it is not known what the store had", "error", err)
		return ledger{}
	}
	return l
}

// enter writes the ledger, if there is something new to write.
func (s *Store) enter(dir string, now ledger) error {
	if s.ledger.Streams != nil && now.Closed == s.ledger.Closed && maps.Equal(now.Streams, s.ledger.Streams) {
		return nil
	}
	data, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if err := atomic.WriteFile(filepath.Join(dir, ledgerName), bytes.NewReader(data)); err != nil {
		return err
	}
	s.ledger = now
	return nil
}

// count keeps the ledger up to date; closed says that nothing will be written after it.
func (s *Store) count(closed bool) {
	if s.engine == nil || s.scratch != "" {
		return
	}
	counts, _, err := s.engine.tallies()
	if err == nil {
		err = s.enter(s.files, ledger{closed, counts})
	}
	if err != nil {
		slog.Warn("the store's entries are not counted", "error", err)
	}
}
