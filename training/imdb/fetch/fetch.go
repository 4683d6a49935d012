// Package fetch downloads a file as a whole or not at all: it resumes what was cut, checks what
// came, and only then gives the file its name.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// ErrNetwork is wrapped by every error of the other side or of the way there.
var ErrNetwork = errors.New("download failed")

const (
	maxAttempts  = 10 // that brought something each
	maxFruitless = 2  // in a row, after something had come
	stallDefault = 15 * time.Second
)

// File says what to download. Verify and Progress may be nil.
type File struct {
	URL      string
	Path     string                  // where it goes; what has come so far stands beside it as .part
	Max      int64                   // bytes, required; more are an error
	Verify   func(path string) error // whether the file at path is the wanted one
	Progress func(done, total int64) // bytes; total <= 0: unknown
	Stall    time.Duration           // without a byte an attempt ends; 0 means 15 s
}

// Get downloads f, unless Path is already there and verified. A cut connection is taken up where it
// broke, in this call or a later one, if the server says that the file is still the same (If-Range).
// What fails to verify is deleted. A network that gives nothing at all fails within seconds.
//
// Calls for one path wait for each other. The errors wrap ErrNetwork, or are ctx's, Verify's or the
// file system's.
func Get(ctx context.Context, f File) error {
	release, err := acquire(ctx, f.Path)
	if err != nil {
		return err
	}
	defer release()
	if _, err := os.Stat(f.Path); err == nil && f.verify(f.Path) == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return err
	}
	p, err := openPart(f.Path + ".part")
	if err != nil {
		return err
	}
	defer p.Close()
	if err := f.download(ctx, p); err != nil {
		return err
	}
	if err := errors.Join(p.Sync(), p.Close()); err != nil {
		return err
	}
	if err := f.verify(p.Name()); err != nil {
		return errors.Join(err, p.discard())
	}
	return p.commit(f.Path)
}

func (f File) verify(path string) error {
	if f.Verify == nil {
		return nil
	}
	return f.Verify(path)
}

// download calls attempt until the file is whole or there is no hope.
func (f File) download(ctx context.Context, p *part) error {
	client := newClient()
	defer client.CloseIdleConnections()
	fruitless, patience := 0, 0
	for range maxAttempts {
		size, got := p.size, p.got
		err := f.attempt(ctx, client, p)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case !errors.Is(err, ErrNetwork) || isFinal(err):
			return err
		case p.got > got:
			fruitless, patience = 0, maxFruitless
		case p.size < size: // what an earlier call had got is of no use: ask for all of it
		case fruitless == patience:
			return err
		default:
			fruitless++
		}
		select { // a short breath for a server that is restarting
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(fruitless) * 250 * time.Millisecond):
		}
	}
	return fmt.Errorf("%w: %s: cut off %d times", ErrNetwork, f.URL, maxAttempts)
}

// newClient gives up early where nobody answers, so that the lesson can go on without the network.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 4 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 10 * time.Second,
		ForceAttemptHTTP2:     true,
	}}
}
