package audit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// fixture is a log on an empty database.
type fixture struct {
	t     testing.TB
	db    *db.DB
	clock *clock.Manual
	keys  string
	ring  *keyring.Ring
	dir   string
	log   *Log
}

func newFixture(t testing.TB, d *db.DB) *fixture {
	t.Helper()
	c := clock.NewManual(start)
	keys := filepath.Join(t.TempDir(), "keys")
	ring, err := keyring.Open(keys, "", c)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "ledger")
	return &fixture{t: t, db: d, clock: c, keys: keys, ring: ring, dir: dir, log: New(c, ring, d, dir)}
}

// another is a second process on the same data.
func (f *fixture) another() *Log {
	f.t.Helper()
	ring, err := keyring.Open(f.keys, "", f.clock)
	if err != nil {
		f.t.Fatal(err)
	}
	return New(f.clock, ring, f.db, f.dir)
}

func (f *fixture) record(events ...Event) {
	f.t.Helper()
	err := f.db.Write(f.t.Context(), func(tx *db.Tx) error {
		for _, e := range events {
			if err := f.log.Record(f.t.Context(), tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) seal() int {
	f.t.Helper()
	n, err := f.log.Seal(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f *fixture) verify(extra ...Check) Report {
	f.t.Helper()
	r, err := f.log.Verify(f.t.Context(), Options{}, extra...)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) sound() Report {
	f.t.Helper()
	r := f.verify()
	for _, finding := range r.Findings {
		f.t.Errorf("a sound log has a finding: %s", finding)
	}
	return r
}

func (f *fixture) erase(person id.ID) {
	f.t.Helper()
	if err := f.db.Write(f.t.Context(), func(tx *db.Tx) error { return f.log.Erase(f.t.Context(), tx, person) }); err != nil {
		f.t.Fatal(err)
	}
}

// exec runs statements as a superuser of the database would, outside the kit.
func (f *fixture) exec(statement string, args ...any) {
	f.t.Helper()
	if _, err := f.db.Writer().ExecContext(f.t.Context(), statement, args...); err != nil {
		f.t.Fatalf("%s: %v", statement, err)
	}
}

// strip rebuilds the tables of the log without constraints or triggers, as a superuser may.
func (f *fixture) strip() {
	f.t.Helper()
	if f.db.Engine == db.SQLite { // which does not rename a table that a trigger names and does not find
		f.exec("DROP TRIGGER IF EXISTS attempt_event_kept")
	}
	for _, table := range []string{"audit_event", "audit_leaf", "audit_node", "audit_checkpoint", "audit_pending", "person_key"} {
		f.exec("CREATE TABLE stripped AS SELECT * FROM " + table)
		f.exec("DROP TABLE " + table)
		f.exec("ALTER TABLE stripped RENAME TO " + table)
	}
}

func (f *fixture) ids(query string) []id.ID {
	f.t.Helper()
	return column[id.ID](f, query)
}

func column[T any](f *fixture, query string, args ...any) []T {
	f.t.Helper()
	var out []T
	err := f.db.Read(f.t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Many[T](f.t.Context(), tx.Unscoped("test"), query, args...)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

var errUndo = errors.New("undo")

// tampered runs alter in a transaction, verifies inside it and takes everything back.
func (f *fixture) tampered(alter func(context.Context, *db.Tx) error) Report {
	f.t.Helper()
	end, err := f.log.file.size()
	if err != nil {
		f.t.Fatal(err)
	}
	var report Report
	ctx := f.t.Context()
	err = f.db.Append(ctx, func(tx *db.Tx) error {
		tx = tx.Unscoped("test")
		if err := alter(ctx, tx); err != nil {
			return err
		}
		v := f.log.verifier(tx, Options{Limit: defaultLimit})
		if err := v.all(ctx, end, nil); err != nil {
			return err
		}
		report = v.report
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		f.t.Fatal(err)
	}
	return report
}

func (f *fixture) readFile() string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, "checkpoints.log"))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

func (f *fixture) writeFile(text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, "checkpoints.log"), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}
