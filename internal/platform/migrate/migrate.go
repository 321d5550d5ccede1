// Package migrate brings a database to the schema of this program, on either engine: goose for the tables, River's own
// migrator for the job queue, then an idempotent script per engine that hardens what the portable DDL cannot say.
package migrate

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
)

//go:embed sql/*.sql
var files embed.FS

// Status is how far a database is.
type Status struct {
	Have, Want int64 // schema version in the database, and of this program
}

// Up migrates to this program's schema. It refuses a database that a newer program has migrated, or that holds tables of
// something else, and then changes nothing. Several programs may call it on one database at once.
func Up(ctx context.Context, d *db.DB) error {
	if d.Engine == db.PostgreSQL {
		unlock, err := lock(ctx, d)
		if err != nil {
			return err
		}
		return errors.Join(up(ctx, d), unlock())
	}
	return up(ctx, d)
}

//galien:engine postgres
const (
	takeLock     = "SELECT pg_advisory_lock(hashtext('galien migrate'))"
	giveLockBack = "SELECT pg_advisory_unlock(hashtext('galien migrate'))"
)

// lock lets one program at a time migrate a PostgreSQL database; the others wait.
func lock(ctx context.Context, d *db.DB) (unlock func() error, err error) {
	conn, err := d.Writer().Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, takeLock); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), giveLockBack)
		return errors.Join(err, conn.Close())
	}, nil
}

func up(ctx context.Context, d *db.DB) error {
	if err := refuse(ctx, d); err != nil {
		return err
	}
	// SQLite has no lock that outlasts a transaction. Each step is one, so a program that finds a step done by another
	// fails on it, loses nothing, and goes on from there.
	const attempts, pause = 5, 200 * time.Millisecond
	for n := 1; ; n++ {
		err := apply(ctx, d)
		if err == nil || d.Engine != db.SQLite || n == attempts || clock.Pause(ctx, pause) != nil {
			return err
		}
	}
}

func refuse(ctx context.Context, d *db.DB) error {
	status, err := Check(ctx, d)
	if err != nil {
		return err
	}
	if status.Have > status.Want {
		return fmt.Errorf("the database has schema %d and this program knows schema %d: install the version of Galien that wrote it, or a newer one", status.Have, status.Want)
	}
	return nil
}

func apply(ctx context.Context, d *db.DB) error {
	p, err := provider(d)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("the database could not be migrated, nothing of the failed step was kept: %w", err)
	}
	if err := jobs(ctx, d); err != nil {
		return err
	}
	return harden(ctx, d)
}

// Check returns how far the database is, changing nothing but goose's own version table.
func Check(ctx context.Context, d *db.DB) (Status, error) {
	if err := refuseForeign(ctx, d); err != nil {
		return Status{}, err
	}
	p, err := provider(d)
	if err != nil {
		return Status{}, err
	}
	return statusOf(ctx, p)
}

func statusOf(ctx context.Context, p *goose.Provider) (Status, error) {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("the schema version cannot be read: %w", err)
	}
	return Status{Have: have, Want: want}, nil
}

func provider(d *db.DB) (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if d.Engine == db.PostgreSQL {
		dialect = goose.DialectPostgres
	}
	dir, err := fs.Sub(files, "sql")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, d.Writer(), dir, goose.WithSlog(slog.New(slog.DiscardHandler)))
}

//galien:engine sqlite
const sqliteTables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

//galien:engine postgres
const postgresTables = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"

// refuseForeign keeps Galien from moving into another program's database.
func refuseForeign(ctx context.Context, d *db.DB) error {
	names, err := Tables(ctx, d)
	if err != nil {
		return err
	}
	// Other programs migrate with goose too: its table alone is a first migration that failed, beside others it takes
	// one of ours.
	const goose, ours = "goose_db_version", "audit_checkpoint"
	if slices.Contains(names, goose) && (len(names) == 1 || slices.Contains(names, ours)) {
		return nil
	}
	if len(names) > 0 {
		return fmt.Errorf("the database holds %d tables that are not Galien's (%s…): give Galien an empty database of its own", len(names), names[0])
	}
	return nil
}

// Tables lists the tables of the database, in order.
func Tables(ctx context.Context, d *db.DB) ([]string, error) {
	statement := sqliteTables
	if d.Engine == db.PostgreSQL {
		statement = postgresTables
	}
	var names []string
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		names, err = db.Many[string](ctx, tx, statement)
		return err
	})
	return names, err
}

func jobs(ctx context.Context, d *db.DB) error {
	if d.Engine == db.PostgreSQL {
		return upJobs(ctx, riverdatabasesql.New(d.Writer()))
	}
	return upJobs(ctx, riversqlite.New(d.Writer()))
}

func upJobs[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("the job tables could not be migrated: %w", err)
	}
	return nil
}
