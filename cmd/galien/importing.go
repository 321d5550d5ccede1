package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"galien/internal/app"
	"galien/internal/identity"
)

type importCmd struct {
	Framework importFrameworkCmd `cmd:"" help:"Import a framework version from a YAML file."`
}

type importFrameworkCmd struct {
	common
	File string `arg:"" type:"existingfile" help:"The framework, as YAML."`
}

// Run imports the framework; a faulty file changes nothing.
func (c *importFrameworkCmd) Run(ctx context.Context, out io.Writer) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	f, imported, err := a.Frameworks.Import(ctx, identity.Actor{}, c.File, data)
	if err != nil {
		return errors.Join(inWords(err), a.Close())
	}
	verb := "was there already"
	if imported {
		verb = "imported"
	}
	fmt.Fprintf(out, "%s: %s (%d domains, %d competencies)\n", f.Name(), verb, len(f.Domains), f.Dims())
	return a.Close()
}

// readSecret reads a secret from a file, without its final line break.
func readSecret(path string) (string, error) {
	data, err := os.ReadFile(path)
	return strings.TrimSpace(string(data)), err
}
