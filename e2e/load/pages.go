package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"galien/e2e/learner"
	"galien/e2e/server"
)

type pagesCmd struct {
	target
	Times  int `help:"Readings of each page, after two that do not count; the median is printed." default:"50"`
	Starts int `help:"Starts of each kind; the median is printed." default:"3"`
}

// Run prints the tables of docs/measured.md that need no load.
func (c *pagesCmd) Run(ctx context.Context) error {
	return c.within(ctx, func(dir, binary string) error {
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		direct, err := directDependencies(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("program: %.1f MB, %d direct dependencies, those of the tests included\n", float64(info.Size())/1e6, direct)
		if err := c.startTimes(ctx, dir, binary); err != nil {
			return err
		}
		return c.weigh(ctx, dir, binary)
	})
}

// directDependencies counts the modules that go.mod requires for files of ours.
func directDependencies(ctx context.Context) (int, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all").Output()
	return len(strings.Fields(string(out))), err
}

// startTimes prints how long the program takes to be ready: on nothing, on what an earlier start made, and as a
// demonstration.
func (c *pagesCmd) startTimes(ctx context.Context, dir, binary string) error {
	ready := map[string][]time.Duration{}
	for i := range c.Starts {
		data := filepath.Join(dir, fmt.Sprintf("start-%d", i))
		for _, kind := range []string{"serve, fresh", "serve, existing data"} {
			if err := c.timeStart(ctx, ready, kind, server.Config{Binary: binary, Data: data}); err != nil {
				return err
			}
		}
		if err := c.timeStart(ctx, ready, "demo", server.Config{Binary: binary, Command: "demo", Data: filepath.Join(dir, fmt.Sprintf("demo-%d", i))}); err != nil {
			return err
		}
	}
	for _, kind := range []string{"serve, fresh", "serve, existing data", "demo"} {
		fmt.Printf("ready: %s %s (median of %d, load average %s)\n", kind, milliseconds(median(ready[kind])), c.Starts, server.LoadAverage())
	}
	return nil
}

func (c *pagesCmd) timeStart(ctx context.Context, ready map[string][]time.Duration, kind string, config server.Config) error {
	s, err := server.Start(ctx, config)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	ready[kind] = append(ready[kind], s.Ready)
	return s.Stop()
}

// weigh prints the time and the compressed weight of the main pages, as a learner who has finished one positioning and
// begun another sees them.
func (c *pagesCmd) weigh(ctx context.Context, dir, binary string) (err error) {
	load := load{target: c.target}
	return load.serve(ctx, dir, binary, func(rig *rig) error {
		l := learner.New(rig.server.URL, rig.generator.keep, 1)
		finished, err := finish(ctx, l)
		if err != nil {
			return err
		}
		if err := l.Begin(ctx); err != nil {
			return err
		}
		fmt.Printf("| page | time, median of %d | weight, gzip |\n|---|---|---|\n", c.Times)
		for _, p := range []struct{ name, path string }{
			{"/", "/"}, {"/positionnement", "/positionnement"}, {"a question", l.Attempt}, {"a result", finished + "/resultat"}, {"the answers explained", finished + "/reponses?ouvrir=tout"},
			{"/mes-competences", "/mes-competences"}, {"/mes-epreuves", "/mes-epreuves"}, {"/referentiels", "/referentiels"},
			{"/connexion", "/connexion"}, {"/inscription", "/inscription"}, {"/aide", "/aide"},
		} {
			took, weight, err := c.read(ctx, l, p.path)
			if err != nil {
				return err
			}
			fmt.Printf("| %s | %s | %.1f kB |\n", p.name, milliseconds(took), float64(weight)/1000)
		}
		fmt.Printf("load average %s\n", server.LoadAverage())
		return nil
	})
}

// finish takes a positioning to its end and returns its path.
func finish(ctx context.Context, l *learner.Learner) (string, error) {
	if err := l.Begin(ctx); err != nil {
		return "", err
	}
	for {
		sc, err := l.Look(ctx)
		if err != nil || sc.Over {
			return l.Attempt, err
		}
		if err := l.Send(ctx, l.Choose(sc)); err != nil {
			return "", err
		}
	}
}

func (c *pagesCmd) read(ctx context.Context, l *learner.Learner, path string) (took time.Duration, weight int, err error) {
	const warm = 2
	var times []time.Duration
	for i := range warm + c.Times {
		began := time.Now()
		if weight, err = l.Page(ctx, path); err != nil {
			return 0, 0, err
		}
		if i >= warm {
			times = append(times, time.Since(began))
		}
	}
	if len(times) == 0 {
		return 0, 0, errors.New("nothing was read: --times is too small")
	}
	return median(times), weight, nil
}

func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return quantile(sorted, 0.5)
}
