package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"cuaderno/server/datasets"
	"cuaderno/server/estimate"
	"cuaderno/server/memory"
	"cuaderno/server/runs"
	"cuaderno/server/store"
)

// workerCmd trains for servers elsewhere.
type workerCmd struct {
	NATS      string        `required:"" placeholder:"URL" help:"NATS server or cluster that the servers share."`
	NATSWait  time.Duration `name:"nats-wait" default:"1m" placeholder:"TIME" help:"How long a NATS server that is not there yet is waited for; 0 does not wait."`
	Name      string        `placeholder:"NAME" help:"What the pages call this machine. Without it: its host name."`
	Trainings int           `default:"1" help:"Trainings at once."`
}

// Help is shown by --help.
func (workerCmd) Help() string {
	return `Takes trainings from the queue of the servers that share a NATS server, until it is interrupted:
then it hands back what it is at, and another goes on from there.

  cuaderno worker --nats nats://10.0.0.5:4222
  cuaderno worker --nats nats://a:4222,nats://b:4222,nats://c:4222 --name attic --trainings 2`
}

// Run implements kong's command.
func (c workerCmd) Run(ctx context.Context, s streams, common shared) error {
	if c.Trainings < 1 {
		return usageError{errors.New("--trainings must be at least 1")}
	}
	name := machineName(c.Name)
	st, err := store.Open(ctx, store.Options{URL: c.NATS, Name: "cuaderno worker " + name, Wait: c.NATSWait})
	if err != nil {
		return unlessAsked(ctx, err)
	}
	defer st.Close()
	service, err := runs.Open(ctx, st, runs.Limits{})
	if err != nil {
		return err
	}
	defer service.Close()
	l := datasets.NewLibrary(common.corpus(), common.keptCorpus)
	if err := datasets.Share(ctx, st, l); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s takes trainings from %s\n", name, st.Address())
	slog.Info("the worker has begun", "version", version(), "name", name, "store", st.Address(), "trainings", c.Trainings)
	defer slog.Info("the worker has ended", "version", version())
	var ending sync.WaitGroup
	defer ending.Wait()
	ending.Go(func() { <-ctx.Done(); st.Part() })
	pace, reclaim := estimate.New(l.Find), memory.NewReclaimer()
	pace.Rested = reclaim.Rest
	ending.Go(func() { reclaim.Run(ctx, pace.Working) })
	service.Work(ctx, runs.Worker{Name: name, Slots: c.Trainings, Train: pace.Around(runs.Local(l.Find))})
	return nil
}

// unlessAsked is the error of a server that has not come up, or nil where it was asked to end meanwhile.
func unlessAsked(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// machineName is what the pages call a machine.
func machineName(asked string) string {
	if asked != "" {
		return asked
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		return "a machine without a name"
	}
	host, _, _ = strings.Cut(host, ".")
	return host
}
