package store

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// place is where the embedded server has its streams, each in a directory of its name.
func (e *engine) place() string {
	return filepath.Join(e.files, server.JetStreamStoreDir, "$G", "streams")
}

// dismiss removes what is known of consumers: the processes that they served are dead, and one whose
// file cannot be read would keep its stream from having it anew.
func (e *engine) dismiss() error {
	all, err := filepath.Glob(filepath.Join(e.place(), "*", "obs"))
	if err != nil {
		return err
	}
	for _, dir := range all {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// unopened names the streams that have a directory and are not there.
func (e *engine) unopened() (names []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server == nil {
		return nil
	}
	opened := map[string]bool{}
	info, err := e.server.Jsz(&server.JSzOptions{Accounts: true, Streams: true})
	if err != nil {
		slog.Warn("the streams of the embedded server are not known", "error", err)
		return nil
	}
	for _, account := range info.AccountDetails {
		for _, stream := range account.Streams {
			opened[stream.Name] = true
		}
	}
	dirs, err := os.ReadDir(e.place())
	if err != nil {
		return nil // no stream was ever made
	}
	for _, d := range dirs {
		if d.IsDir() && !opened[d.Name()] {
			names = append(names, d.Name())
		}
	}
	return names
}

// everything stands for all streams.
const everything = "everything"

// setAside moves something that cannot be read out of the way, to where the operator finds it.
func setAside(dir string, paths ...string) (aside string, err error) {
	aside = filepath.Join(dir, "damaged-"+time.Now().UTC().Format("20060102-150405.000"))
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return "", err
	}
	for _, path := range paths {
		if err := os.Rename(path, filepath.Join(aside, filepath.Base(path))); err != nil {
			return "", err
		}
	}
	return aside, nil
}

// open starts the embedded server with whatever of its files can be read. A stream that cannot is set
// aside, and if there is no telling which, everything.
func (s *Store) open(dir string) error {
	if err := s.engine.dismiss(); err != nil {
		return err
	}
	before, err := copyBlocks(s.engine.place(), dir)
	if err != nil {
		return err
	}
	defer before.remove()
	err = s.engine.start()
	for err == nil {
		lost := s.engine.unopened()
		if len(lost) == 0 {
			return s.compare(dir, before)
		}
		s.engine.stop()
		var paths []string
		for _, name := range lost {
			paths = append(paths, filepath.Join(s.engine.place(), name))
		}
		aside, moved := setAside(dir, paths...)
		if moved != nil {
			return moved
		}
		s.damaged(fmt.Errorf("%s cannot be read", strings.Join(lost, ", ")), aside, lost)
		err = s.engine.start()
	}
	aside, moved := setAside(dir, s.engine.files)
	if moved != nil {
		return fmt.Errorf("%w (%w)", err, moved)
	}
	s.damaged(err, aside, []string{everything})
	return s.engine.start()
}

func (s *Store) lose(what []string) {
	slices.Sort(what)
	s.Lost = append(s.Lost, what...)
}

func (s *Store) damaged(err error, aside string, what []string) {
	s.lose(what)
	s.Note = strings.TrimPrefix(fmt.Sprintf("%s; %v", s.Note, err), "; ")
	if aside != "" {
		s.Note += "; it was set aside as " + aside
	}
	slog.Error("the store is damaged, going on with what can be read", "error", err, "lost", what, "aside", aside)
}
