// Package job runs slow or external work after the transaction that asked for it: a job is enqueued in the caller's
// transaction, so that it exists exactly when the change does, and is tried again until its handler succeeds. Handlers
// are idempotent: a job may run twice.
//
// The queue is River, in the application's own database on either engine. On SQLite it shares the only writing
// connection, so it polls seldom and works on one job at a time, and one long one beside.
package job

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"galien/internal/platform/db"
)

// Args are the arguments of a job: a JSON-encodable struct whose Kind names the job.
type Args = river.JobArgs

// Long, embedded in arguments, puts jobs that take minutes in a line of their own: one at a time, and never before others.
type Long struct{}

// InsertOpts says the line.
func (Long) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: longQueue} }

const longQueue = "long"

// Queue enqueues and runs jobs.
type Queue struct {
	db       *db.DB
	log      *slog.Logger
	workers  *river.Workers
	periodic []*river.PeriodicJob
	client   *river.Client[*sql.Tx]
}

// New returns a queue without handlers.
func New(d *db.DB, log *slog.Logger) *Queue {
	return &Queue{db: d, log: log, workers: river.NewWorkers()}
}

type worker[T Args] struct {
	river.WorkerDefaults[T]
	handle func(context.Context, T) error
}

// Work implements river.Worker.
func (w *worker[T]) Work(ctx context.Context, j *river.Job[T]) error { return w.handle(ctx, j.Args) }

// Handle sets the handler of a kind of job, before Start.
func Handle[T Args](q *Queue, handle func(context.Context, T) error) {
	river.AddWorker(q.workers, &worker[T]{handle: handle})
}

// Every enqueues a job at each period, from Start on, whichever process leads. One that fails is not tried again before the
// next period.
func (q *Queue) Every(period time.Duration, args Args) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(river.PeriodicInterval(period),
		func() (river.JobArgs, *river.InsertOpts) { return args, &river.InsertOpts{MaxAttempts: 1} }, &river.PeriodicJobOpts{RunOnStart: true}))
}

// timeout ends a job that hangs. River's own, a minute, would end the first checkpoint of a large installation after a long
// stop, each time again.
const timeout = 10 * time.Minute

// Start begins to run jobs.
func (q *Queue) Start(ctx context.Context) error {
	config := &river.Config{
		Logger:            slog.New(quiet{q.log.Handler()}),
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: q.workersAtOnce()}, longQueue: {MaxWorkers: 1}},
		Workers:           q.workers,
		PeriodicJobs:      q.periodic,
		JobTimeout:        timeout,
		FetchPollInterval: time.Second,
		PollOnly:          true,
	}
	var err error
	if q.db.Engine == db.PostgreSQL {
		q.client, err = river.NewClient(riverdatabasesql.New(q.db.Writer()), config)
	} else {
		q.client, err = river.NewClient(riversqlite.New(q.db.Writer()), config)
	}
	if err != nil {
		return err
	}
	return q.client.Start(ctx)
}

func (q *Queue) workersAtOnce() int {
	if q.db.Engine == db.PostgreSQL {
		return 8
	}
	return 1
}

// Stop lets the running jobs end, until ctx does; what has not ended runs again later.
func (q *Queue) Stop(ctx context.Context) error {
	if q.client == nil {
		return nil
	}
	return q.client.Stop(ctx)
}

// Enqueue adds a job in the caller's transaction.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, args Args) error {
	if q.client == nil {
		return errors.New("job: the queue is not started")
	}
	_, err := q.client.InsertTx(ctx, tx.SQL(), args, nil)
	return err
}

// quiet passes on warnings and errors only, since River reports each of its maintenance rounds, and not what it gives up
// because it is being stopped.
type quiet struct{ slog.Handler }

// Handle implements slog.Handler.
func (h quiet) Handle(ctx context.Context, r slog.Record) error {
	stopped := false
	r.Attrs(func(a slog.Attr) bool {
		stopped = strings.Contains(a.Value.String(), context.Canceled.Error())
		return !stopped
	})
	if stopped {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// Enabled implements slog.Handler.
func (h quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}
