package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd prints what a shell needs to complete our commands, flags, choices and runs.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help are examples.
func (completionCmd) Help() string {
	return `Examples, for a program that is on the PATH as cuaderno:
  eval "$(cuaderno completion bash)"      in ~/.bashrc
  eval "$(cuaderno completion zsh)"       in ~/.zshrc, after compinit
  cuaderno completion fish > ~/.config/fish/completions/cuaderno.fish`
}

var completions = map[string]string{
	"bash": `_cuaderno() {
  local IFS=$'\n'
  COMPREPLY=($(cuaderno complete -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
}
complete -o default -F _cuaderno cuaderno
`,
	"zsh": `_cuaderno() {
  local -a found
  found=("${(@f)$(cuaderno complete -- "$LBUFFER" 2>/dev/null)}")
  [[ -n $found ]] && compadd -a found || _files
}
compdef _cuaderno cuaderno
`,
	"fish": `complete -c cuaderno -a "(cuaderno complete -- (commandline -cp) 2>/dev/null)"
`,
}

// Run implements kong's command.
func (c completionCmd) Run(s streams) error {
	_, err := fmt.Fprint(s.Out, completions[c.Shell])
	return err
}

// completeCmd is what the shells call: it prints what the last word of a line may become.
type completeCmd struct {
	Line string `arg:"" help:"What stands before the cursor."`
}

// Run implements kong's command.
func (c completeCmd) Run(ctx context.Context, parser *kong.Kong, s streams, common shared) error {
	runs := func(f *kong.Flag) []string {
		from, err := shelfOf(common)
		if err != nil {
			return nil
		}
		if f != nil && f.Name == "resume" {
			return from.unfinishedIDs()
		}
		ids, _ := from.all(ctx) // what cannot be read completes nothing
		return ids
	}
	for _, word := range complete(parser.Model.Node, c.Line, runs) {
		if _, err := fmt.Fprintln(s.Out, word); err != nil {
			return err
		}
	}
	return nil
}

// complete lists what the last word of a line may become, its first word being the program.
func complete(node *kong.Node, line string, runs func(*kong.Flag) []string) []string {
	words := strings.Fields(line)
	last := ""
	if len(words) > 0 && !strings.HasSuffix(line, " ") {
		words, last = words[:len(words)-1], words[len(words)-1]
	}
	var waiting *kong.Flag // a flag whose value comes next
	for i, word := range words {
		switch {
		case i == 0:
		case waiting != nil:
			waiting = nil
		case strings.HasPrefix(word, "-"):
			if f := flagOf(node, word); f != nil && !f.IsBool() && !strings.Contains(word, "=") {
				waiting = f
			}
		default:
			for _, child := range node.Children {
				if child.Name == word {
					node = child
					break
				}
			}
		}
	}
	var all []string
	switch {
	case waiting != nil:
		all = values(waiting, runs)
	case strings.HasPrefix(last, "-"):
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				all = append(all, "--"+f.Name)
			}
		}
	default:
		for _, child := range node.Children {
			if !child.Hidden {
				all = append(all, child.Name)
			}
		}
		for _, arg := range node.Positional {
			switch arg.Name {
			case "id":
				all = append(all, runs(nil)...)
			case "shell":
				all = append(all, arg.EnumSlice()...)
			}
		}
	}
	all = slices.DeleteFunc(all, func(word string) bool { return word == "" || !strings.HasPrefix(word, last) })
	slices.Sort(all)
	return slices.Compact(all)
}

func flagOf(node *kong.Node, word string) *kong.Flag {
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			short := f.Short != 0 && name == string(f.Short) && !strings.HasPrefix(word, "--")
			if f.Name == name || short || slices.Contains(f.Aliases, name) {
				return f
			}
		}
	}
	return nil
}

// values are a flag's choices. The training's own flags tell them in their placeholder alone.
func values(f *kong.Flag, runs func(*kong.Flag) []string) []string {
	switch {
	case f.Name == "run", f.Name == "resume":
		return runs(f)
	case f.Enum != "":
		return f.EnumSlice()
	case strings.Contains(f.PlaceHolder, "|"):
		return strings.Split(f.PlaceHolder, "|")
	}
	return nil
}
