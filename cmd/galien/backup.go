package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"galien/internal/assess"
	"galien/internal/platform/archive"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
)

type backupCmd struct {
	common
	Out            string `help:"File to write; one that exists is never overwritten." required:"" placeholder:"FILE"`
	Recipient      string `help:"Public key (age1…) of whoever can open the backup; this or --passphrase-file." placeholder:"KEY"`
	PassphraseFile string `help:"File whose first line is the passphrase that opens the backup." placeholder:"FILE"`
}

// Run writes the backup, while the installation serves or not.
func (c *backupCmd) Run(ctx context.Context, out io.Writer) error {
	watch := clock.Start()
	recipients, err := archive.Recipients(c.Recipient, c.PassphraseFile)
	if err != nil {
		return err
	}
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	m, err := archive.Backup(ctx, installation(a), c.Out, recipients...)
	if err := errors.Join(err, a.Close()); err != nil {
		return err
	}
	info, err := os.Stat(c.Out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %d rows of %d tables and %d files, %d bytes, in %d ms\n",
		c.Out, m.Rows(), len(m.Tables), len(m.Files), info.Size(), watch.Elapsed().Milliseconds())
	return err
}

type restoreCmd struct {
	common
	File           string `arg:"" help:"The backup."`
	IdentityFile   string `help:"File of age-keygen whose key opens the backup; this or --passphrase-file." placeholder:"FILE"`
	PassphraseFile string `help:"File whose first line is the passphrase that opens the backup." placeholder:"FILE"`
	Damaged        bool   `help:"Restore even when the ledger in the backup does not verify, and say what is wrong."`
}

// Run restores, whole or not at all.
func (c *restoreCmd) Run(ctx context.Context, out io.Writer) error {
	watch := clock.Start()
	identities, err := archive.Identities(c.IdentityFile, c.PassphraseFile)
	if err != nil {
		return err
	}
	config, err := c.config()
	if err != nil {
		return err
	}
	m, report, err := archive.Restore(ctx, c.File, identities, archive.Place{
		Data: config.Data, Database: databaseURL(config), Clock: clock.System{}, Damaged: c.Damaged, Check: answerLogs,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "restored %d rows of %d tables and %d files into %s, in %d ms; start with `galien serve --data %s`\n",
		m.Rows(), len(m.Tables), len(m.Files), config.Data, watch.Elapsed().Milliseconds(), config.Data)
	return printLedger(out, report)
}

// answerLogs verifies the answer logs of a database that no application runs on.
func answerLogs(ring *keyring.Ring) audit.Check {
	return func(ctx context.Context, tx *db.Tx) ([]audit.Finding, error) {
		_, findings, err := assess.VerifyLogs(ctx, tx, ring)
		return findings, err
	}
}

type copyCmd struct {
	common
	To string `help:"sqlite:PATH or postgres://USER@HOST/NAME of an empty database." required:"" placeholder:"URL" env:"GALIEN_COPY_TO"`
}

// Run copies the database and leaves the source as it is. Galien must be stopped.
func (c *copyCmd) Run(ctx context.Context, out io.Writer) error {
	watch := clock.Start()
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	m, report, err := archive.Copy(ctx, installation(a), a.Ring, c.To, a.Assess.VerifyLogs)
	if err := errors.Join(err, a.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "copied %d rows of %d tables in %d ms; start with `galien serve` and the new address as --database, the data folder stays %s\n",
		m.Rows(), len(m.Tables), watch.Elapsed().Milliseconds(), a.Config.Data)
	return printLedger(out, report)
}
