// Package testkit is what tests share: a migrated database on each engine, personas, goldens. No product code imports it.
package testkit

import (
	"errors"
	"path/filepath"
	"testing"

	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
	"galien/internal/testkit/postgres"
)

// EachEngine runs the same test on a fresh, migrated SQLite database and on a fresh PostgreSQL one (the latter is left
// out under -short, where no server is set up).
func EachEngine(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("-short: no PostgreSQL server")
		}
		f(t, PostgreSQL(t))
	})
}

// SQLite gives a fresh, migrated SQLite database in a temporary folder.
func SQLite(t *testing.T) *db.DB {
	t.Helper()
	return Open(t, "sqlite:"+filepath.Join(t.TempDir(), "galien.db"))
}

// PostgreSQL gives a fresh, migrated PostgreSQL database: a copy of one that the first test migrates.
func PostgreSQL(t *testing.T) *db.DB {
	t.Helper()
	digest, err := migrate.Digest()
	if err != nil {
		t.Fatal(err)
	}
	dsn := postgres.DSNFrom(t, "galien_"+digest[:16], func(dsn string) error {
		d, err := db.Open(t.Context(), dsn)
		if err != nil {
			return err
		}
		return errors.Join(migrate.Up(t.Context(), d), d.Close())
	})
	return connect(t, dsn)
}

// Open opens and migrates the database, with the scopes its tables declare, and closes it after the test.
func Open(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d := connect(t, dsn)
	if err := migrate.Up(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

// connect opens a migrated database, with the scopes its tables declare, and closes it after the test.
func connect(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	scopes, err := migrate.Scopes()
	if err != nil {
		t.Fatal(err)
	}
	d.SetScopes(scopes)
	return d
}
