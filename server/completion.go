package main

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"cuaderno/server/runfiles"

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

//go:embed completions
var completions embed.FS

// Run implements kong's command.
func (c completionCmd) Run(s streams) error {
	script, err := completions.ReadFile("completions/cuaderno." + c.Shell)
	if err != nil {
		return err
	}
	_, err = s.Out.Write(script)
	return err
}

// completeCmd is what the shells call: it prints what the last word of a line may become, with a tab and what
// that is where there is something to say. A line ":files" says that the word is the name of a file.
type completeCmd struct {
	Line string `arg:"" help:"What stands before the cursor."`
}

// Run implements kong's command.
func (c completeCmd) Run(ctx context.Context, parser *kong.Kong, s streams, common shared) error {
	runs := func(resumable bool) []candidate {
		from, err := runfiles.Open(common.State)
		if err != nil {
			return nil
		}
		return candidates(ctx, from, resumable)
	}
	for _, found := range complete(parser.Model.Node, c.Line, runs) {
		if _, err := fmt.Fprintln(s.Out, found); err != nil {
			return err
		}
	}
	return nil
}

// candidates are the runs, the newest first, or those that can be resumed here. What cannot be read completes nothing.
func candidates(ctx context.Context, from runfiles.Dir, resumable bool) (all []candidate) {
	if resumable {
		for _, id := range from.UnfinishedIDs() {
			c := candidate{word: id}
			if job, err := from.JobOf(id); err == nil {
				c.text = inBrief(job.Settings)
			}
			all = append(all, c)
		}
	} else {
		ids, _ := from.List()
		for _, id := range ids {
			c := candidate{word: id}
			if m, err := from.Meta(id); err == nil {
				c.text = inBrief(m.Settings)
			}
			all = append(all, c)
		}
		lines, _ := from.ArchivedLines(ctx)
		for _, line := range lines {
			all = append(all, candidate{line.Run, inBrief(line.Settings)})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return strings.Compare(b.word, a.word) })
	return all
}

// candidate is what a word may become.
type candidate struct {
	word string
	text string // what it is; may be empty
}

// files stands for all files.
var files = candidate{word: ":files"}

// String is a line for the shell's script.
func (c candidate) String() string {
	if c.text == "" {
		return c.word
	}
	return c.word + "\t" + c.text
}

// inOneLine is the beginning of a help, short enough to stand beside its word.
func inOneLine(help string) string {
	const most = 70
	help, _, _ = strings.Cut(strings.Join(strings.Fields(help), " "), ". ")
	if r := []rune(strings.TrimSuffix(help, ".")); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return strings.TrimSuffix(help, ".")
}

// complete lists what the last word of a line may become, its first word being the program.
func complete(node *kong.Node, line string, runs func(resumable bool) []candidate) (all []candidate) {
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
	name, _, valued := strings.Cut(last, "=")
	switch {
	case waiting != nil:
		all = values(waiting, "", runs)
	case strings.HasPrefix(last, "-") && valued:
		if f := flagOf(node, last); f != nil {
			all = values(f, name+"=", runs)
		}
	case strings.HasPrefix(last, "-"):
		all = flags(node)
	default:
		all = commands(node, runs)
	}
	all = slices.DeleteFunc(all, func(c candidate) bool { return c != files && !strings.HasPrefix(c.word, last) })
	return slices.Compact(all)
}

func flags(node *kong.Node) (all []candidate) {
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			c := candidate{"--" + f.Name, inOneLine(f.Help)}
			if f.Tag.Negatable != "" { // it is given already
				c.word = "--no-" + f.Name
			}
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return strings.Compare(a.word, b.word) })
	return all
}

// commands are the words that are no flags.
func commands(node *kong.Node, runs func(bool) []candidate) (all []candidate) {
	for _, child := range node.Children {
		if !child.Hidden {
			all = append(all, candidate{child.Name, inOneLine(child.Help)})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return strings.Compare(a.word, b.word) })
	for _, arg := range node.Positional {
		switch arg.Name {
		case "id":
			all = append(all, runs(false)...)
		case "file":
			all = append(all, files)
		case "shell":
			for _, word := range arg.EnumSlice() {
				all = append(all, candidate{word: word})
			}
		}
	}
	return all
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

// values are a flag's choices, behind what stands before them in their word. The training's own flags tell
// them in their placeholder alone.
func values(f *kong.Flag, before string, runs func(bool) []candidate) (all []candidate) {
	var words []string
	switch {
	case f.Name == "run", f.Name == "resume":
		all = runs(f.Name == "resume")
	case slices.Contains([]string{"FILE", "FILE.csv", "DIR", "PATH"}, f.PlaceHolder):
		return []candidate{files}
	case f.Enum != "":
		words = f.EnumSlice()
	case strings.Contains(f.PlaceHolder, "|"):
		words = strings.Split(f.PlaceHolder, "|")
	case f.IsBool():
		words = []string{"true", "false"}
	}
	slices.Sort(words)
	for _, word := range words {
		if word != "" {
			all = append(all, candidate{word: word})
		}
	}
	for i := range all {
		all[i].word = before + all[i].word
	}
	return all
}
