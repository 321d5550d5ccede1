package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"galien/internal/app"
	"galien/internal/platform/archive"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/migrate"
)

// existing refuses a place without an installation: a maintenance command must not make one where a folder was mistyped.
func existing(config app.Config) error {
	if entries, err := os.ReadDir(filepath.Join(config.Data, "keys")); err != nil || len(entries) == 0 {
		return fmt.Errorf("there is no installation in %s: name its folder with --data, or make one with `galien serve`", config.Data)
	}
	if path, ok := sqliteFile(config); ok {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("there is no database %s: name the installation's with --data or --database, or restore a backup", path)
		}
	}
	return nil
}

// open opens an installation that exists and has this program's schema.
func (c common) open(ctx context.Context) (*app.App, error) {
	config, err := c.config()
	if err == nil {
		err = existing(config)
	}
	if err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	status, err := migrate.Check(ctx, a.DB)
	if err == nil && status.Have != status.Want {
		err = fmt.Errorf("the database has schema %d and this program's is %d: run `galien migrate`, or the version of Galien that wrote it", status.Have, status.Want)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// databaseURL is where the configuration's database is, its default included.
func databaseURL(c app.Config) string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite:" + filepath.Join(c.Data, "galien.db")
}

// sqliteFile is the database's file; ok is false on PostgreSQL.
func sqliteFile(c app.Config) (path string, ok bool) {
	return strings.CutPrefix(databaseURL(c), "sqlite:")
}

// installation is what the archive needs of the application.
func installation(a *app.App) archive.Installation {
	return archive.Installation{DB: a.DB, Data: a.Config.Data, Log: a.Audit, Program: app.Version, Clock: a.Config.Clock}
}

// inWords turns a refusal of a service into its cause where it has one, such as the faulty lines of a file, else into the
// sentence that a page would show, in English. Any other error is left.
func inWords(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.Internal {
		return err
	}
	if e.Err != nil {
		return e.Err
	}
	ctx := i18n.With(context.Background(), i18n.English)
	if len(e.Fields) == 0 {
		return errors.New(i18n.T(ctx, "error."+e.Code, e.Args...))
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Name + ": " + i18n.T(ctx, "error."+f.Code, f.Args...)
	}
	return errors.New(strings.Join(parts, " "))
}

// firstLine is the message of an error that goes on with an excerpt of a file.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
