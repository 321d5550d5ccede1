// Package db is a small kit over database/sql for two engines, SQLite and PostgreSQL, that run the same SQL text and
// the same schema. It is the only package that knows the drivers.
//
// The portable subset: ON CONFLICT, RETURNING, CTE, window functions, FILTER, ->>, IS DISTINCT FROM, $1 placeholders.
// Times are BIGINT microseconds UTC, identifiers UUID, both made in Go. A statement on a table that declares a scope
// must name that scope (see Scopes).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // driver "sqlite"

	"galien/internal/platform/clock"
)

// Engine names a database engine.
type Engine string

// The two engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// DB is an open database. On SQLite it holds one writing connection and several reading ones; on PostgreSQL one pool.
type DB struct {
	Engine Engine
	write  *sql.DB
	read   *sql.DB
	scopes Scopes

	stmts     sync.Map // SQLite: stmtKey → *sql.Stmt
	toCompile sync.Map // SQLite: stmtKey → true, to be compiled before the next transaction
	vetted    sync.Map // statement text → error of its scope check, or nil
	fields    sync.Map // struct type → its column names, see row.go
}

// Open opens `sqlite:PATH` or a `postgres://…` URL (several hosts allowed, as libpq does) and checks that it answers.
// The error is one sentence that says what is wrong and what to do.
func Open(ctx context.Context, dsn string) (*DB, error) {
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"))
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return openPostgreSQL(ctx, dsn)
	}
	return nil, fmt.Errorf("the database %q is of no known kind: write sqlite:PATH or postgres://USER@HOST/NAME", redact(dsn))
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	pragmas := "_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)"
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	write, err := sql.Open("sqlite", file+"?"+pragmas+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	read, err := sql.Open("sqlite", file+"?"+pragmas+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	readers := max(4, 2*runtime.NumCPU())
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	d := &DB{Engine: SQLite, write: write, read: read}
	if err := d.checkSQLite(ctx, path); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// checkSQLite makes a corrupt or foreign file known at the start, in words, and not at the first answer of a candidate.
func (d *DB) checkSQLite(ctx context.Context, path string) error {
	var verdict string
	err := d.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	switch {
	case err != nil && strings.Contains(err.Error(), "unable to open"):
		return fmt.Errorf("the database %s cannot be opened: check that its folder exists and can be written, or choose another with --data", path)
	case err != nil && strings.Contains(err.Error(), "readonly"):
		return fmt.Errorf("the database %s cannot be written: give the account that runs Galien the right to write it", path)
	case err != nil && transient(err):
		return fmt.Errorf("the database %s is held by another program: stop it or wait until it ends (%w)", path, err)
	case err != nil:
		return fmt.Errorf("the database %s is damaged or is not a Galien database (%v): restore a backup with `galien restore`, or choose another with --data", path, err)
	case verdict != "ok":
		return fmt.Errorf("the database %s is damaged (%s): restore a backup with `galien restore`", path, verdict)
	}
	return d.useWAL(ctx)
}

//galien:engine sqlite
const emptyOrOurs = `SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)
		OR EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'goose_db_version')`

// useWAL sets the journal mode, which is written in the file, unless the file is another program's: the migrations
// refuse it, and nothing of it may have changed by then.
func (d *DB) useWAL(ctx context.Context) error {
	var ours bool
	err := d.write.QueryRowContext(ctx, emptyOrOurs).Scan(&ours)
	if err != nil || !ours {
		return err
	}
	for n := 1; ; n++ { // SQLite does not wait here for another program that does the same
		_, err := d.write.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		if err == nil || n == attempts || !transient(err) || clock.Pause(ctx, time.Duration(n)*50*time.Millisecond) != nil {
			return err
		}
	}
}

// Close closes all connections.
func (d *DB) Close() error {
	d.stmts.Range(func(_, s any) bool { return s.(*sql.Stmt).Close() == nil })
	if d.read != d.write {
		return errors.Join(d.read.Close(), d.write.Close())
	}
	return d.write.Close()
}

// Writer is the pool that writes, for the libraries that need one: migrations and jobs.
func (d *DB) Writer() *sql.DB { return d.write }

// SetScopes declares the scoped tables; every later statement is checked against them.
// It is called once, before the database is shared.
func (d *DB) SetScopes(s Scopes) {
	d.scopes = s
	d.vetted.Clear() // what the migrations ran was checked against nothing
}

// Ping reports whether the database answers and accepts a read.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// Prepare compiles a statement without running it. Tests call it with every statement of the program.
func (d *DB) Prepare(ctx context.Context, statement string) error {
	s, err := d.write.PrepareContext(ctx, statement)
	if err != nil {
		return err
	}
	return s.Close()
}

func redact(dsn string) string {
	if u, err := url.Parse(dsn); err == nil {
		return u.Redacted()
	}
	return "(unreadable)"
}

// redactError keeps a password that a driver repeats in its message out of logs and terminals.
func redactError(err error, dsn string) string {
	msg := err.Error()
	if u, perr := url.Parse(dsn); perr == nil && u.User != nil {
		if p, ok := u.User.Password(); ok && p != "" {
			msg = strings.ReplaceAll(msg, p, "xxxxx")
		}
	}
	return msg
}
