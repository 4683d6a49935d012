package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// serveCmd serves the notebook.
type serveCmd struct {
	Addr      string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on."`
	Host      []string      `placeholder:"NAME" help:"Further host names under which the pages may be called."`
	Trainings int           `default:"1" help:"Trainings at once; the others wait in a queue."`
	Notebooks int           `default:"200" help:"Notebooks kept at once."`
	Idle      time.Duration `default:"12h" help:"After this long without a reader a notebook is put away."`
}

// Run implements kong's command.
func (c serveCmd) Run(ctx context.Context, s streams, common shared) error {
	if c.Trainings < 1 || c.Notebooks < 1 {
		return usageError{fmt.Errorf("--trainings and --notebooks must be at least 1")}
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	fmt.Fprintf(s.Out, "Cuaderno is at %s\n", address(l.Addr().String()))
	server := newServer(config{
		Addr: c.Addr, Hosts: c.Host, Corpus: common.corpus(),
		Trainings: c.Trainings, Notebooks: c.Notebooks, Idle: c.Idle,
	})
	return server.serve(ctx, l)
}

// address is what to type into a browser.
func address(listening string) string {
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return listening
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // a name would need somebody to resolve it, and a bare container has nobody
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// valueOf finds "key : value" among the lines of a text.
func valueOf(text, key string) string {
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// stateDir is where runs are kept: the directory asked for, else the system's place for state.
func stateDir(asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	return defaultStateDir(os.Getenv, os.UserHomeDir, os.UserConfigDir)
}
