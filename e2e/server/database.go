package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"galien/internal/platform/db"
	"galien/internal/testkit/postgres"
)

// Database is a fresh database of its own for a run, and how to remove it.
type Database struct {
	DSN  string
	Drop func(context.Context) error
}

// NewDatabase makes a database: "sqlite" in the folder, "postgres" on the server that GALIEN_TEST_POSTGRES names.
func NewDatabase(ctx context.Context, engine, dir string) (Database, error) {
	switch engine {
	case string(db.SQLite):
		return Database{DSN: "sqlite:" + filepath.Join(dir, "galien.db"), Drop: func(context.Context) error { return nil }}, nil
	case string(db.PostgreSQL):
		admin := os.Getenv(postgres.Variable)
		if admin == "" {
			return Database{}, fmt.Errorf(`%s is not set: run export %s="$(scripts/postgres start)"`, postgres.Variable, postgres.Variable)
		}
		return NewPostgreSQL(ctx, admin)
	}
	return Database{}, fmt.Errorf("the engine %q is of no known kind: sqlite or postgres", engine)
}

// NewPostgreSQL makes a database on the server whose URL may create others.
func NewPostgreSQL(ctx context.Context, admin string) (Database, error) {
	u, err := url.Parse(admin)
	if err != nil {
		return Database{}, errors.New("the URL of the PostgreSQL server cannot be read")
	}
	name := "galien_rig_" + strings.ToLower(rand.Text())
	if err := execute(ctx, admin, `CREATE DATABASE `+name+` TEMPLATE template0`); err != nil {
		return Database{}, err
	}
	u.Path = "/" + name
	return Database{DSN: u.String(), Drop: func(ctx context.Context) error {
		return execute(ctx, admin, `DROP DATABASE `+name+` WITH (FORCE)`)
	}}, nil
}

func execute(ctx context.Context, dsn, statement string) error {
	d, err := db.Open(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = d.Writer().ExecContext(ctx, statement)
	return errors.Join(err, d.Close())
}

// BackendPID is the process that serves a PostgreSQL connection of ours; 0 on SQLite, which has none.
func BackendPID(ctx context.Context, d *db.DB) (int, error) {
	if d.Engine != db.PostgreSQL {
		return 0, nil
	}
	var pid int
	err := d.Writer().QueryRowContext(ctx, `SELECT pg_backend_pid()`).Scan(&pid)
	return pid, err
}
