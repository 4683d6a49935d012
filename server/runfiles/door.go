package runfiles

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/natefinch/atomic"

	"cuaderno/server/runs"
	"cuaderno/training/checkpoint"
)

// Announcement is how commands find the server of a state directory: a file in it that nobody but its owner
// can read. Whoever knows the secret is the owner, and whoever answers with the name is the server.
type Announcement struct {
	Address string `json:"address"`
	Secret  string `json:"secret"`
	Name    string `json:"name"`
}

const (
	AnnouncementFile = "server.json"
	NameHeader       = "X-Cuaderno-Server"
)

// Door answers the commands of the same state directory, on a port of this machine alone: the pages' own
// port may be everybody's, and knows readers, not owners.
type Door struct {
	Announcement
	path   string
	server http.Server
	done   sync.WaitGroup
}

// OpenDoor begins to answer, and announces it. Close it.
func OpenDoor(state string, r Pages) (*Door, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Door{
		Announcement: Announcement{Address: l.Addr().String(), Secret: rand.Text(), Name: rand.Text()},
		path:         filepath.Join(state, AnnouncementFile),
	}
	d.server = http.Server{
		Handler: d.guarded(runsHandler(r)), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 5 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	d.done.Go(func() {
		if err := d.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			slog.Warn("the terminal is answered no longer", "error", err)
		}
	})
	if err := d.Announce(); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Announce writes the file whole: a command may look at any moment.
func (d *Door) Announce() error {
	text, err := json.Marshal(d.Announcement)
	if err != nil {
		return err
	}
	return atomic.WriteFile(d.path, bytes.NewReader(text)) // with mode 0600
}

// doorWait is how long answers under way are waited for.
const doorWait = 10 * time.Second

// Close waits for answers under way, for a while. Another server's announcement stays.
func (d *Door) Close() {
	if a, err := ReadAnnouncement(filepath.Dir(d.path)); err == nil && a == d.Announcement {
		if err := os.Remove(d.path); err != nil {
			slog.Warn("the server is still announced to the terminal", "error", err)
		}
	}
	end, cancel := context.WithTimeout(context.Background(), doorWait)
	defer cancel()
	if d.server.Shutdown(end) != nil {
		_ = d.server.Close() // breaks off what is under way
	}
	d.done.Wait()
}

// ReadAnnouncement is empty where there is none.
func ReadAnnouncement(state string) (a Announcement, err error) {
	text, err := os.ReadFile(filepath.Join(state, AnnouncementFile))
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("%s: %w", AnnouncementFile, err)
	}
	return a, nil
}

func (d *Door) guarded(next http.Handler) http.Handler {
	want := []byte("Bearer " + d.Secret)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "this port answers the commands of its own state directory", http.StatusForbidden)
			return
		}
		w.Header().Set(NameHeader, d.Name)
		next.ServeHTTP(w, r)
	})
}

// problem is how an error is told to a command.
type problem struct {
	Error string `json:"error"`
	Is    string `json:"is,omitempty"` // which of those that commands know
}

var knownProblems = []error{runs.ErrUnknown, runs.ErrReleased}

func problemOf(err error) problem {
	p := problem{Error: err.Error()}
	for _, known := range knownProblems {
		if errors.Is(err, known) {
			p.Is = known.Error()
		}
	}
	return p
}

func runsHandler(pages Pages) http.Handler {
	mux := http.NewServeMux()
	refuse := func(w http.ResponseWriter, err error) {
		w.WriteHeader(http.StatusConflict)
		_ = json.NewEncoder(w).Encode(problemOf(err)) // the command may be gone
	}
	mux.HandleFunc("GET /runs", func(w http.ResponseWriter, r *http.Request) {
		lines, err := pages.list(r.Context())
		if err != nil {
			refuse(w, err)
			return
		}
		_ = json.NewEncoder(w).Encode(lines)
	})
	mux.HandleFunc("GET /runs/{id}/weights/{epoch}", func(w http.ResponseWriter, r *http.Request) {
		epoch, err := strconv.Atoi(r.PathValue("epoch"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		p, m, err := pages.weights(r.Context(), r.PathValue("id"), epoch)
		if err != nil {
			refuse(w, err)
			return
		}
		if err := checkpoint.Save(w, m, p); err != nil {
			panic(http.ErrAbortHandler) // else what was sent would pass for the whole
		}
	})
	mux.HandleFunc("GET /runs/{id}/job", func(w http.ResponseWriter, r *http.Request) {
		job, _, _, err := pages.Standing(r.Context(), r.PathValue("id"))
		if err != nil {
			refuse(w, err)
			return
		}
		_ = json.NewEncoder(w).Encode(job)
	})
	mux.HandleFunc("GET /runs/{id}/cut", func(w http.ResponseWriter, r *http.Request) {
		_, cut, _, err := pages.Standing(r.Context(), r.PathValue("id"))
		if err == nil && cut == nil {
			err = runs.ErrReleased
		}
		if err != nil {
			refuse(w, err)
			return
		}
		if err := checkpoint.SaveCut(w, *cut); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	mux.HandleFunc("DELETE /runs/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := pages.release(r.Context(), r.PathValue("id")); err != nil {
			refuse(w, err)
		}
	})
	return mux
}
