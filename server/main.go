// Command server is Cuaderno: the notebook in the browser, and the same lesson in the terminal.
package main

import (
	"context"
	"os"
	"runtime/debug"
)

func main() {
	// Nearly all memory is buffers that live long, so that collecting often costs little and saves much.
	debug.SetGCPercent(10)
	err := run(untilAsked(context.Background()), os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	tell(os.Stderr, os.Args[1:], err)
	os.Exit(exitCode(err))
}
