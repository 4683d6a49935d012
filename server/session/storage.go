package session

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/notebook"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/web"
)

// storage holds the notebooks' states, each under its id, and beside each a few words for those who
// look at all notebooks. Several servers may share one: a state is written only by whoever knows
// the latest.
type storage struct {
	store *store.Store
	kv    jetstream.KeyValue
	view  *store.View // of the notes

	mu    sync.Mutex
	notes map[string]noted
}

// kept is a notebook as it is kept. What a program of another version cannot read of State it leaves,
// and the plain part stays.
type kept struct {
	Settings training.Settings `json:"settings"`
	Review   string            `json:"review"`
	Fronts   map[uint64]string `json:"fronts,omitempty"` // which server does the work of a ticket
	State    []byte            `json:"state"`            // gob, compressed
}

// snapshot is a notebook with what belongs to it.
type snapshot struct {
	state    notebook.State
	owners   map[uint64]string
	revision uint64
	sum      [sha256.Size]byte // of what the store has, or was given
}

const (
	statePrefix = "state."
	notePrefix  = "note."
	// unseen is how long a notebook is kept that nobody touches.
	unseen = 180 * 24 * time.Hour
)

func init() {
	for _, r := range []web.Result{
		web.IntroResult{}, web.LoadResult{}, web.InspectResult{}, web.PadResult{}, web.ModelResult{},
		web.CompileResult{}, web.EvaluateResult{}, web.ClassifyResult{}, web.CompareResult{},
	} {
		gob.Register(r)
	}
}

func openStorage(ctx context.Context, st *store.Store) (*storage, error) {
	kv, err := st.Bucket(ctx, jetstream.KeyValueConfig{Bucket: "cuaderno-notebooks", Description: "notebooks as their readers left them", TTL: unseen})
	if err != nil {
		return nil, err
	}
	return &storage{store: st, kv: kv, notes: map[string]noted{}}, nil
}

// load reads a notebook; a new one if there is none.
func (s *storage) load(ctx context.Context, id string) (snapshot, error) {
	e, err := s.kv.Get(ctx, statePrefix+id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return snapshot{state: notebook.New(web.DefaultReview), owners: map[uint64]string{}}, nil
	}
	if err != nil {
		return snapshot{}, fmt.Errorf("the notebook cannot be read: %w", err)
	}
	return decodeSnapshot(e), nil
}

func decodeSnapshot(e jetstream.KeyValueEntry) snapshot {
	p := snapshot{state: notebook.New(web.DefaultReview), owners: map[uint64]string{}, revision: e.Revision(), sum: sha256.Sum256(e.Value())}
	var k kept
	if err := json.Unmarshal(e.Value(), &k); err != nil {
		slog.Error("a notebook cannot be read and begins anew", "error", err)
		return p
	}
	var state notebook.State
	err := gob.NewDecoder(flate.NewReader(bytes.NewReader(k.State))).Decode(&state)
	if err != nil {
		slog.Warn("a notebook of another version keeps its settings only", "error", err)
		p.state.Settings, p.state.Review = k.Settings, k.Review
		if p.state.Settings.Validate() != nil {
			p.state.Settings = training.Defaults()
		}
		return p
	}
	p.state = state
	if k.Fronts != nil {
		p.owners = k.Fronts
	}
	return p
}

// errBehind says that somebody else has written the notebook meanwhile.
var errBehind = errors.New("the notebook has changed meanwhile")

// save writes a notebook over the revision that it came from.
func (s *storage) save(ctx context.Context, id string, p *snapshot) error {
	data, err := encodeSnapshot(*p)
	if err != nil {
		return err
	}
	p.sum = sha256.Sum256(data)
	key := statePrefix + id
	var revision uint64
	if p.revision == 0 {
		revision, err = s.kv.Create(ctx, key, data)
	} else {
		revision, err = s.kv.Update(ctx, key, data, p.revision)
	}
	if store.Conflict(err) {
		return errBehind
	}
	if err != nil {
		return fmt.Errorf("the notebook was not kept: %w", err)
	}
	p.revision = revision
	return s.annotate(ctx, id, p.state, len(data))
}

func encodeSnapshot(p snapshot) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(gob.NewEncoder(w).Encode(p.state), w.Close()); err != nil {
		return nil, fmt.Errorf("the notebook cannot be written: %w", err)
	}
	state, err := io.ReadAll(&b)
	if err != nil {
		return nil, err
	}
	return json.Marshal(kept{Settings: p.state.Settings, Review: p.state.Review, Fronts: p.owners, State: state})
}

// watch hands over a notebook's state as it is and every one that is written, until the context ends.
func (s *storage) watch(ctx context.Context, id string, see func(snapshot)) {
	s.store.Watch(ctx, s.kv, statePrefix+id, func(e jetstream.KeyValueEntry) {
		if e.Operation() == jetstream.KeyValuePut {
			see(decodeSnapshot(e))
		}
	})
}
