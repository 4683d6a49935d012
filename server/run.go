package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"

	"github.com/alecthomas/kong"

	"cuaderno/server/site"
	"cuaderno/training"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// streams are where a command reads and writes.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// cli is every command and flag.
type cli struct {
	Serve    serveCmd         `cmd:"" default:"withargs" help:"Serve the notebook (the default)."`
	Worker   workerCmd        `cmd:"" help:"Take trainings from servers elsewhere."`
	Train    trainCmd         `cmd:"" help:"Run the lesson in the terminal, from load to evaluate."`
	Classify classifyCmd      `cmd:"" help:"Judge a review with the weights of a run."`
	Evaluate evaluateCmd      `cmd:"" help:"Measure the model of a run on the test reviews."`
	Runs     runsCmd          `cmd:"" help:"List, show or delete the runs that are kept."`
	Export   exportCmd        `cmd:"" help:"Write the model of a run for Keras, ONNX, Jupyter and others."`
	Import   importCmd        `cmd:"" help:"Bring a model back, or one from Keras."`
	Health   healthCmd        `cmd:"" help:"Ask a server that runs whether it is well."`
	Shell    completionCmd    `cmd:"" name:"completion" help:"Print what a shell needs to complete commands."`
	Complete completeCmd      `cmd:"" hidden:""`
	About    versionCmd       `cmd:"" name:"version" help:"Tell the version and the revision that was built."`
	Licenses licensesCmd      `cmd:"" help:"List the modules that this program is built from, and their licences."`
	Version  kong.VersionFlag `help:"Print the version and leave." env:"-"`

	shared
}

// shared are the flags of all commands.
type shared struct {
	Data    string `placeholder:"DIR" help:"Directory of imdb.npz and imdb_word_index.json. Without it: Keras' own directory, our cache, a download, or else the built-in practice corpus."`
	State   string `placeholder:"DIR" help:"Directory of what is kept between runs. Without it: cuaderno in the user's state directory."`
	Offline bool   `help:"Download nothing."`
	Verbose bool   `help:"Log more, to standard error."`
	Log     string `enum:"text,json" default:"text" placeholder:"text|json" help:"How to log: text, or json for machines to read."`
}

// run is the whole program.
func run(ctx context.Context, args []string, s streams) error {
	c := cli{Train: newTrainCmd()}
	exit := -1
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out := &output{w: s.Out, closed: cancel}
	s.Out = out
	if err := unsetEmpty(); err != nil {
		return err
	}
	parser, err := kong.New(&c,
		kong.Name("cuaderno"),
		kong.Description("A notebook that teaches what a recurrent network does, by letting you run one.\n\n"+
			"Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted."),
		kong.DefaultEnvars("CUADERNO"),
		kong.Vars{"version": built().String(), "maxlen": fmt.Sprint(training.Defaults().Maxlen)},
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	switch {
	case exit >= 0:
		return out.end(exitError(exit))
	case out.failure() != nil: // of the help
		return out.failure()
	case err != nil:
		return usageError{blamed(suggested(parser, args, err))}
	}
	slog.SetDefault(site.NewLogger(s.Err, c.Log == "json", c.Verbose))
	parsed.Bind(parser)
	parsed.BindTo(ctx, (*context.Context)(nil))
	return out.end(blamedIn(parsed, parsed.Run(s, c.shared)))
}

// corpus says where the reviews may come from.
func (s shared) corpus() imdb.Options {
	return imdb.Options{Dir: s.Data, Download: !s.Offline, Practice: practice.New}
}

// errInterrupted ends a command that the reader stopped. Everything has been said by then.
var errInterrupted = exitError(130)

// exitError ends the program with a code and without a word.
type exitError int

func (e exitError) Error() string { return "" }

// together joins two errors. A mere exit code gives way to an error that says something.
func together(first, second error) error {
	var exit exitError
	switch {
	case first == nil:
		return second
	case second == nil, errors.As(second, &exit):
		return first
	}
	return errors.Join(first, second)
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

// Error repeats no user of an address that stands where it should not: logs would keep it.
func (e usageError) Error() string {
	return bareUser.ReplaceAllString(anonymous(e.error.Error()), "xxxxx@")
}

// anonymous leaves out who uses an address.
func anonymous(text string) string { return user.ReplaceAllString(text, "${1}xxxxx@") }

var (
	user     = regexp.MustCompile(`(\w+://)[^\s"']*@`) // after a scheme
	bareUser = regexp.MustCompile(`[^\s"'/]+@`)        // without one
)

func exitCode(err error) int {
	var exit exitError
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &usage):
		return 2
	}
	return 1
}
