package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"cuaderno/server/servertest"

	natsserver "github.com/nats-io/nats-server/v2/server"

	"cuaderno/server/store"
)

// A worker and a front end that are started before NATS wait for it, say so, and hide its password then as
// ever; what is lost of their output is an error with them too.
func TestCommandsWaitForNATS(t *testing.T) {
	x := newTerminal(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	list := fmt.Sprintf("nats://reader:s3cret@127.0.0.1:%d", port)

	_, errs, err := x.run(t.Context(), "", "worker", "--nats", list, "--nats-wait=0")
	servertest.Same(t, "exit code of one that may not wait", exitCode(err), 1)
	servertest.Same(t, "log of it", errs, "")

	type process struct {
		out, errs servertest.Buffer
		stop      context.CancelFunc
		done      chan error
	}
	begin := func(out io.Writer, args ...string) *process {
		p := &process{done: make(chan error, 1)}
		ctx, cancel := context.WithCancel(t.Context())
		p.stop = cancel
		if out == nil {
			out = &p.out
		}
		go func() {
			p.done <- run(ctx, append(args, "--nats", list, "--state", x.state), streams{Out: out, Err: &p.errs})
		}()
		servertest.Eventually(t, "a line that says it waits", func() bool { return strings.Contains(p.errs.String(), "waiting for the NATS server") })
		return p
	}
	asked := begin(nil, "worker")
	asked.stop()
	servertest.Same(t, "end of one that is asked to", <-asked.done, nil)

	nowhere := &full{left: 1, err: syscall.ENOSPC}
	worker, front, mute := begin(nil, "worker"), begin(nil, "serve", "--addr=127.0.0.1:0"), begin(nowhere, "worker")
	nats, err := natsserver.NewServer(&natsserver.Options{
		Host: "127.0.0.1", Port: port, Username: "reader", Password: "s3cret", JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	nats.Start()
	defer store.Shutdown(nats)
	servertest.Eventually(t, "the worker", func() bool {
		return strings.Contains(worker.out.String(), "takes trainings from nats://xxxxx@127.0.0.1")
	})
	servertest.Eventually(t, "the front end", func() bool { return strings.Contains(front.out.String(), "Cuaderno is at") })
	servertest.Eventually(t, "the worker that cannot say it", nowhere.lost.Load)
	mute.stop()
	servertest.Same(t, "exit code of it", exitCode(<-mute.done), 1)
	for _, p := range []*process{worker, front} {
		p.stop()
		servertest.Same(t, "end", <-p.done, nil)
		for _, secret := range []string{"reader", "s3cret"} {
			if said := p.out.String() + p.errs.String(); strings.Contains(said, secret) {
				t.Errorf("%s is in %s", secret, said)
			}
		}
	}
}
