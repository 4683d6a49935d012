package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cuaderno/server/servertest"
)

// A run can be followed in the log by its id, from worker to end; and the server's begin and end have its
// version. More of a log is no noise.
func TestRunsInTheLog(t *testing.T) {
	x := newTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs servertest.Buffer
	done := make(chan error, 1)
	before := slog.Default()
	defer slog.SetDefault(before)
	go func() {
		done <- run(ctx, []string{"serve", "--addr=127.0.0.1:0", "--state", x.state, "--log=json", "--verbose"}, streams{Out: &out, Err: &errs})
	}()
	servertest.Eventually(t, "the address", func() bool { return strings.HasSuffix(out.String(), "/\n") })
	r := servertest.NewReader(t, "http://"+servertest.Find(t, out.String(), `http://(\S+)/`))
	r.Get("/")
	r.SetTiny("1")
	r.Script("/cells/fit/run", nil)
	servertest.Eventually(t, "the end of the run", func() bool { return len(servertest.LogLines(t, &errs, "a run has ended")) == 1 })
	time.Sleep(6 * time.Second) // longer than the worker waits for the next job
	cancel()
	servertest.Same(t, "end", <-done, nil)
	id := servertest.Find(t, errs.String(), `"msg":"a run has ended","run":"([^"]+)"`)
	for _, msg := range []string{"a run is taken", "a run begins", "a run has ended"} {
		servertest.Has(t, errs.String(), `"msg":"`+msg+`","run":"`+id+`"`)
	}
	for _, msg := range []string{"the server has begun", "the server has ended"} {
		servertest.Has(t, errs.String(), `"msg":"`+msg+`","version":"`+version()+`"`)
	}
	for _, noise := range []string{"no job", "Starting nats-server", "nats: "} {
		if strings.Contains(errs.String(), noise) {
			t.Errorf("%q is in the log", noise)
		}
	}
}
