package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cuaderno/server/runs"
	"cuaderno/server/store"
	"cuaderno/training/fit"
)

// natsBinary is NATS' own server, of the version that we embed.
var natsBinary = sync.OnceValues(func() (string, error) {
	path, err := binary()
	if err != nil {
		return "", err
	}
	path = filepath.Join(filepath.Dir(path), "nats-server")
	if out, err := exec.Command("go", "build", "-o", path, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building nats-server: %w\n%s", err, out)
	}
	return path, nil
})

// nats starts a NATS server as a process of its own; with routes it joins a cluster.
func nats(t *testing.T, addr string, args ...string) *process {
	t.Helper()
	path, err := natsBinary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if !slices.Contains(args, "-sd") {
		args = append(args, "-sd", t.TempDir())
	}
	args = append([]string{"-js", "-a", "127.0.0.1", "-p", port(addr)}, args...)
	p := &process{t: t, name: "nats-server", cmd: exec.CommandContext(ctx, path, args...), stop: cancel}
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(os.Interrupt) }
	p.begin()
	t.Cleanup(func() { cancel(); <-p.done })
	return p
}

func port(addr string) string { return addr[strings.LastIndex(addr, ":")+1:] }

// jetstream waits until JetStream answers at an address with so many replicas.
func jetstream(t *testing.T, p *process, url string) {
	t.Helper()
	p.until(func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		st, err := store.Open(ctx, store.Options{URL: url})
		if err == nil {
			st.Close()
		}
		return err == nil
	})
}

// look opens the runs that servers elsewhere share.
func look(t *testing.T, url string) *runs.Service {
	t.Helper()
	return openRuns(t, store.Options{URL: url})
}

// openRuns opens runs until the test ends.
func openRuns(t *testing.T, at store.Options) *runs.Service {
	t.Helper()
	st, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	s, err := runs.Open(t.Context(), st, runs.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func waitUntil(t *testing.T, limit time.Duration, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", limit, what)
		}
	}
}

// Two front servers and two workers share a NATS server: queued runs are shared out, the same
// notebook is live on both fronts, and what a killed worker had is finished by the other.
func TestTwoFrontsAndTwoWorkers(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	addr := freeAddress(t)
	url := "nats://" + addr
	jetstream(t, nats(t, addr), url)
	fronts := [2]*process{}
	for i := range fronts {
		fronts[i] = start(t, t.TempDir(), freeAddress(t), "--nats", url, "--trainings", "0")
	}
	const queued = 8
	settings := small(2, 0)
	want := map[uint64]string{}
	for seed := range uint64(queued) {
		settings.Seed = seed
		want[seed] = undisturbed(t, settings)
	}
	readers := make([]*reader, queued)
	for i := range readers {
		readers[i] = newReader(t)
		settings.Seed = uint64(i)
		readers[i].fits(fronts[i%2].url, settings)
	}
	s := look(t, url)
	waitUntil(t, 20*time.Second, "eight runs in the queue", func() bool { _, waiting := s.Working(); return waiting == queued })
	waitUntil(t, 10*time.Second, "the last to see its place", func() bool {
		return strings.Contains(readers[7].page(fronts[1].url), "8")
	})

	// The first reader has the notebook open on both fronts.
	var live [2]atomic.Int64
	for i, front := range fronts {
		readers[0].listen(front.url, func(data string) {
			if strings.Contains(data, `"progress-fit"`) {
				live[i].Add(1)
			}
		})
	}
	workers := map[string]*process{}
	for _, name := range []string{"attic", "cellar"} {
		workers[name] = launch(t, "worker "+name, "worker", "--nats", url, "--name", name)
	}
	byWorker := func() map[string]int {
		n := map[string]int{}
		for _, r := range s.List() {
			if r.Worker != "" {
				n[r.Worker]++
			}
		}
		return n
	}
	waitUntil(t, 60*time.Second, "both workers to have had a run", func() bool { return len(byWorker()) == 2 })
	// One is killed in the middle of an epoch.
	victim, mid := "", ""
	waitUntil(t, 60*time.Second, "an epoch to be under way", func() bool {
		for _, r := range s.List() {
			if r.Worker == "attic" && readers[r.Job.Settings.Seed].state(fronts[0].url, "data-state") == "running" {
				victim, mid = r.Worker, r.Job.ID
				return true
			}
		}
		return false
	})
	workers[victim].kill()
	t.Logf("killed %s while it trained %s", victim, mid)
	waitUntil(t, 120*time.Second, "all runs to end", func() bool { working, waiting := s.Working(); return working+waiting == 0 })
	for _, r := range s.List() {
		auditRun(t, s, r.Job.ID, want[r.Job.Settings.Seed])
		if r.Job.ID == mid && (r.Worker != "cellar" || r.Attempt < 2) {
			t.Errorf("the killed worker's run was ended by %q at attempt %d", r.Worker, r.Attempt)
		}
	}
	for i, front := range fronts {
		if live[i].Load() < 5 {
			t.Errorf("front %d told %d times of the run's progress", i, live[i].Load())
		}
		for _, r := range readers {
			front.until(func() bool { return r.state(front.url, "data-state") == fit.Finished })
		}
	}
	if page := readers[7].page(fronts[0].url); !strings.Contains(page, "cellar") && !strings.Contains(page, "attic") {
		t.Error("the page does not say where the run ran")
	}
}

