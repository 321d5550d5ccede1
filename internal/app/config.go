// Package app wires the application: it is the only place where everything meets, and it holds the one route table.
package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"galien/internal/identity/identityweb"
	"galien/internal/platform/clock"
	"galien/internal/platform/ui/pages"
)

// Version of the program, set by the release build.
const Version = "0.1.0"

// Config is what an installation decides. Its zero value, with Data set, is a working default.
type Config struct {
	Listen    string         // address to listen on; "" is 127.0.0.1:8080
	Data      string         // folder of the embedded database, the keys and the ledger's checkpoints
	Database  string         // sqlite:PATH or postgres://…; "" is a SQLite file in Data
	PublicURL string         // how people reach the site, as https://galien.example.org; "" is http://LISTEN
	Operator  pages.Operator // who runs the installation, for the legal pages
	Demo      []identityweb.DemoAccount
	Log       *slog.Logger
	Clock     clock.Clock
}

func (c *Config) defaults() error {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("the public address %q cannot be read: write it as https://galien.example.org", c.PublicURL)
	}
	if c.Operator.BaseURL == "" {
		c.Operator.BaseURL = c.PublicURL
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Data == "" {
		return errors.New("no data folder is given: add --data DIR")
	}
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(c.Data, "galien.db")
	}
	return c.prepareData()
}

// prepareData makes the data folder and checks that it can be written.
func (c *Config) prepareData() error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made (%v): choose another with --data", c.Data, reason(err))
	}
	probe, err := os.CreateTemp(c.Data, ".probe-*")
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be written (%v): give the account that runs Galien the right, or choose another with --data", c.Data, reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reason is the cause of a file error without the path, which the sentence around it names.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (c *Config) secure() bool {
	u, err := url.Parse(c.PublicURL)
	return err == nil && u.Scheme == "https"
}
