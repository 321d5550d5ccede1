package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"galien/internal/platform/errs"
)

// Violated returns the name of the constraint that err broke, "" when it broke none.
//
// Constraints are named in the schema: pk_<table>, uq_<table>_<columns>, ck_…; foreign keys fk_… are reported as
// "fk" on SQLite, which does not say which one.
func Violated(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && strings.HasPrefix(pg.Code, "23") {
		return pg.ConstraintName
	}
	var lite *sqlite.Error
	if !errors.As(err, &lite) || lite.Code()&0xff != sqlite3.SQLITE_CONSTRAINT {
		return ""
	}
	return sqliteConstraint(lite)
}

// sqliteConstraint rebuilds the name from the message, such as
// «constraint failed: UNIQUE constraint failed: account.email (2067)».
func sqliteConstraint(e *sqlite.Error) string {
	msg := e.Error()
	if i := strings.LastIndex(msg, " ("); i > 0 {
		msg = msg[:i]
	}
	what := strings.TrimSpace(msg[strings.LastIndex(msg, "failed:")+len("failed:"):])
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return "fk"
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		table, _, _ := strings.Cut(what, ".")
		return "pk_" + table
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		if name, ok := strings.CutPrefix(what, "index "); ok {
			return strings.Trim(name, "'")
		}
		table, _, _ := strings.Cut(what, ".")
		var columns []string
		for c := range strings.SplitSeq(what, ", ") {
			_, column, _ := strings.Cut(c, ".")
			columns = append(columns, column)
		}
		return "uq_" + table + "_" + strings.Join(columns, "_")
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return what
	}
	return "" // NOT NULL, which has no name, or a trigger of ours (see Refused)
}

// transient reports whether running the transaction again may succeed: a serialisation failure, a deadlock, a busy
// SQLite, or a connection that a failover cut before anything was sent.
func transient(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err)
}

// outage reports whether the engine could not be reached, or gave up for a reason that passes by itself: a server that
// stops, starts, recovers or hands over to another, too many connections, too many conflicts.
func outage(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "57P01", "57P02", "57P03", "53300", "25006": // stopped, crashed, starting, too many connections, now a standby
			return true
		}
		return strings.HasPrefix(pg.Code, "08") || transient(err)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return transient(err) || errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, pgconn.ErrConnClosed)
}

// stated gives an outage its kind, so that callers hear «try again» and not that something is broken. An error that has a
// kind keeps it.
func stated(ctx context.Context, err error) error {
	var known *errs.Error
	if err == nil || ctx.Err() != nil || errors.As(err, &known) || !outage(err) {
		return err
	}
	return errs.New(errs.Unavailable, "web.database").Cause(err)
}

// Refused reports whether the engine refused the statement by a trigger of ours, such as a ledger's append-only one.
func Refused(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "P0001"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_CONSTRAINT_TRIGGER
}

// Full reports whether the engine stopped for want of disk.
func Full(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "53100"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_FULL
}
