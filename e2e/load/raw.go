package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"galien/e2e/server"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/migrate"
)

type rawCmd struct {
	target
	Seconds     int `help:"Length of each of the two measures." default:"10"`
	Concurrency int `help:"Rows waiting for their commit at once." default:"333"`
}

// Run prints the baseline alone.
func (c *rawCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp(c.Dir, "galien-raw-*")
	if err != nil {
		return err
	}
	b, err := raw(ctx, c.Database, dir, c.Concurrency, time.Duration(c.Seconds)*time.Second)
	if err == nil {
		fmt.Println(b)
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// baseline is how many answers per second the machine and the engine keep durably, without the application.
type baseline struct {
	engine         string
	concurrency    int
	shared, single float64 // with commits shared as the application's writer shares them; with a commit each
	load           string
}

func (b baseline) String() string {
	return fmt.Sprintf("raw      %s, %d at once: %.0f/s with commits shared, %.0f/s with a commit each, load average %s",
		b.engine, b.concurrency, b.shared, b.single, b.load)
}

// The statements of the answer path, and the least that its foreign keys ask for.
const (
	insertPerson  = `INSERT INTO person (id, created_at) VALUES ($1, $2)`
	insertRelease = `INSERT INTO bank_release (sha256, bank, manifest, published_at) VALUES ('raw', 'raw', '{}', 0)`
	insertAttempt = `INSERT INTO attempt (person_id, id, kind, scope, release, state, started_at) VALUES ($1, $2, 'positioning', '', 'raw', 'open', 0)`
	insertEvent   = `INSERT INTO attempt_event (person_id, attempt_id, seq, at, kind, body, commitment)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, attempt_id, seq) DO NOTHING`
)

// bodyBytes is the weight of an answer's body, commitmentBytes that of its commitment.
const (
	bodyBytes       = 240
	commitmentBytes = 32
)

// raw measures both ways of committing, one after the other, on a fresh database.
func raw(ctx context.Context, engine, dir string, concurrency int, length time.Duration) (b baseline, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return b, err
	}
	database, err := server.NewDatabase(ctx, engine, dir)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, database.Drop(context.WithoutCancel(ctx))) }()
	d, err := db.Open(ctx, database.DSN)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := migrate.Up(ctx, d); err != nil {
		return b, err
	}
	authors, err := authors(ctx, d, concurrency)
	if err != nil {
		return b, err
	}
	b = baseline{engine: engine, concurrency: concurrency}
	if b.shared, err = shared(ctx, d, authors, length); err != nil {
		return b, err
	}
	b.single, err = rate(ctx, authors, length, func(row []any) error {
		_, err := d.AppendAll(ctx, insertEvent, [][]any{row})
		return err
	})
	b.load = server.LoadAverage()
	return b, err
}

// author is an attempt that rows are appended to.
type author struct {
	person, attempt id.ID
	seq             int
}

func (a *author) next() []any {
	a.seq++
	return []any{a.person, a.attempt, a.seq, time.Now().UnixMicro(), "answer", strings.Repeat("x", bodyBytes), make([]byte, commitmentBytes)}
}

func authors(ctx context.Context, d *db.DB, n int) ([]*author, error) {
	all := make([]*author, n)
	err := d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, insertRelease); err != nil {
			return err
		}
		for i := range all {
			now := time.Now()
			all[i] = &author{person: id.New(now), attempt: id.New(now)}
			if _, err := tx.Exec(ctx, insertPerson, all[i].person, now.UnixMicro()); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, insertAttempt, all[i].person, all[i].attempt); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// rate has every author append one row after the other and returns the rows per second of all.
func rate(ctx context.Context, authors []*author, length time.Duration, keep func(row []any) error) (float64, error) {
	var kept atomic.Int64
	var group sync.WaitGroup
	failures := make(chan error, len(authors))
	began := time.Now()
	for _, a := range authors {
		group.Go(func() {
			for time.Since(began) < length && ctx.Err() == nil {
				if err := keep(a.next()); err != nil {
					failures <- err
					return
				}
				kept.Add(1)
			}
		})
	}
	group.Wait()
	perSecond := float64(kept.Load()) / time.Since(began).Seconds()
	close(failures)
	return perSecond, errors.Join(ctx.Err(), <-failures)
}

// waiting is a row whose author waits for its commit.
type waiting struct {
	row    []any
	result chan error
}

// shared is rate with commits shared as the application does: what waits while one commit runs goes into the next, at
// most 256 rows, by one writer on SQLite and two on PostgreSQL.
func shared(ctx context.Context, d *db.DB, authors []*author, length time.Duration) (float64, error) {
	const most = 256
	queue := make(chan waiting, 4*most)
	writers := 1
	if d.Engine == db.PostgreSQL {
		writers = 2
	}
	var running sync.WaitGroup
	for range writers {
		running.Go(func() {
			for w := range queue {
				commit(ctx, d, append([]waiting{w}, pending(queue, most-1)...))
			}
		})
	}
	perSecond, err := rate(ctx, authors, length, func(row []any) error {
		w := waiting{row, make(chan error, 1)}
		queue <- w
		return <-w.result
	})
	close(queue)
	running.Wait()
	return perSecond, err
}

// pending takes what is in the queue now.
func pending(queue <-chan waiting, most int) (batch []waiting) {
	for len(batch) < most {
		select {
		case w, open := <-queue:
			if !open {
				return batch
			}
			batch = append(batch, w)
		default:
			return batch
		}
	}
	return batch
}

func commit(ctx context.Context, d *db.DB, batch []waiting) {
	rows := make([][]any, len(batch))
	for i, w := range batch {
		rows[i] = w.row
	}
	_, err := d.AppendAll(ctx, insertEvent, rows)
	for _, w := range batch {
		w.result <- err
	}
}
