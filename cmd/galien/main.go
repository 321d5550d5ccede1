// Command galien serves the platform and maintains an installation. Each command is a file of this folder.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"galien/internal/app"
	"galien/internal/platform/ui/pages"
)

type commands struct {
	Serve     serveCmd     `cmd:"" help:"Serve the platform."`
	Demo      demoCmd      `cmd:"" help:"Serve a demonstration: a school and thirty learners."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database to this program's schema."`
	Import    importCmd    `cmd:"" help:"Import a competency framework."`
	Content   contentCmd   `cmd:"" help:"Check and review authored content."`
	Admin     adminCmd     `cmd:"" help:"Set up an installation: its first administrator, roles, keys."`
	Backup    backupCmd    `cmd:"" help:"Write an encrypted backup."`
	Restore   restoreCmd   `cmd:"" help:"Restore a backup into an empty installation."`
	Copy      copyCmd      `cmd:"" help:"Copy an installation's database into another, as SQLite into PostgreSQL."`
	Psy       psyCmd       `cmd:"" help:"The measurement engine for psychometricians: JSON in, JSON out."`
	VerifyLog verifyLogCmd `cmd:"" help:"Recompute the ledger and every answer log; name what does not agree."`
	Doctor    doctorCmd    `cmd:"" help:"Check an installation and say what to mend."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// common are the flags of every command that opens an installation.
type common struct {
	Listen    string `help:"Address to listen on; 127.0.0.1:8080 by default." default:"127.0.0.1:8080" env:"GALIEN_LISTEN" placeholder:"ADDR"`
	Data      string `help:"Folder of the database, the keys and the ledger; ${data} by default." default:"${data}" env:"GALIEN_DATA" placeholder:"DIR"`
	Database  string `help:"sqlite:PATH or postgres://USER@HOST/NAME; a SQLite file in the data folder by default." env:"GALIEN_DATABASE" placeholder:"URL"`
	Secret    string `help:"File that holds the database URL, instead of --database." name:"database-file" env:"GALIEN_DATABASE_FILE" placeholder:"FILE" type:"existingfile"`
	PublicURL string `help:"How people reach the site, as https://galien.example.org." env:"GALIEN_PUBLIC_URL" placeholder:"URL"`
	Verbose   bool   `help:"Log every request." env:"GALIEN_VERBOSE"`

	Proxies []string `help:"Addresses or networks of the proxies before Galien, whose X-Forwarded-For is believed." name:"trusted-proxy" env:"GALIEN_TRUSTED_PROXY" placeholder:"NETWORK"`
	Metrics string   `help:"Address on which /metrics answers, apart from the site; nowhere by default." name:"metrics-listen" env:"GALIEN_METRICS_LISTEN" placeholder:"ADDR"`

	Operator operator `embed:"" prefix:"operator-"`
}

// operator is who runs the installation, for its legal pages.
type operator struct {
	Name     string `help:"Legal name of who runs the installation." env:"GALIEN_OPERATOR_NAME"`
	Contact  string `help:"Address of the help desk." env:"GALIEN_OPERATOR_CONTACT"`
	Address  string `help:"Postal address." env:"GALIEN_OPERATOR_ADDRESS"`
	Director string `help:"Publication director." env:"GALIEN_OPERATOR_DIRECTOR"`
	DPO      string `help:"Data protection officer." name:"dpo" env:"GALIEN_OPERATOR_DPO"`
	Host     string `help:"Hosting provider." env:"GALIEN_OPERATOR_HOST"`
	Source   string `help:"Where the running source code is published." env:"GALIEN_OPERATOR_SOURCE"`
}

// config is the application's configuration for these flags.
func (c common) config() (app.Config, error) {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	o := c.Operator
	config := app.Config{Listen: c.Listen, Data: c.Data, Database: c.Database, PublicURL: c.PublicURL,
		Proxies: c.Proxies, Metrics: c.Metrics,
		Log: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
		Operator: pages.Operator{Name: o.Name, Contact: o.Contact, Address: o.Address, Director: o.Director, DPO: o.DPO,
			Host: o.Host, SourceURL: o.Source}}
	if c.Secret != "" {
		secret, err := readSecret(c.Secret)
		if err != nil {
			return config, err
		}
		config.Database = secret
	}
	return config, nil
}

func defaultData() string {
	if dir, err := os.UserConfigDir(); err == nil {
		return filepath.Join(dir, "galien")
	}
	return "data"
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with its surroundings given: it returns the exit code. Every failure is one sentence on stderr.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit := -1
	var cli commands
	parser, err := kong.New(&cli, kong.Name("galien"), kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }),
		kong.Description("Assessment, training and certification in digital health."), kong.Vars{"data": defaultData()},
		kong.UsageOnError(), kong.Configuration(readSettings, "/etc/galien.json", "galien.json"),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)))
	if err != nil {
		fmt.Fprintln(stderr, "galien:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "galien: %v (see galien --help)\n", err)
		return 2
	}
	if err := command.Run(); err != nil {
		fmt.Fprintln(stderr, "galien:", oneLine(err))
		return codeOf(err)
	}
	return 0
}

// exitError is a failure with its own exit code.
type exitError struct {
	error
	code int
}

// Unwrap returns the failure itself.
func (e exitError) Unwrap() error { return e.error }

// codeOf is the exit code of a failure: 1 unless it says otherwise.
func codeOf(err error) int {
	if coded, ok := errors.AsType[exitError](err); ok {
		return coded.code
	}
	return 1
}

// oneLine is the first message of an error that joins several, such as a failure and those of closing after it, on one
// line.
func oneLine(err error) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
		return oneLine(joined.Unwrap()[0])
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
