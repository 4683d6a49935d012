// Command server is Cuaderno: the notebook in the browser, and the same lesson in the terminal.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
)

func main() {
	// Nearly all memory is buffers that live long, so that collecting often costs little and saves much.
	debug.SetGCPercent(10)
	err := run(untilAsked(context.Background()), os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	if err != nil && err.Error() != "" {
		fmt.Fprintln(os.Stderr, "cuaderno: "+anonymous(err.Error()))
	}
	os.Exit(exitCode(err))
}
