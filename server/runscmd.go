package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"cuaderno/server/runfiles"
	"cuaderno/training"
	"cuaderno/training/checkpoint"
	"cuaderno/training/nn"
)

// runsCmd looks after the runs that are kept.
type runsCmd struct {
	List   runsListCmd   `cmd:"" default:"withargs" help:"List the runs, the newest last (the default)."`
	Show   runsShowCmd   `cmd:"" help:"Show a run's settings and history."`
	Delete runsDeleteCmd `cmd:"" help:"Delete runs."`
}

// Help are examples.
func (runsCmd) Help() string {
	return `Examples:
  runs                          what there is
  runs show ID
  runs delete ID ID
  runs list --json | tail -1    the newest`
}

type runsListCmd struct {
	JSON bool `env:"-" help:"One JSON object a line."`
}

// Run implements kong's command.
func (c runsListCmd) Run(ctx context.Context, s streams, common shared) error {
	from, err := runfiles.Open(common.State)
	if err != nil {
		return err
	}
	ids, err := from.List()
	if err != nil {
		return err
	}
	broken := from.Broken()
	for _, id := range broken {
		fmt.Fprintf(s.Err, "Run %s was broken off; train --resume %s goes on with it.\n", id, id)
	}
	lines, err := from.ArchivedLines(ctx)
	if err != nil { // it hides none of the others
		slog.Warn("the runs of notebooks are not listed", "error", err)
	}
	if len(ids)+len(lines)+len(broken) == 0 && !c.JSON {
		fmt.Fprintf(s.Err, "There is no run in %s; make one with the train command.\n", from.Path)
		return nil
	}
	encoder := json.NewEncoder(s.Out)
	table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(table, "RUN\tMADE\tREVIEWS\tEPOCHS\tVAL_ACCURACY\tMODEL")
	}
	for _, id := range ids {
		m, err := from.Meta(id)
		if err != nil { // one damaged file hides none of the others
			fmt.Fprintf(s.Err, "%s: %v\n", id, err)
			continue
		}
		lines = append(lines, runfiles.Line{Run: id, Meta: m})
	}
	slices.SortFunc(lines, func(a, b runfiles.Line) int { return strings.Compare(a.Run, b.Run) })
	for _, line := range lines {
		if c.JSON {
			if err := encoder.Encode(line); err != nil {
				return err
			}
			continue
		}
		id, m := line.Run, line.Meta
		accuracy := "-"
		if m.Epoch > 0 && m.Epoch <= len(m.History) {
			accuracy = fmt.Sprintf("%.4f", m.History[m.Epoch-1].ValAccuracy)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\n", id, m.Created.Local().Format(time.DateTime), m.Corpus, len(m.History), accuracy, inBrief(m.Settings))
	}
	return table.Flush()
}

type runsShowCmd struct {
	ID   string `arg:"" optional:"" help:"The run. Without it: the newest."`
	JSON bool   `env:"-" help:"One JSON object on standard output."`
}

// Run implements kong's command.
func (c runsShowCmd) Run(ctx context.Context, s streams, common shared) error {
	id, m, _, err := runOf(ctx, common, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(runfiles.Line{Run: id, Meta: m})
	}
	fmt.Fprintf(s.Out, "Run %s, made %s on %s\n%s\n", id, m.Created.Local().Format(time.DateTime), m.Corpus, inBrief(m.Settings))
	text, err := json.MarshalIndent(m.Settings, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s\n", text)
	if m.Mixed {
		fmt.Fprintln(s.Out, "Trained on machines that round differently: not bit for bit what an undisturbed run gives.")
	}
	for _, e := range m.History {
		mark := ""
		if e.Epoch == m.Epoch {
			mark = "  <- these weights"
		}
		fmt.Fprintf(s.Out, "Epoch %d - %s%s%s\n", e.Epoch, training.KerasLine(0, 0, e.Seconds, e.MsPerStep, e.Accuracy, e.Loss),
			training.KerasValidation(e.ValAccuracy, e.ValLoss), mark)
	}
	return nil
}

type runsDeleteCmd struct {
	IDs  []string `arg:"" name:"id" help:"The runs."`
	JSON bool     `env:"-" help:"One JSON object a line."`
}

// Run implements kong's command. What cannot be deleted does not keep the others.
func (c runsDeleteCmd) Run(ctx context.Context, s streams, common shared) error {
	from, err := runfiles.Open(common.State)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range c.IDs {
		if err := from.Delete(ctx, id); err != nil {
			errs = append(errs, err)
			continue
		}
		if c.JSON {
			err = json.NewEncoder(s.Out).Encode(map[string]string{"deleted": id})
		} else {
			_, err = fmt.Fprintf(s.Out, "Deleted run %s\n", id)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// runOf reads a run for a command; the newest if id is "".
func runOf(ctx context.Context, common shared, id string) (string, checkpoint.Meta, *nn.Params, error) {
	from, err := runfiles.Open(common.State)
	if err != nil {
		return "", checkpoint.Meta{}, nil, err
	}
	return from.Get(ctx, id)
}
