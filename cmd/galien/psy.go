package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

type psyCmd struct {
	List        psyListCmd        `cmd:"" default:"1" hidden:"" help:"List the commands."`
	Probability psyProbabilityCmd `cmd:"" help:"Category probabilities of items at given abilities."`
	Information psyInformationCmd `cmd:"" help:"Fisher information of items and of the test at given abilities."`
	Estimate    psyEstimateCmd    `cmd:"" help:"Abilities of persons: EAP, MAP, ML, WLE, or the multidimensional posterior."`
	Select      psySelectCmd      `cmd:"" help:"The next item of an adaptive test."`
	Assemble    psyAssembleCmd    `cmd:"" help:"The best exam under a blueprint."`
	Simulate    psySimulateCmd    `cmd:"" help:"A whole population through the engine: precision, exposure, decisions."`
	Calibrate   psyCalibrateCmd   `cmd:"" help:"Item parameters from a file of answers, by marginal maximum likelihood."`
	Fit         psyFitCmd         `cmd:"" help:"Fit of items and persons: S-X², Q3, lz*, mean squares."`
	DIF         psyDIFCmd         `cmd:"" name:"dif" help:"Differential item functioning between two groups."`
	Link        psyLinkCmd        `cmd:"" help:"Constants that put one calibration on the scale of another; drift."`
	Accuracy    psyAccuracyCmd    `cmd:"" help:"Accuracy and consistency of decisions at cut scores."`
}

// badInput is the exit code of a request that cannot be answered as it is.
const badInput = 2

// request is the input of a command.
type request struct {
	In string `help:"The request, as JSON; - is standard input." default:"-" placeholder:"FILE"`
}

// answer opens the request, and runs a command that answers it on standard output.
func (r request) answer(out io.Writer, command func(in io.Reader, out io.Writer) error) error {
	in, err := openInput(r.In)
	if err != nil {
		return exitError{fmt.Errorf("--in: %w", err), badInput}
	}
	defer in.Close()
	if err := command(in, out); err != nil {
		return exitError{err, badInput}
	}
	return nil
}

// openInput opens a file; - is standard input.
func openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	return os.Open(path)
}

// psyLog writes what a psychometrician should know beside the answer.
func psyLog() *slog.Logger { return slog.New(slog.NewTextHandler(os.Stderr, nil)) }

type psyListCmd struct{}

// Run lists the commands, as `galien psy` alone does.
func (psyListCmd) Run(k *kong.Context, out io.Writer) error {
	fmt.Fprintln(out, "The measurement engine: JSON in, JSON out. Formats and examples are in docs/psy.md.")
	fmt.Fprintln(out)
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, c := range k.Selected().Parent.Children {
		if !c.Hidden {
			fmt.Fprintf(t, "  galien psy %s\t%s\n", c.Name, c.Help)
		}
	}
	return t.Flush()
}
