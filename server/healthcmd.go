package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthCmd asks a server whether it is well; a container without a shell has no other way.
type healthCmd struct {
	Addr string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address that the server listens on."`
}

// Run implements kong's command.
func (c healthCmd) Run(ctx context.Context, s streams) error {
	if c.Addr == "" {
		return usageError{errNoAddr}
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address(c.Addr)+"healthz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", answer.Status)
	}
	_, err = fmt.Fprintln(s.Out, "ok")
	return err
}

// errNoAddr refuses to listen on a port drawn at random, on all interfaces, which is what no address means to the system.
var errNoAddr = errors.New("--addr is empty; it takes HOST:PORT, such as 127.0.0.1:8080")

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
