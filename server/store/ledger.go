package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ledgerName is the file with how many messages each stream had of late. The embedded server opens a stream
// whose blocks are damaged with what is left of it, and says nothing; who has lost something is to be told.
const ledgerName = "streams.json"

// tally counts the messages of the streams that only grow, or nearly so.
func (e *engine) tally() (counts map[string]uint64, expire map[string]bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server == nil {
		return nil, nil, errors.New("the embedded server is not there")
	}
	info, err := e.server.Jsz(&server.JSzOptions{Accounts: true, Streams: true, Config: true})
	if err != nil {
		return nil, nil, err
	}
	counts, expire = map[string]uint64{}, map[string]bool{}
	for _, account := range info.AccountDetails {
		for _, s := range account.Streams {
			// Queues are emptied, and of objects it is known elsewhere which are whole.
			if s.Config == nil || s.Config.Retention != server.LimitsPolicy || strings.HasPrefix(s.Name, "OBJ_") || s.Name == healthStream {
				continue
			}
			counts[s.Name], expire[s.Name] = s.State.Msgs, s.Config.MaxAge > 0 || !strings.HasPrefix(s.Name, "KV_")
		}
	}
	return counts, expire, nil
}

// missing names the streams of which messages are gone that the ledger counted. A bucket never has fewer, for
// what is deleted leaves a mark, unless what is in it expires.
func missing(before, now map[string]uint64, expire map[string]bool) (lost []string) {
	for name, had := range before {
		has, there := now[name]
		if has == 0 && had > 0 || there && (has < had/2 || has < had && !expire[name]) {
			lost = append(lost, fmt.Sprintf("%s: %d of %d entries", name, had-has, had))
		}
	}
	return lost
}

// compare finds out what was lost since the ledger was written, and tells it.
func (s *Store) compare(dir string) error {
	now, expire, err := s.engine.tally()
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(dir, ledgerName))
	if errors.Is(err, fs.ErrNotExist) {
		return s.enter(dir, now)
	}
	before := map[string]uint64{}
	if err == nil {
		err = json.Unmarshal(data, &before)
	}
	if err != nil {
		slog.Warn("it is not known what the store had", "error", err)
		clear(before)
	}
	s.ledger = maps.Clone(before)
	for _, told := range s.Lost {
		if delete(before, told); told == everything {
			clear(before)
		}
	}
	if lost := missing(before, now, expire); len(lost) > 0 {
		s.lose(lost)
		s.Note = strings.TrimPrefix(s.Note+"; lost of "+strings.Join(lost, ", "), "; ")
		slog.Error("the store is damaged, going on with what is left", "lost", lost)
	}
	return s.enter(dir, now)
}

// enter writes the ledger, if there is something new to write.
func (s *Store) enter(dir string, now map[string]uint64) error {
	if maps.Equal(now, s.ledger) {
		return nil
	}
	data, err := json.Marshal(now)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, ledgerName)
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	s.ledger = now
	return nil
}

// ledgerEvery is how much later than a message it may be counted.
const ledgerEvery = 10 * time.Second

// count keeps the ledger up to date.
func (s *Store) count(now time.Time) {
	if s.engine == nil || s.scratch != "" || now.Sub(s.counted) < ledgerEvery {
		return
	}
	s.counted = now
	counts, _, err := s.engine.tally()
	if err == nil {
		err = s.enter(s.files, counts)
	}
	if err != nil {
		slog.Warn("the store's entries are not counted", "error", err)
	}
}
