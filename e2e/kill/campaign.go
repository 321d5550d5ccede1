package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"galien/e2e/learner"
	"galien/e2e/server"
	"galien/internal/platform/db"
)

// report is what a campaign found.
type report struct {
	engine        string
	kills         map[string]int // by what was killed
	acknowledged  int
	resent        int
	attempts      int
	lost          int
	faults        []string
	longestOutage time.Duration // from a kill to the first acknowledgement of every learner
	verified      string        // what verify-log said
	took          time.Duration
}

func (r report) String() string {
	text := fmt.Sprintf("%s: kills %v in %s, %d answers acknowledged in %d attempts, %d sent again, %d lost, %d faults, longest outage %s\n%s",
		r.engine, r.kills, r.took.Round(time.Second), r.acknowledged, r.attempts, r.resent, r.lost, len(r.faults),
		r.longestOutage.Round(time.Millisecond), r.verified)
	for i, fault := range r.faults {
		if i == 10 {
			return fmt.Sprintf("%s\n… and %d more", text, len(r.faults)-i)
		}
		text += "\n" + fault
	}
	return text
}

// campaign is one run.
type campaign struct {
	command
	random  *rand.Rand
	server  *server.Server
	cluster *cluster // nil on SQLite
	ledger  *ledger
	checker *checker
	walkers []*walker
	report  report
}

func (c command) campaign(ctx context.Context) (_ report, err error) {
	began := time.Now()
	k := &campaign{command: c, random: rand.New(rand.NewPCG(c.Seed, 3)), ledger: newLedger(),
		report: report{engine: c.Database, kills: map[string]int{}}}
	data := filepath.Join(c.Dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return k.report, err
	}
	database := server.Database{DSN: "sqlite:" + filepath.Join(data, "galien.db")}
	if c.Database == string(db.PostgreSQL) {
		if k.cluster, err = newCluster(ctx); err != nil {
			return k.report, err
		}
		defer func() { err = errors.Join(err, k.cluster.remove()) }()
		if database, err = server.NewPostgreSQL(ctx, k.cluster.url); err != nil {
			return k.report, err
		}
	}
	if k.checker, err = newChecker(database.DSN, k.ledger); err != nil {
		return k.report, err
	}
	if k.server, err = server.Start(ctx, server.Config{Binary: c.Binary, Data: data, Database: database.DSN}); err != nil {
		return k.report, err
	}
	err = k.run(ctx)
	k.report.took = time.Since(began)
	k.report.acknowledged, k.report.resent, k.report.attempts = k.ledger.count, k.ledger.resent, len(k.ledger.promises)
	k.report.lost, k.report.faults = len(k.ledger.lost), k.ledger.faults
	return k.report, err
}

// run has the learners answer through all the kills, then checks everything again on a quiet program.
func (k *campaign) run(ctx context.Context) error {
	base, closeProxy, err := k.entrance()
	if err != nil {
		return errors.Join(err, k.server.Kill())
	}
	walking, stopWalking := context.WithCancel(ctx)
	defer stopWalking()
	var stop atomic.Bool
	var walk sync.WaitGroup
	k.populate(base, &stop)
	for _, w := range k.walkers {
		walk.Go(func() { w.walk(walking) })
	}
	err = k.rounds(ctx)
	stop.Store(true)
	if err != nil {
		stopWalking()
	}
	walk.Wait()
	err = errors.Join(err, closeProxy())
	if err == nil {
		err = k.checker.check(ctx, k.ledger.all(), !k.PlantEarlyAck)
	}
	err = errors.Join(err, k.server.Stop())
	if err != nil {
		return err
	}
	return k.verifyLog(ctx)
}

// entrance is where the learners go: the program, or the planted fault before it.
func (k *campaign) entrance() (base string, closeProxy func() error, err error) {
	if !k.PlantEarlyAck {
		return k.server.URL, func() error { return nil }, nil
	}
	p, err := newEarlyAck(k.server.URL)
	if err != nil {
		return "", nil, err
	}
	return p.url, p.close, nil
}

func (k *campaign) populate(base string, stop *atomic.Bool) {
	network, seeds := &learner.Network{}, learner.NewSeeds(k.Seed*1_000_000)
	keep := network.Transport(true)
	for range k.Learners {
		k.walkers = append(k.walkers, &walker{base: base, network: network, keep: keep, seeds: seeds, ledger: k.ledger, stop: stop})
	}
}

func (k *campaign) rounds(ctx context.Context) error {
	if err := k.everyoneMoves(ctx); err != nil {
		return err
	}
	for n := range k.Kills {
		load := time.Duration(50+k.random.IntN(700)) * time.Millisecond
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(load):
		}
		began := time.Now()
		what, err := k.kill(ctx, n)
		if err != nil {
			return err
		}
		k.report.kills[what]++
		if err := k.checker.check(ctx, k.ledger.renewed(), false); err != nil {
			return err
		}
		if err := k.everyoneMoves(ctx); err != nil {
			return err
		}
		outage := time.Since(began)
		k.report.longestOutage = max(k.report.longestOutage, outage)
		if k.Verbose {
			fmt.Printf("kill %d: %s, outage %s, %d acknowledged, %d lost\n", n+1, what, outage.Round(time.Millisecond), k.ledger.total(), k.ledger.losses())
		}
	}
	return nil
}

// kill ends something at once and brings it back: the program, or at every third kill its PostgreSQL server.
func (k *campaign) kill(ctx context.Context, n int) (what string, err error) {
	if k.cluster != nil && n%3 == 2 {
		if n%2 == 0 {
			return "postgres backend", k.cluster.killBackend(ctx, k.checker.dsn)
		}
		return "postgres server", k.cluster.crash(ctx)
	}
	if err := k.server.Kill(); err != nil {
		return "", err
	}
	k.server, err = server.Start(ctx, k.server.Config)
	return "program", err
}

// goesOn bounds the time after which every learner must have got an answer through.
const goesOn = 2 * time.Minute

// everyoneMoves waits until every learner has had an answer acknowledged since the call.
func (k *campaign) everyoneMoves(ctx context.Context) error {
	before := make([]int64, len(k.walkers))
	for i, w := range k.walkers {
		before[i] = w.moved.Load()
	}
	ctx, cancel := context.WithTimeout(ctx, goesOn)
	defer cancel()
	for i, w := range k.walkers {
		for w.moved.Load() == before[i] {
			select {
			case <-ctx.Done():
				return fmt.Errorf("an attempt does not go on after a kill: %w", ctx.Err())
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
	return nil
}

// verifyLog has the program recompute its ledger and every answer log. The planted fault breaks no log.
func (k *campaign) verifyLog(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, k.Binary, "verify-log", "--data", k.server.Config.Data, "--database", k.server.Config.Database)
	out, err := cmd.CombinedOutput()
	k.report.verified = "verify-log: " + strings.TrimSpace(string(out))
	if err != nil {
		k.ledger.note("verify-log: %v", err)
	}
	return ctx.Err()
}
