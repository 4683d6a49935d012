package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
)

// output is standard output. The first write that fails is remembered, so that no command ends well whose
// output was lost, and nothing is written after it, so that what did get out is a beginning of the whole.
type output struct {
	w      io.Writer
	closed func() // is called once nobody reads any more

	mu  sync.Mutex
	err error
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		o.err = fmt.Errorf("standard output: %w", err)
		if errors.Is(err, syscall.EPIPE) {
			o.closed()
		}
	}
	return n, o.err
}

func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// end is what a command that ended with err is to return.
func (o *output) end(err error) error {
	if lost := o.failure(); !errors.Is(err, lost) {
		return together(lost, err)
	}
	return err
}
