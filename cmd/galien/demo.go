package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"galien/internal/app"
	"galien/internal/platform/clock"
)

type demoCmd struct {
	Listen  string `help:"Address to listen on." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Data    string `help:"Empty folder for the demonstration; a temporary one, removed at the end, by default." placeholder:"DIR"`
	Verbose bool   `help:"Log every request."`

	Database string `help:"sqlite:PATH or postgres://USER@HOST/NAME of an empty database; SQLite in the data folder by default." placeholder:"URL"`
}

// Run fills an empty installation with a school and thirty learners who take their assessments, then serves it.
func (c *demoCmd) Run(ctx context.Context, out io.Writer) (err error) {
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "galien-demo-*")
		if err != nil {
			return fmt.Errorf("no temporary folder can be made (%w): give one with --data", err)
		}
		c.Data = dir
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	config, err := common{Listen: c.Listen, Data: c.Data, Database: c.Database, Verbose: c.Verbose}.config()
	if err != nil {
		return err
	}
	config.Operator.Name = "Démonstration"
	if err := fill(ctx, config); err != nil {
		return err
	}
	config.Demo = app.DemoAccounts()
	fmt.Fprintln(out, "The accounts of the demonstration are on its sign-in page.")
	return serve(ctx, out, config)
}

// fill lives the demonstration's past on a clock of its own.
func fill(ctx context.Context, config app.Config) error {
	past := clock.NewManual(clock.System{}.Now())
	config.Clock = past
	a, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	stop, err := a.Start(ctx)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	return errors.Join(a.FillDemo(ctx, past), stop(ctx), a.Close())
}
