package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilAsked gives a context that ends with the first signal to stop. The second of them is not waited for,
// except that of a terminal that closes: the system and the shell may both send it.
func untilAsked(ctx context.Context) context.Context {
	// A reader of our output who leaves is an error of the write, which every command returns.
	signal.Ignore(syscall.SIGPIPE)
	asked := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		asked = append(asked, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, asked...)
	context.AfterFunc(ctx, func() {
		signal.Ignore(syscall.SIGHUP)
		stop()
	})
	return ctx
}
