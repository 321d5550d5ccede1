package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"galien/e2e/server"
	"galien/internal/platform/db"
)

// load is what is offered.
type load struct {
	target
	Rate     float64       `help:"Answers per second; each is followed by the next screen, which counts as a page." default:"1000"`
	Pages    float64       `help:"Pages per second, the screens included." default:"300"`
	Seconds  int           `help:"Length of the measure." default:"60"`
	Warmup   time.Duration `help:"Load before the measure." default:"5s"`
	Learners int           `help:"Learners who answer; by default a third of the rate, at least 50."`
}

func (l load) learners() int {
	if l.Learners > 0 {
		return l.Learners
	}
	return max(50, int(l.Rate/3))
}

func (l load) offer() offer {
	return offer{answers: l.Rate, others: max(0, l.Pages-l.Rate), warmup: l.Warmup, length: time.Duration(l.Seconds) * time.Second}
}

type runCmd struct {
	load
	RawSeconds int `help:"Length of the baseline that follows; 0 leaves it out." default:"10"`
}

// Run offers the load once and prints what came of it, with the baseline.
func (c *runCmd) Run(ctx context.Context) error {
	return c.within(ctx, func(dir, binary string) error {
		m, err := c.measure(ctx, dir, binary, os.Stdout)
		if err != nil {
			return err
		}
		if c.RawSeconds == 0 {
			return m.verdict()
		}
		baseline, err := raw(ctx, c.Database, filepath.Join(dir, "raw"), c.learners(), time.Duration(c.RawSeconds)*time.Second)
		if err != nil {
			return err
		}
		fmt.Println(baseline)
		fmt.Printf("answers achieved / raw, commits shared: %.0f %%; / raw, a commit each: %.0f %%\n",
			100*m.answers.rate()/baseline.shared, 100*m.answers.rate()/baseline.single)
		return m.verdict()
	})
}

// measure starts the program on a fresh database, offers the load, and stops it.
func (l load) measure(ctx context.Context, dir, binary string, out io.Writer) (measured, error) {
	var m measured
	err := l.serve(ctx, dir, binary, func(rig *rig) (err error) {
		m, err = rig.measure(ctx, l.offer(), l.learners())
		return err
	})
	if err == nil {
		fmt.Fprint(out, m.report(l))
	}
	return m, err
}

// serve runs f with the program running on a fresh database.
func (l load) serve(ctx context.Context, dir, binary string, f func(*rig) error) error {
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	database, err := server.NewDatabase(ctx, l.Database, data)
	if err != nil {
		return err
	}
	s, err := server.Start(ctx, server.Config{Binary: binary, Data: data, Database: database.DSN})
	if err != nil {
		return errors.Join(err, database.Drop(context.WithoutCancel(ctx)))
	}
	r := &rig{server: s, generator: newGenerator(s.URL)}
	if err = r.watch(ctx, database.DSN); err == nil {
		err = errors.Join(f(r), r.watched.Close())
	}
	return errors.Join(err, s.Stop(), database.Drop(context.WithoutCancel(ctx)))
}

// rig is the program under load and the generator before it.
type rig struct {
	server    *server.Server
	generator *generator
	watched   *db.DB // held open: names the database server's processes
	backend   int    // process of that connection; 0 on SQLite
}

func (r *rig) watch(ctx context.Context, dsn string) (err error) {
	if r.watched, err = db.Open(ctx, dsn); err != nil {
		return err
	}
	r.backend, err = server.BackendPID(ctx, r.watched)
	return err
}

// spent is processor time used so far: of the program, and of the database server when it is another.
type spent struct{ program, database time.Duration }

func (r *rig) spent() (s spent, err error) {
	if s.program, err = r.server.CPU(); err != nil || r.backend == 0 {
		return s, err
	}
	s.database, err = server.CPUOfFamily(r.backend)
	return s, err
}

// measured is what came of a load.
type measured struct {
	answers, screens, others, starts summary
	cpu                              spent // within the window, until the last reply
	load                             string
}

func (r *rig) measure(ctx context.Context, o offer, learners int) (measured, error) {
	g := r.generator
	if err := g.seat(ctx, learners); err != nil {
		return measured{}, err
	}
	var before spent
	var failed error
	from, to := g.run(ctx, o, func() { before, failed = r.spent() })
	after, err := r.spent()
	if err := errors.Join(err, failed, ctx.Err()); err != nil {
		return measured{}, err
	}
	return measured{answers: g.answers.summary(from, to), screens: g.screens.summary(from, time.Now()), others: g.others.summary(from, to),
		starts: g.starts.summary(from, time.Now()), load: server.LoadAverage(),
		cpu: spent{after.program - before.program, after.database - before.database}}, nil
}

// each is the processor time for one answer, all that goes with it included: its screen, other pages, starts.
func (m measured) each(total time.Duration) time.Duration {
	return total / time.Duration(max(m.answers.done, 1))
}

func (m measured) report(l load) string {
	text := fmt.Sprintf("%s, %.0f answers/s and %.0f pages/s offered for %d s by %d learners, load average %s\n",
		l.Database, l.Rate, max(l.Pages, l.Rate), l.Seconds, l.learners(), m.load)
	text += fmt.Sprintf("cpu      %s of the program per answer", milliseconds(m.each(m.cpu.program)))
	if m.cpu.database > 0 {
		text += fmt.Sprintf(", %s of the database", milliseconds(m.each(m.cpu.database)))
	}
	text += fmt.Sprintf("\nanswers  %s\nscreens  %s\n", m.answers, m.screens)
	if m.others.offered > 0 {
		text += fmt.Sprintf("others   %s\n", m.others)
	}
	return text + fmt.Sprintf("starts   %s\n", m.starts)
}

// failed counts what went wrong.
func (m measured) failed() int {
	return m.answers.failed() + m.screens.failed() + m.others.failed() + m.starts.failed()
}

// verdict is an error when a request failed.
func (m measured) verdict() error {
	if n := m.failed(); n > 0 {
		return fmt.Errorf("%d requests failed", n)
	}
	return nil
}

type searchCmd struct {
	load
	Limit time.Duration `help:"99th percentile of answers and pages past which a rate is too high." default:"100ms"`
	Step  float64       `help:"Factor from one rate to the next." default:"1.2"`
}

// Run raises the rate on one running program until it is too high, and prints the last good one.
func (c *searchCmd) Run(ctx context.Context) error {
	return c.within(ctx, func(dir, binary string) error {
		return c.serve(ctx, dir, binary, func(rig *rig) error { return c.search(ctx, rig) })
	})
}

func (c *searchCmd) search(ctx context.Context, rig *rig) error {
	good := "none"
	for l := c.load; ; l.Rate *= c.Step {
		l.Pages = c.Pages * l.Rate / c.Rate // the mix stays
		m, err := rig.measure(ctx, l.offer(), l.learners())
		if err != nil {
			return err
		}
		fmt.Print(m.report(l))
		if m.failed() > 0 || max(m.answers.p99, m.screens.p99, m.others.p99) > c.Limit {
			break
		}
		good = fmt.Sprintf("%.0f answers/s, p99 %s, cpu %s", m.answers.rate(), milliseconds(m.answers.p99), milliseconds(m.each(m.cpu.program)))
	}
	fmt.Println("last good:", good)
	return nil
}
