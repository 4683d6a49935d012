package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// suggested adds what may have been meant by a word that is no command. Kong knows, but where there is a default
// command it takes the word for an argument of that one.
func suggested(parser *kong.Kong, args []string, err error) error {
	if !strings.HasPrefix(err.Error(), "unexpected argument") {
		return err
	}
	withoutDefaults(parser.Model.Node)
	if _, without := parser.Parse(args); without != nil && strings.Contains(without.Error(), "did you mean") {
		return without
	}
	return err
}

func withoutDefaults(n *kong.Node) {
	n.DefaultCmd = nil
	for _, child := range n.Children {
		withoutDefaults(child)
	}
}

// blamed says of an error of the command line which variable a flag in it was set by.
func blamed(err error) error {
	var parse *kong.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	return blamedBy(parse.Context, err)
}

// blamedIn does so for what a command makes of its flags.
func blamedIn(parsed *kong.Context, err error) error {
	var usage usageError
	if !errors.As(err, &usage) {
		return err
	}
	return usageError{blamedBy(parsed, usage.error)}
}

func blamedBy(parsed *kong.Context, err error) error {
	typed := map[*kong.Flag]bool{}
	for _, p := range parsed.Path {
		typed[p.Flag] = true
	}
	var from []string
	for _, f := range parsed.Flags() {
		told := regexp.MustCompile(`--(` + strings.Join(append([]string{f.Name}, f.Aliases...), "|") + `)([^-\w]|$)`)
		for _, name := range f.Envs {
			_, set := os.LookupEnv(name)
			if set && !typed[f] && told.MatchString(err.Error()) && !strings.Contains(err.Error(), name) {
				from = append(from, name)
			}
		}
	}
	if from == nil {
		return err
	}
	return fmt.Errorf("%w (from the environment: %s)", err, strings.Join(from, ", "))
}
