package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
	"galien/internal/platform/migrate"
)

// target is a database to fill: a PostgreSQL one that holds nothing yet, or a SQLite file that does not exist yet and is
// written beside its place until it is whole.
type target struct {
	db    *db.DB
	path  string // SQLite: where the file belongs; "" on PostgreSQL
	draft string // SQLite: where it is written
	wrote bool   // PostgreSQL: rows were committed
}

// source is where rows come from: what their lines hold, and a function that gives them all and then their sums. It may
// be called again after a failure that may pass.
type source struct {
	layout []Layout
	feed   func(rows sink) ([]Sum, error)
}

// openTarget opens and migrates the database, once check has accepted the schema that it will have. In one that holds rows
// nothing is changed.
func openTarget(ctx context.Context, url string, check func(schema int64) error) (t *target, err error) {
	t = &target{}
	dsn := url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if err := t.stage(path); err != nil {
			return nil, err
		}
		dsn = "sqlite:" + t.draft
	}
	if t.db, err = db.Open(ctx, dsn); err != nil {
		return nil, errors.Join(err, t.removeDraft())
	}
	if err := t.prepare(ctx, check); err != nil {
		return nil, errors.Join(err, t.abandon(ctx))
	}
	return t, nil
}

func (t *target) stage(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("the database %s exists already: give an empty place", path)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".galien-restore-*.db") // 0600
	if err != nil {
		return fmt.Errorf("the database %s cannot be written (%w): choose another place", path, reason(err))
	}
	t.path, t.draft = path, draft.Name()
	return draft.Close()
}

func (t *target) prepare(ctx context.Context, check func(schema int64) error) error {
	status, err := migrate.Check(ctx, t.db) // refuses another program's tables
	if err != nil {
		return err
	}
	if err := check(status.Want); err != nil {
		return err
	}
	if err := migrate.Up(ctx, t.db); err != nil {
		return err
	}
	clean, err := empty(ctx, t.db)
	if err == nil && !clean {
		err = errors.New("the database holds data already: give an empty one")
	}
	return err
}

// fill adds the rows of a source, in one transaction, and keeps them only when the tables then hold what it says.
func (t *target) fill(ctx context.Context, from source) ([]Sum, error) {
	var want []Sum
	err := t.db.Append(ctx, func(tx *db.Tx) error {
		tx = tx.Unscoped("a restoration writes everybody's rows")
		f := &filler{tx: tx}
		var err error
		if f.tables, err = tables(ctx, tx, from.layout); err != nil {
			return err
		}
		if want, err = from.feed(f); err != nil {
			return err
		}
		if err := f.end(ctx); err != nil {
			return err
		}
		have, err := sumsIn(ctx, tx, from.layout)
		if err != nil {
			return err
		}
		if names := differences(want, have); names != "" {
			return fmt.Errorf("the table %s reads otherwise than it was written: nothing was kept, check the disk and the memory of this machine", names)
		}
		return nil
	})
	t.wrote = err == nil
	return want, err
}

// filler is the sink that inserts.
type filler struct {
	tx     *db.Tx
	tables []*table
	loader *loader
}

// file leaves files to others.
func (f *filler) file(string, io.Reader) error { return nil }

func (f *filler) line(ctx context.Context, name string, line []byte) error {
	for f.loader == nil || f.loader.table.name != name {
		if err := f.end(ctx); err != nil {
			return err
		}
		if len(f.tables) == 0 {
			return fmt.Errorf("%w (it holds a table %s, which this schema has not, or out of order)", ErrAltered, name)
		}
		next := f.tables[0]
		f.tables = f.tables[1:]
		if next.name == name {
			var err error
			if f.loader, err = newLoader(ctx, f.tx, next); err != nil {
				return err
			}
		}
	}
	return f.loader.add(ctx, line)
}

// end writes what is left of a table.
func (f *filler) end(ctx context.Context) error {
	if f.loader == nil {
		return nil
	}
	l := f.loader
	f.loader = nil
	return l.close(ctx)
}

// keep closes the database and puts its file in place; what fails leaves none there.
func (t *target) keep() error {
	if err := t.db.Close(); err != nil {
		return errors.Join(err, t.removeDraft())
	}
	if t.draft == "" {
		return nil
	}
	if err := os.Rename(t.draft, t.path); err != nil {
		return errors.Join(fmt.Errorf("the database cannot take its place %s: %w", t.path, reason(err)), t.removeDraft())
	}
	if err := keyring.SyncFolder(filepath.Dir(t.path)); err != nil {
		return errors.Join(err, os.Remove(t.path))
	}
	return nil
}

// truncateJobs empties the queue of a database that was empty before, as truncate does the other tables: no trigger of ours looks at TRUNCATE, which only a table's owner may.
//
//galien:engine postgres
const truncateJobs = `TRUNCATE river_job`

// abandon leaves the place as it was found, the empty tables of PostgreSQL apart.
func (t *target) abandon(ctx context.Context) error {
	var err error
	if t.draft == "" && t.wrote {
		err = t.db.Append(context.WithoutCancel(ctx), func(tx *db.Tx) error { return truncate(ctx, tx.Unscoped("nothing is kept")) })
	}
	return errors.Join(err, t.db.Close(), t.removeDraft())
}

func truncate(ctx context.Context, tx *db.Tx) error {
	register, err := migrate.Register()
	if err != nil {
		return err
	}
	names := make([]string, len(register))
	for i, r := range register {
		names[i] = quote(r.Name)
	}
	if _, err := tx.Exec(ctx, truncateJobs); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, strings.Join([]string{"TRUNCATE", strings.Join(names, ", ")}, " "))
	return err
}

func (t *target) removeDraft() error {
	if t.draft == "" {
		return nil
	}
	var err error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err = errors.Join(err, os.RemoveAll(t.draft+suffix))
	}
	return err
}
