package doctor

import (
	"context"
	"fmt"
	"time"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
	"galien/internal/platform/migrate"
)

//galien:engine sqlite
const sqliteVersion = "SELECT sqlite_version()"

//galien:engine postgres
const postgresVersion = "SELECT current_setting('server_version')"

// Database examines an open database: engine, schema, and on PostgreSQL the room for connections. db.Open has run SQLite's
// quick_check, and refused a PostgreSQL that could lose what it acknowledges.
func Database(ctx context.Context, d *db.DB) []Finding {
	statement := sqliteVersion
	if d.Engine == db.PostgreSQL {
		statement = postgresVersion
	}
	var version string
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		version, err = db.One[string](ctx, tx, statement)
		return err
	})
	if err != nil {
		return []Finding{found(Problem, "database", "it does not answer: %v", err)}
	}
	name := "SQLite"
	if d.Engine == db.PostgreSQL {
		name = "PostgreSQL"
	}
	out := []Finding{found(OK, "database", "%s %s answers", name, version)}
	out = append(out, schema(ctx, d))
	if d.Engine == db.PostgreSQL {
		out = append(out, settings(ctx, d))
	}
	return out
}

func schema(ctx context.Context, d *db.DB) Finding {
	status, err := migrate.Check(ctx, d)
	switch {
	case err != nil:
		return found(Problem, "schema", "%v", err)
	case status.Have < status.Want:
		return found(Problem, "schema", "%d, this program's is %d: run `galien migrate`", status.Have, status.Want)
	case status.Have > status.Want:
		return found(Problem, "schema", "%d, this program's is %d: install the version of Galien that wrote it, or a newer one", status.Have, status.Want)
	}
	return found(OK, "schema", "%d", status.Have)
}

//galien:engine postgres
const maxConnections = "SELECT CAST(current_setting('max_connections') AS BIGINT)"

// minConnections is the pool of one process with a margin for the operator.
const minConnections = 30

func settings(ctx context.Context, d *db.DB) Finding {
	const what = "PostgreSQL settings"
	var n int64
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = db.One[int64](ctx, tx, maxConnections)
		return err
	})
	switch {
	case err != nil:
		return found(Warning, what, "they cannot be read: %v", err)
	case n < minConnections:
		return found(Warning, what, "max_connections is %d: set it to %d or more", n, minConnections)
	}
	return found(OK, what, "what is acknowledged is on the disk (fsync, full_page_writes, synchronous_commit), %d connections", n)
}

const lastCheckpoint = "SELECT size, at FROM audit_checkpoint ORDER BY size DESC LIMIT 1"

// maxLag is how long an event may wait to be sealed while the server runs.
const maxLag = time.Minute

// Ledger examines how far the sealing is.
func Ledger(ctx context.Context, d *db.DB, ring *keyring.Ring, c clock.Clock, dir string) []Finding {
	lag, err := audit.New(c, ring, d, dir).Lag(ctx)
	if err != nil {
		return []Finding{found(Problem, "ledger", "it cannot be read: %v", err)}
	}
	type head struct{ Size, At int64 }
	var last head
	var sealed bool
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		last, sealed, err = db.Maybe[head](ctx, tx, lastCheckpoint)
		return err
	})
	if err != nil {
		return []Finding{found(Problem, "ledger", "its checkpoints cannot be read: %v", err)}
	}
	text := "nothing is sealed yet"
	if sealed {
		text = fmt.Sprintf("%d events sealed, the last %s ago", last.Size, c.Now().Sub(time.UnixMicro(last.At)).Round(time.Second))
	}
	if lag.Oldest > maxLag {
		return []Finding{found(Warning, "ledger", "%s; %d events wait for %s: start Galien, and read its log if it runs", text, lag.Unsealed, lag.Oldest.Round(time.Second))}
	}
	return []Finding{found(OK, "ledger", "%s, %d waiting", text, lag.Unsealed)}
}

const lastEvent = "SELECT MAX(at) FROM audit_event"

//galien:engine postgres
const serverTime = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"

// maxStep is how far two clocks may be apart.
const maxStep = 5 * time.Second

// Clock compares the machine's clock with the last event and with the database server's.
func Clock(ctx context.Context, d *db.DB, c clock.Clock) []Finding {
	var last *int64
	server := c.Now().UnixMicro()
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		if last, err = db.One[*int64](ctx, tx, lastEvent); err == nil && d.Engine == db.PostgreSQL {
			server, err = db.One[int64](ctx, tx, serverTime)
		}
		return err
	})
	now := c.Now()
	switch {
	case err != nil:
		return []Finding{found(Problem, "clock", "it cannot be compared: %v", err)}
	case last != nil && time.UnixMicro(*last).After(now.Add(maxStep)):
		return []Finding{found(Problem, "clock", "%s, earlier than the last event (%s): set the clock, deadlines depend on it",
			now.Format(time.RFC3339), time.UnixMicro(*last).UTC().Format(time.RFC3339))}
	case time.UnixMicro(server).Sub(now).Abs() > maxStep:
		return []Finding{found(Warning, "clock", "%s from the database server's: synchronise both (NTP)", now.Sub(time.UnixMicro(server)).Round(time.Second))}
	}
	return []Finding{found(OK, "clock", "%s", now.Format(time.RFC3339))}
}
