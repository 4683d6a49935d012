package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"cuaderno/server/runfiles"
	"cuaderno/server/runs"
	"cuaderno/server/session"
	"cuaderno/server/site"
	"cuaderno/server/store"
)

// serveCmd serves the notebook.
type serveCmd struct {
	Addr      string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on."`
	Base      string        `placeholder:"/PATH" help:"Path below which a proxy has the notebook."`
	Host      []string      `sep:"none" placeholder:"NAME" help:"Further host names under which the pages may be called."`
	Origin    []string      `sep:"none" placeholder:"URL" help:"Further places, such as https://class.example:8443, whose pages may listen to this server: for a proxy that calls it by another name or port."`
	Trainings int           `default:"1" help:"Trainings at once; the others wait in a queue. With --nats it may be 0, and workers do it all."`
	Notebooks int           `default:"200" help:"Notebooks open at once."`
	Idle      time.Duration `default:"12h" help:"After this long without a reader a notebook is put away; it is there again when its reader comes back."`
	NATS      string        `placeholder:"URL" help:"Keep everything on this NATS server or cluster, which other servers and workers may share, and not in the state directory."`
	NATSWait  time.Duration `name:"nats-wait" default:"1m" placeholder:"TIME" help:"How long a NATS server that is not there yet is waited for; 0 does not wait."`
	Name      string        `placeholder:"NAME" help:"With --nats: what the pages call this machine. Without it: its host name."`
	Weights   int64         `default:"8192" placeholder:"MB" help:"Weights kept in all; beyond, the oldest that are on nobody's page are deleted."`
	Each      int64         `default:"1024" placeholder:"MB" help:"Weights kept for each notebook."`
	Kept      int           `default:"10000" help:"Notebooks kept. Beyond, the oldest in which nobody trained or wrote are deleted; without any of these new readers are refused."`
	KeptSize  int64         `default:"1024" placeholder:"MB" help:"What the notebooks kept may take in all."`
	NewSize   int64         `default:"8" placeholder:"MB" help:"What new notebooks of one address may add in an hour; each counts as 16 KB or more."`
	DebugVars bool          `help:"Answer /debug/vars with figures of this server and its memory, to whoever may open the pages."`
	Models    int64         `default:"128" placeholder:"MB" help:"Memory for networks that are kept ready to judge reviews: half for whole ones, half for excerpts of them as they were after each epoch."`
	Proxies   []string      `name:"trust-proxy" placeholder:"CIDR" help:"Address or network of a proxy whose X-Forwarded-For and X-Forwarded-Proto count."`
	Secure    bool          `help:"Readers come over https alone: cookies are kept from any other connection, whether or not a proxy says so."`
	HSTS      time.Duration `name:"hsts" placeholder:"TIME" help:"Tell browsers that come over https to come no other way for so long, such as 4320h."`
	AccessLog bool          `help:"Log every request."`
	ownReviews
}

// Run implements kong's command.
func (c serveCmd) Run(ctx context.Context, s streams, common shared) error {
	switch {
	case c.Addr == "":
		return usageError{errNoAddr}
	case c.Trainings < 1 && c.NATS == "", c.Trainings < 0, c.Notebooks < 1, c.Weights < 1, c.Each < 1, c.Models < 1, c.Kept < 1, c.KeptSize < 1, c.NewSize < 1:
		return usageError{errors.New("--trainings, --notebooks, --weights, --each, --models, --kept, --kept-size and --new-size must be at least 1")}
	}
	corpus, err := c.ownReviews.options(ctx, s.In, common, newBar(s.Err))
	if err != nil {
		return stopped(ctx, err)
	}
	base := strings.TrimRight(c.Base, "/")
	if base != "" && !basePath.MatchString(base) {
		return usageError{fmt.Errorf("--base is %q; it begins with a slash and has letters, digits, dots and dashes", c.Base)}
	}
	trusted, err := site.NewProxies(c.Proxies)
	if err != nil {
		return usageError{err}
	}
	if _, err := site.NewHosts(c.Addr, c.Host); err != nil {
		return usageError{err}
	}
	if _, err := site.NewOrigins(c.Origin); err != nil {
		return usageError{err}
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	defer l.Close()
	at, err := c.place(common)
	if err != nil {
		return err
	}
	server, err := site.Open(ctx, site.Config{
		Addr: c.Addr, Hosts: c.Host, Origins: c.Origin, Base: base, Corpus: corpus, Kept: common.keptCorpus, Store: at, State: c.announceIn(common, at), Name: machineName(c.Name),
		Retention: session.RetentionLimits{Notebooks: c.Kept, Bytes: c.KeptSize << 20, Hourly: c.NewSize << 20},
		Limits:    runs.Limits{Total: c.Weights << 20, Notebook: c.Each << 20},
		Trainings: c.Trainings, Notebooks: c.Notebooks, Idle: c.Idle, Models: c.Models << 20, DebugVars: c.DebugVars,
		Edge: site.Edge{Proxies: trusted, Secure: c.Secure, HSTS: c.HSTS, Log: c.AccessLog},
	})
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("another server uses the state directory %s: stop that one, give this one a directory of its own with --state, or let both share a NATS server with --nats", filepath.Dir(at.Dir))
	}
	if err != nil {
		return unlessAsked(ctx, err)
	}
	fmt.Fprintf(s.Out, "Cuaderno is at %s\n", strings.TrimSuffix(address(l.Addr().String()), "/")+base+"/")
	slog.Info("the server has begun", "version", version(), "address", l.Addr().String(), "store", at.Where())
	defer slog.Info("the server has ended", "version", version())
	return server.Serve(ctx, l)
}

var basePath = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

// place is where things are kept: on a NATS server, in the state directory, or, where that cannot be
// written to, in memory.
func (c serveCmd) place(common shared) (store.Options, error) {
	o := store.Options{URL: c.NATS, Name: "cuaderno " + machineName(c.Name), Wait: c.NATSWait}
	if c.NATS != "" {
		return o, nil
	}
	dir, err := runfiles.StateDir(common.State)
	if err == nil {
		err = errors.Join(writable(dir), usable(filepath.Join(dir, "store")))
	}
	if err != nil {
		slog.Error("the state directory cannot be used: notebooks and runs are kept only until the server ends; choose another with --state", "error", err)
		return o, nil
	}
	o.Dir = filepath.Join(dir, "store")
	return o, nil
}

// announceIn is the state directory, where commands look for a server; "" where it cannot be written to.
func (c serveCmd) announceIn(common shared, at store.Options) string {
	if at.Dir != "" {
		return filepath.Dir(at.Dir)
	}
	dir, err := runfiles.StateDir(common.State)
	if err != nil || c.NATS == "" || writable(dir) != nil {
		return ""
	}
	return dir
}

// writable tries to write.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// usable tells whether what is there of a store, perhaps another user's, may be read and written.
func usable(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() && !d.IsDir() {
			return err
		}
		if d.IsDir() {
			return writable(path)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		return f.Close()
	})
	if errors.Is(err, fs.ErrNotExist) { // not yet, or no longer
		return nil
	}
	return err
}

// Help are examples.
func (serveCmd) Help() string {
	return `Examples:
  serve                                             on this machine alone
  serve --addr 0.0.0.0:8080 --host class.example    for a class
  serve --reviews mine.csv                          the lesson on your own reviews`
}
