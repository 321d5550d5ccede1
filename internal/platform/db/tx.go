package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"galien/internal/platform/clock"
)

// Tx is a transaction. Statements run through it, or through One, Many and Each.
type Tx struct {
	db       *DB
	pool     *sql.DB
	tx       *sql.Tx
	unscoped string          // why scope checks are lifted, if they are
	after    *[]func()       // shared with the unscoped copies, as is running
	running  map[string]bool // statements whose rows are being read, see Each
}

// Write runs f in a serialisable transaction and commits it; SQLite has no weaker kind, and PostgreSQL is asked for the
// same, so that a use case behaves alike on both. f runs again after a serialisation failure or a busy database: it
// must change nothing but the database. When Write returns nil the change is durable.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	return d.retry(ctx, d.write, &sql.TxOptions{Isolation: d.serialisable()}, f)
}

// Append is Write for the hot paths that only add rows under unique keys: read committed on PostgreSQL, where
// uniqueness alone decides and predicate locks would cost without protecting anything.
func (d *DB) Append(ctx context.Context, f func(*Tx) error) error {
	return d.retry(ctx, d.write, &sql.TxOptions{}, f)
}

// Read runs f on one consistent snapshot.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Engine == PostgreSQL {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return d.retry(ctx, d.read, opts, f)
}

func (d *DB) serialisable() sql.IsolationLevel {
	if d.Engine == PostgreSQL {
		return sql.LevelSerializable
	}
	return sql.LevelDefault
}

// attempts bounds how often a transaction runs: a class that starts together on PostgreSQL meets serialisation failures
// in numbers, each of which lets another through.
const attempts = 16

// maxBackoff bounds the wait between two tries.
const maxBackoff = 128 * time.Millisecond

func (d *DB) retry(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, f func(*Tx) error) error {
	for n := 1; ; n++ {
		err := d.once(ctx, pool, opts, f)
		if err == nil || n == attempts || !transient(err) {
			return stated(ctx, err)
		}
		backoff := min(time.Duration(1<<n)*time.Millisecond, maxBackoff)
		if clock.Pause(ctx, backoff/2+rand.N(backoff)) != nil {
			return err
		}
	}
}

func (d *DB) once(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, f func(*Tx) error) (err error) {
	if d.Engine == SQLite {
		d.compileNoted(ctx, pool)
	}
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	t := &Tx{db: d, pool: pool, tx: tx, after: new([]func()), running: map[string]bool{}}
	done := false
	defer func() {
		if !done { // f failed or panicked
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	if err := f(t); err != nil {
		return err
	}
	done = true
	if err := tx.Commit(); err != nil {
		return errors.Join(err, ctx.Err()) // database/sql may say only that the transaction is done
	}
	for _, g := range *t.after {
		g()
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// AfterCommit has g called once the transaction is durable; not when it fails.
func (t *Tx) AfterCommit(g func()) { *t.after = append(*t.after, g) }

// Unscoped returns the same transaction with scope checks lifted. The reason is for the reader and the code review: a
// job over all organisations, a seal, an erasure.
func (t *Tx) Unscoped(reason string) *Tx {
	u := *t
	u.unscoped = reason
	return &u
}

// SQL is the transaction itself, for the job queue that enqueues in it.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Engine is the engine the transaction runs on.
func (t *Tx) Engine() Engine { return t.db.Engine }

// Exec runs a statement and returns the number of rows it changed.
func (t *Tx) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	if err := t.check(statement); err != nil {
		return 0, err
	}
	var res sql.Result
	var err error
	if stmt := t.compiled(statement); stmt != nil {
		res, err = t.tx.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	} else {
		res, err = t.tx.ExecContext(ctx, statement, args...)
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *Tx) query(ctx context.Context, statement string, args []any) (*sql.Rows, error) {
	if err := t.check(statement); err != nil {
		return nil, err
	}
	if stmt := t.compiled(statement); stmt != nil {
		return t.tx.StmtContext(ctx, stmt).QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, statement, args...)
}

// compiled returns the cached compiled statement on SQLite, where database/sql would compile the text anew at each
// call; pgx keeps its own cache on each connection. A statement seen for the first time is noted and compiled before
// the next transaction begins: the writer's only connection is taken now. One whose rows are being read is compiled a
// second time: it cannot be begun again before its end.
func (t *Tx) compiled(statement string) *sql.Stmt {
	if t.db.Engine != SQLite || t.running[statement] {
		return nil
	}
	k := stmtKey{t.pool, statement}
	if s, ok := t.db.stmts.Load(k); ok {
		return s.(*sql.Stmt)
	}
	t.db.toCompile.Store(k, true)
	return nil
}

type stmtKey struct {
	pool *sql.DB
	text string
}

// compileNoted compiles the statements that earlier transactions on this pool noted.
func (d *DB) compileNoted(ctx context.Context, pool *sql.DB) {
	d.toCompile.Range(func(key, _ any) bool {
		k := key.(stmtKey)
		if k.pool != pool {
			return true
		}
		if _, claimed := d.toCompile.LoadAndDelete(k); !claimed {
			return true
		}
		stmt, err := pool.PrepareContext(ctx, k.text)
		if err != nil {
			return true // the transaction that runs the statement will report it
		}
		if _, twice := d.stmts.LoadOrStore(k, stmt); twice {
			_ = stmt.Close()
		}
		return true
	})
}
