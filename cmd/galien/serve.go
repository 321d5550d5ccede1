package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"galien/internal/app"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
)

type serveCmd struct {
	common
}

// Run serves until the process is told to stop.
func (c *serveCmd) Run(ctx context.Context, out io.Writer) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	return serve(ctx, out, config)
}

// serve runs the application until ctx ends.
func serve(ctx context.Context, out io.Writer, config app.Config) error {
	watch := clock.Start()
	a, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	addr, err := a.Listen(ctx)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	fmt.Fprintf(out, "Galien %s is ready at http://%s (%s, data in %s, ready in %d ms). Stop it with Ctrl+C.\n",
		app.Version, addr, a.DB.Engine, a.Config.Data, watch.Elapsed().Milliseconds())
	return errors.Join(a.Run(ctx), a.Close())
}

type migrateCmd struct {
	common
	Check bool `help:"Say how far the database is and change nothing."`
}

// Run migrates, or says how far the database is.
func (c *migrateCmd) Run(ctx context.Context, out io.Writer) error {
	config, err := c.config()
	if err == nil && c.Check {
		err = existing(config)
	}
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	return errors.Join(c.migrate(ctx, out, a.DB), a.Close())
}

func (c *migrateCmd) migrate(ctx context.Context, out io.Writer, d *db.DB) error {
	if !c.Check {
		if err := migrate.Up(ctx, d); err != nil {
			return err
		}
	} else if names, err := migrate.Tables(ctx, d); err != nil || len(names) == 0 {
		return errors.Join(err, errors.New("the database is empty: run `galien migrate`")) // Check would make a table in it
	}
	status, err := migrate.Check(ctx, d)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "schema %d, this program's is %d\n", status.Have, status.Want)
	if status.Have < status.Want {
		return errors.New("the database is behind: run `galien migrate`")
	}
	return nil
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "galien", app.Version)
	return err
}
