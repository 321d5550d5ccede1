package assess

import (
	"context"
	"sync"
	"time"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
)

// batchSize is how many answers share one commit at most: past it a commit takes longer than it saves.
const batchSize = 256

// writer makes answers durable. What is pending while one commit runs shares the next: under load a disk that
// synchronises 200 times a second still takes thousands of answers, and each is acknowledged only after its commit.
type writer struct {
	db      *db.DB
	timeout time.Duration
	pending chan *pendingEvent
	done    sync.WaitGroup
}

type pendingEvent struct {
	event  Event
	result chan appended
}

// appended says what became of an event: stored, or found there already (fresh is false).
type appended struct {
	fresh bool
	err   error
}

// commitTimeout bounds a batch. A database that neither answers nor refuses would hold every answer for minutes; the learner is
// told to try again, which the key (attempt, sequence) makes harmless if the batch was committed after all.
const commitTimeout = 10 * time.Second

func newWriter(d *db.DB) *writer {
	w := &writer{db: d, timeout: commitTimeout, pending: make(chan *pendingEvent, 4*batchSize)}
	writers := 1
	if d.Engine == db.PostgreSQL {
		writers = 2 // one commits while the other collects
	}
	for range writers {
		w.done.Go(w.run)
	}
	return w
}

// append stores the event durably. fresh is false when a row stands under its key already, whatever its content.
func (w *writer) append(ctx context.Context, e Event) (fresh bool, err error) {
	p := &pendingEvent{event: e, result: make(chan appended, 1)}
	select {
	case w.pending <- p:
	case <-ctx.Done():
		return false, errs.New(errs.Unavailable, "web.busy").Cause(ctx.Err())
	}
	// From here on the event may be written whether or not the caller waits: the key makes a second try harmless.
	select {
	case r := <-p.result:
		return r.fresh, r.err
	case <-ctx.Done():
		return false, errs.New(errs.Unavailable, "web.timeout").Cause(ctx.Err())
	}
}

// close waits until everything pending is written. Nothing may be appended afterwards.
func (w *writer) close() {
	close(w.pending)
	w.done.Wait()
}

func (w *writer) run() {
	for first := range w.pending {
		batch := []*pendingEvent{first}
		for len(batch) < batchSize {
			select {
			case p, open := <-w.pending:
				if open {
					batch = append(batch, p)
					continue
				}
			default:
			}
			break
		}
		w.commit(batch)
	}
}

func (w *writer) commit(batch []*pendingEvent) {
	// A commit is not abandoned because one of its callers left.
	ctx, cancel := context.WithTimeout(context.Background(), w.timeout)
	defer cancel()
	rows := make([][]any, len(batch))
	for i, p := range batch {
		rows[i] = p.event.args()
	}
	changed, err := w.db.AppendAll(ctx, appendEvent, rows)
	if err == nil {
		for i, p := range batch {
			p.result <- appended{fresh: changed[i] == 1}
		}
		return
	}
	w.commitEach(ctx, batch)
}

// commitEach tries each event alone, with the kit's own retries, so that a faulty one does not cost the others. A database that
// is out of reach, full, or late fails those that are left: each would wait for the same.
func (w *writer) commitEach(ctx context.Context, batch []*pendingEvent) {
	var lost error
	for _, p := range batch {
		if lost != nil {
			p.result <- appended{err: lost}
			continue
		}
		var n int64
		err := w.db.Append(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Exec(ctx, appendEvent, p.event.args()...)
			return err
		})
		if ctx.Err() != nil || errs.Is(err, errs.Unavailable) || db.Full(err) {
			lost = storageError(err)
		}
		p.result <- appended{fresh: n == 1, err: storageError(err)}
	}
}

// storageError says in the learner's terms why an answer could not be saved.
func storageError(err error) error {
	switch {
	case err == nil:
		return nil
	case db.Full(err):
		return errs.New(errs.Unavailable, "assess.storage_full").Cause(err)
	}
	return errs.New(errs.Unavailable, "assess.not_saved").Cause(err)
}
