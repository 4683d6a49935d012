package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errorLine is an error for a program to read.
type errorLine struct {
	Error string `json:"error"`
	Code  int    `json:"exit_code"`
}

// tell says why a command ended, if it has not been said: in a sentence, or as JSON to whoever asked for JSON,
// also where the rest of the command line was not understood.
func tell(w io.Writer, args []string, err error) {
	if err == nil {
		return
	}
	text := anonymous(err.Error())
	asJSON := wantsJSON(args)
	if asJSON && errors.Is(err, errInterrupted) {
		text = "interrupted"
	}
	switch {
	case text == "":
	case asJSON:
		_ = json.NewEncoder(w).Encode(errorLine{text, exitCode(err)}) // there is nobody else to tell
	default:
		fmt.Fprintln(w, "cuaderno: "+text)
	}
}

// wantsJSON looks for --json among the flags.
func wantsJSON(args []string) (wanted bool) {
	for _, arg := range args {
		if arg == "--" {
			break
		}
		name, value, given := strings.Cut(arg, "=")
		if name != "--json" {
			continue
		}
		wanted = true
		if given {
			wanted, _ = strconv.ParseBool(value) // anything else is a slip, which is told in a sentence
		}
	}
	return wanted
}
