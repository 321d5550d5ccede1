package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"galien/internal/platform/clock"
	"galien/internal/psy"
)

type psySimulateCmd struct {
	request
	Progress bool `help:"Say on standard error how far it is; so it does at a terminal."`
}

// Help lists the fields and gives an example.
func (psySimulateCmd) Help() string {
	return "Fields: items, blueprint, population (n, mean, cov, dims), exposureMax, exposureMin, seed, workers, prior, scores, importance, " +
		"cuts, bands, after, stop, block.\n\nExample: galien psy simulate --in request.json"
}

// Run simulates. The processor time goes to standard error: the answer is the same bytes whatever the machine.
func (c psySimulateCmd) Run(ctx context.Context, out io.Writer) error {
	began := cpuTime()
	watch := psy.Watch{End: func(candidates, selections int) {
		used := cpuTime() - began
		fmt.Fprintf(os.Stderr, "processor time: %v, %v a candidate, %v a selection\n",
			used.Round(time.Millisecond), used/time.Duration(max(candidates, 1)), used/time.Duration(max(selections, 1)))
	}}
	if c.Progress || atTerminal(os.Stderr) {
		p := progress{out: os.Stderr, line: atTerminal(os.Stderr)}
		start := clock.System{}.Now()
		watch.Progress = func(done, of int) {
			spent := clock.System{}.Now().Sub(start)
			p.say("%d of %d candidates, %v left", done, of, (spent * time.Duration(of-done) / time.Duration(done)).Round(time.Second))
		}
		defer p.end()
	}
	err := c.answer(out, func(in io.Reader, out io.Writer) error { return psy.Simulate(ctx, in, out, watch) })
	if stopped, ok := errors.AsType[*psy.InterruptedError](err); ok {
		return exitError{stopped, interrupted}
	}
	return err
}