// A front server is killed while its reader's cells wait for a training: the other front, when the
// reader comes there, takes the work up and ends it.
func TestFrontDies(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	addr := freeAddress(t)
	url := "nats://" + addr
	jetstream(t, nats(t, addr), url)
	first := start(t, t.TempDir(), freeAddress(t), "--nats", url, "--trainings", "0")
	second := start(t, t.TempDir(), freeAddress(t), "--nats", url, "--trainings", "0")
	launch(t, "worker", "worker", "--nats", url, "--name", "attic")
	r := newReader(t)
	r.fits(first.url, small(4, 5))
	r.post(first.url, "/cells/classify/run", nil)
	first.until(func() bool { return r.state(first.url, "data-epoch") == "1" })
	first.kill()
	second.until(func() bool { return r.state(second.url, "data-state") == fit.Finished })
	second.until(func() bool { return strings.Contains(r.page(second.url), "data-probability") })
}

// The only NATS server is killed and comes back seconds later: server and worker wait for it, and the
// run goes on.
func TestNATSServerComesBack(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	addr, dir := freeAddress(t), t.TempDir()
	url := "nats://" + addr
	bus := nats(t, addr, "-sd", dir)
	jetstream(t, bus, url)
	front := start(t, t.TempDir(), freeAddress(t), "--nats", url, "--trainings", "0")
	launch(t, "worker", "worker", "--nats", url, "--name", "attic")
	settings := small(4, 9)
	want := undisturbed(t, settings)
	r := newReader(t)
	r.fits(front.url, settings)
	front.until(func() bool { return r.state(front.url, "data-epoch") == "1" })
	bus.kill()
	time.Sleep(3 * time.Second)
	nats(t, addr, "-sd", dir)
	waitUntil(t, 90*time.Second, "the end", func() bool { return r.state(front.url, "data-state") == fit.Finished })
	s := look(t, url)
	auditRun(t, s, s.List()[0].Job.ID, want)
}

// A server, and a worker, end in good time though the NATS server has gone in the middle of a run.
func TestEndsWithoutNATS(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	addr := freeAddress(t)
	url := "nats://" + addr
	bus := nats(t, addr)
	jetstream(t, bus, url)
	first := start(t, t.TempDir(), freeAddress(t), "--nats", url)
	worker := launch(t, "worker", "worker", "--nats", url)
	readers := []*reader{newReader(t), newReader(t)}
	for _, r := range readers {
		r.fits(first.url, small(50, 9))
	}
	for _, r := range readers { // both train, one here and one there
		first.until(func() bool { return r.state(first.url, "data-epoch") == "1" })
	}
	bus.kill()
	first.end() // kills what does not end by itself
	worker.end()
}

// A cluster of three NATS servers loses one in the middle of a run, and the run goes on.
func TestClusterLosesAServer(t *testing.T) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	var clients, routes, urls [3]string
	for i := range 3 {
		clients[i], routes[i] = freeAddress(t), freeAddress(t)
		urls[i] = "nats://" + clients[i]
	}
	var servers [3]*process
	for i := range 3 {
		servers[i] = nats(t, clients[i], "-n", fmt.Sprintf("n%d", i), "--cluster_name", "test",
			"--cluster", "nats://"+routes[i], "--routes", "nats://"+strings.Join(routes[:], ",nats://"))
	}
	all := strings.Join(urls[:], ",")
	for i := range 3 {
		jetstream(t, servers[i], urls[i])
	}
	front := start(t, t.TempDir(), freeAddress(t), "--nats", all, "--trainings", "0")
	launch(t, "worker", "worker", "--nats", all, "--name", "attic")
	s := look(t, all)
	settings := small(4, 3)
	want := undisturbed(t, settings)
	r := newReader(t)
	r.fits(front.url, settings)
	waitUntil(t, 60*time.Second, "the second epoch", func() bool {
		list := s.List()
		return len(list) == 1 && len(list[0].History) >= 1
	})
	servers[victimOf(t, all, clients)].kill()
	waitUntil(t, 120*time.Second, "the end", func() bool { return r.state(front.url, "data-state") == fit.Finished })
	id := s.List()[0].Job.ID
	auditRun(t, s, id, want)
}

// victimOf is the server that leads the stream of logs: the one whose loss hurts most.
func victimOf(t *testing.T, url string, clients [3]string) int {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	stream, err := st.JetStream.Stream(t.Context(), "CUADERNO_RUNS")
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Config.Replicas != 3 || info.Cluster == nil {
		t.Fatalf("the logs have %d replicas", info.Config.Replicas)
	}
	for i := range clients {
		if info.Cluster.Leader == fmt.Sprintf("n%d", i) {
			return i
		}
	}
	t.Fatalf("nobody leads: %+v", info.Cluster)
	return 0
}
