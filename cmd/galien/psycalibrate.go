package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"runtime/debug"
	"time"

	"galien/internal/measure/calibration"
	"galien/internal/platform/clock"
	"galien/internal/psy"
)

type psyCalibrateCmd struct {
	Responses  string  `help:"Answers as long CSV: person,item,score; gzip is read too; - is standard input." required:"" aliases:"in" placeholder:"FILE"`
	Model      string  `help:"1PL, 2PL, 3PL, GRM or GPCM." required:"" placeholder:"MODEL"`
	Fixed      string  `help:"Items whose parameters are held, as JSON." placeholder:"FILE"`
	Priors     string  `help:"weak or none." default:"weak"`
	Errors     string  `help:"Standard errors: automatic, observed, cross-products or none." default:"automatic"`
	Min        float64 `help:"The lowest quadrature node." default:"-6"`
	Max        float64 `help:"The highest quadrature node." default:"6"`
	Nodes      int     `help:"Quadrature nodes." default:"61"`
	Iterations int     `help:"Most iterations." default:"2000"`
	Workers    int     `help:"Processors to use; all by default." default:"0"`
	State      string  `help:"Where an interrupted calibration is kept, and resumed from." placeholder:"FILE"`
	Progress   bool    `help:"Say on standard error how far it is; so it does at a terminal."`
}

// Help is the example.
func (psyCalibrateCmd) Help() string {
	return "Example: galien psy calibrate --responses answers.csv.gz --model 2PL --priors weak"
}

// calibrationMemory is the soft limit on memory while answers are read: 8.4 million of them take 95 MB under it, and the
// collector does not work harder for it. Larger files take what they need.
const calibrationMemory = 90 << 20

// release lifts the limit for files that cannot be held under it: the collector would run all the time.
func release(rows int) {
	if rows > calibrationMemory/11 {
		debug.SetMemoryLimit(math.MaxInt64)
	}
}

// interrupted is the exit code after Ctrl-C, by the convention of shells.
const interrupted = 130

// Run calibrates. Ctrl-C stops after the iteration, and keeps the state when a file is given for it.
func (c psyCalibrateCmd) Run(ctx context.Context, out io.Writer) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(calibrationMemory)
	}
	request := psy.Calibration{Model: c.Model, Priors: c.Priors, Errors: c.Errors}
	request.Options = calibration.Options{
		Quadrature:    calibration.Quadrature{Min: c.Min, Max: c.Max, Nodes: c.Nodes},
		MaxIterations: c.Iterations, Workers: c.Workers, Now: clock.System{}.Now,
	}
	request.Rows = release
	if c.Progress || atTerminal(os.Stderr) {
		p := progress{out: os.Stderr, line: atTerminal(os.Stderr)}
		request.Rows = func(n int) { release(n); p.say("read %d rows", n) }
		request.Options.Progress = func(i calibration.Progress) {
			p.say("iteration %d: log-likelihood %.4f, change %.2g, %s", i.Iteration, i.LogLikelihood, i.Change, timeLeft(i.Left))
		}
		defer p.end()
	}
	err := c.calibrate(ctx, request, out)
	if err == nil {
		return nil
	}
	if stopped, ok := errors.AsType[*psy.InterruptedError](err); ok {
		return exitError{c.stopped(stopped), interrupted}
	}
	return exitError{err, badInput}
}

func (c psyCalibrateCmd) calibrate(ctx context.Context, request psy.Calibration, out io.Writer) error {
	responses, err := openInput(c.Responses)
	if err != nil {
		return fmt.Errorf("--responses: %w", err)
	}
	defer responses.Close()
	request.Responses = responses
	if c.Fixed != "" {
		fixed, err := openInput(c.Fixed)
		if err != nil {
			return fmt.Errorf("--fixed: %w", err)
		}
		defer fixed.Close()
		request.Fixed = fixed
	}
	if c.State != "" {
		if request.Options.Resume, err = readState(c.State); err != nil {
			return err
		}
		// A checkpoint that cannot be written is no reason to stop: the end of the run says so again.
		request.Options.Checkpoint = func(s *calibration.State) { _ = writeState(c.State, s) }
	}
	if err := psy.Calibrate(ctx, request, out, psyLog()); err != nil {
		return err
	}
	if c.State != "" {
		return removeState(c.State)
	}
	return nil
}

// stopped keeps the state, and says where.
func (c psyCalibrateCmd) stopped(e *psy.InterruptedError) error {
	if c.State == "" || e.State == nil {
		return fmt.Errorf("interrupted after %d iterations", e.Iteration)
	}
	if err := writeState(c.State, e.State); err != nil {
		return fmt.Errorf("interrupted after %d iterations; --state: %w", e.Iteration, err)
	}
	return fmt.Errorf("interrupted after %d iterations; the same command resumes from %s", e.Iteration, c.State)
}

// readState reads a state; none is one that was never written.
func readState(path string) (*calibration.State, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("--state: %w", err)
	}
	return psy.ParseState(data)
}

// writeState replaces the file whole.
func writeState(path string, s *calibration.State) error {
	data, err := psy.FormatState(s)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// removeState takes away the state of a calibration that has ended.
func removeState(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// atTerminal tells whether a file is a terminal.
func atTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// progress writes how far a command is: one line that is written over at a terminal, a line each time elsewhere.
type progress struct {
	out  io.Writer
	line bool
	said bool
}

func (p *progress) say(format string, args ...any) {
	before, after := "", "\n"
	if p.line {
		before, after = "\r\x1b[K", ""
	}
	p.said = true
	fmt.Fprintf(p.out, before+format+after, args...)
}

// end leaves the line.
func (p *progress) end() {
	if p.line && p.said {
		fmt.Fprintln(p.out)
	}
}

func timeLeft(d time.Duration) string {
	if d <= 0 {
		return "time left unknown"
	}
	return d.Round(time.Second).String() + " left"
}
