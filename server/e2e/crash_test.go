package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training"
	"cuaderno/training/fit"
)

// undisturbed is the hash that the train command ends with.
func undisturbed(t *testing.T, s training.Settings, more ...string) string {
	t.Helper()
	cmd := command(t, t.Context(), append(append([]string{"train", "--json", "--state", t.TempDir()}, flags(s)...), more...)...)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("train: %v\n%s", err, log.String())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	var end struct {
		Event string
		SHA   string `json:"weights_sha256"`
	}
	for lines.Scan() {
		if err := json.Unmarshal(lines.Bytes(), &end); err != nil {
			t.Fatal(err)
		}
	}
	if end.Event != "end" || end.SHA == "" {
		t.Fatalf("train printed %s", out)
	}
	return end.SHA
}

// left opens what a server that has ended kept in its state directory.
func left(t *testing.T, state string) *runs.Service {
	t.Helper()
	return openRuns(t, store.Options{Dir: filepath.Join(state, "store")})
}

// audit opens what a server has left and checks its only run: every epoch told once, in order, and
// the weights as wanted.
func audit(t *testing.T, state, want string) {
	t.Helper()
	s := left(t, state)
	all := s.List()
	if len(all) != 1 {
		t.Fatalf("%d runs", len(all))
	}
	auditRun(t, s, all[0].Job.ID, want)
}

func auditRun(t *testing.T, s *runs.Service, id, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var told []string
	for u, err := range s.Watch(ctx, id, 0) {
		if err != nil {
			t.Fatalf("after %v: %v", told, err)
		}
		switch e := u.Event.(type) {
		case fit.EpochStarted:
			told = append(told, fmt.Sprint("started ", e.Epoch))
		case fit.EpochDone:
			told = append(told, fmt.Sprint("done ", e.Epoch))
		case fit.Stopped:
			told = append(told, e.Reason)
		}
	}
	result, err := s.Result(id)
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for e := 1; e <= result.Job.Settings.Epochs; e++ {
		wanted = append(wanted, fmt.Sprint("started ", e), fmt.Sprint("done ", e))
	}
	wanted = append(wanted, fit.Finished)
	if got, want := strings.Join(told, ", "), strings.Join(wanted, ", "); got != want {
		t.Errorf("the log says %s; want %s", got, want)
	}
	p, _, err := s.Weights(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.SHA256(); got != want {
		t.Errorf("the run ended with weights %.12s, undisturbed they are %.12s", got, want)
	}
}

// A server that is killed at any moment goes on with its run when it is started again, and the run
// ends with the bits of one that nothing happened to.
func TestServerIsKilled(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	settings := small(4, 7)
	want := undisturbed(t, settings)
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("CUADERNO_CRASH_SEED"); text != "" {
		fmt.Sscan(text, &seed)
	}
	t.Logf("CUADERNO_CRASH_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	var whole time.Duration // of a run that nothing happens to
	for i, kills := range []int{0, 1, 1, 1, 1, 1, 5} {
		t.Run(fmt.Sprintf("run %d, %d times", i, kills), func(t *testing.T) {
			state, addr := t.TempDir(), freeAddress(t)
			server := start(t, state, addr)
			r := newReader(t)
			r.fits(server.url, settings)
			began := time.Now()
			for range kills {
				time.Sleep(time.Duration((0.02 + 0.93*chance.Float64()) * float64(whole) / float64(kills)))
				at := r.state(server.url, "data-state") + " in epoch " + r.state(server.url, "data-epoch")
				server.kill()
				t.Logf("killed %v after the run was submitted, %s", time.Since(began).Round(time.Millisecond), at)
				server = start(t, state, addr)
			}
			// The reader's own notebook tells the end.
			server.until(func() bool { return r.state(server.url, "data-state") == fit.Finished })
			if kills == 0 {
				whole = time.Since(began)
			}
			server.until(func() bool { return r.state(server.url, "data-activity") == "ready" })
			server.end()
			audit(t, state, want)
		})
	}
}
