// Command kill proves that no acknowledged answer is lost (docs/trust.md, G1 and G3): learners answer the real program
// over HTTP, the program or its PostgreSQL server is killed at random instants and started again, and the log is compared
// with what was acknowledged.
//
//	kill --kills 300 --database sqlite
//	kill --kills 300 --database postgres
//	kill --kills 3 --plant-early-ack     proves that the rig sees a loss
//
// It is run from the checkout, whose scripts/postgres makes the cluster.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/alecthomas/kong"

	"galien/e2e/server"
)

type command struct {
	Kills         int    `help:"How many kills." default:"20"`
	Learners      int    `help:"Learners who answer at once." default:"50"`
	Database      string `help:"Engine: sqlite, or postgres in a cluster of this run's own, which is killed at every third kill." default:"sqlite" enum:"sqlite,postgres"`
	PlantEarlyAck bool   `help:"Put a proxy before the program that acknowledges answers before it forwards them. The run then fails unless it finds losses."`
	Seed          uint64 `help:"Decides answers and instants." default:"1"`
	Binary        string `help:"The program; built by default." placeholder:"FILE"`
	Dir           string `help:"Folder for the run's files; a temporary one, removed at the end, by default." placeholder:"DIR"`
	Verbose       bool   `help:"A line for each kill."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var c command
	kong.Parse(&c, kong.Name("kill"))
	if err := c.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "kill:", err)
		stop()
		os.Exit(1)
	}
}

func (c command) run(ctx context.Context) (err error) {
	if c.Dir == "" {
		if c.Dir, err = os.MkdirTemp("", "galien-kill-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Dir)) }()
	}
	if c.Binary == "" {
		c.Binary, err = server.Build(ctx, c.Dir)
	} else {
		c.Binary, err = filepath.Abs(c.Binary)
	}
	if err != nil {
		return err
	}
	report, err := c.campaign(ctx)
	fmt.Println(report) // also of a run that was stopped
	return errors.Join(err, c.verdict(report))
}

// verdict is nil when the run proves what it is for: nothing lost, or, with the planted fault, losses seen.
func (c command) verdict(r report) error {
	switch {
	case c.PlantEarlyAck && r.lost == 0:
		return errors.New("the planted early acknowledgement was not noticed: the rig is blind")
	case !c.PlantEarlyAck && len(r.faults) > 0:
		return fmt.Errorf("%d faults, the first: %s", len(r.faults), r.faults[0])
	}
	return nil
}
