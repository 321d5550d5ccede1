package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"galien/internal/app"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/doctor"
	"galien/internal/platform/keyring"
)

type doctorCmd struct {
	common
}

// Run prints a line for each check and fails on a problem. It changes nothing, and goes on where a check fails.
func (c *doctorCmd) Run(ctx context.Context, out io.Writer) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	now := clock.System{}
	findings := doctor.Folder(config.Data)
	if findings[0].Level != doctor.Problem {
		findings = append(findings, doctor.Disk(config.Data)...)
		ring, some := doctor.Keys(filepath.Join(config.Data, "keys"), now)
		findings = append(findings, some...)
		findings = append(findings, database(ctx, config, ring)...)
	}
	findings = append(findings, doctor.Port(ctx, config.Listen)...)
	findings = append(findings, doctor.PublicURL(config.PublicURL, config.Listen)...)
	problems := 0
	for _, f := range findings {
		fmt.Fprintln(out, f)
		if f.Level == doctor.Problem {
			problems++
		}
	}
	if problems > 0 {
		return fmt.Errorf("the doctor found problems: %d; each line above says what to do", problems)
	}
	return nil
}

// database examines what is in the database, as far as it opens.
func database(ctx context.Context, config app.Config, ring *keyring.Ring) []doctor.Finding {
	const what = "database"
	if path, ok := sqliteFile(config); ok {
		if _, err := os.Stat(path); err != nil {
			return []doctor.Finding{{Level: doctor.Problem, What: what, Text: path + " does not exist: restore a backup, or make one with `galien serve`"}}
		}
	}
	d, err := db.Open(ctx, databaseURL(config))
	if err != nil {
		return []doctor.Finding{{Level: doctor.Problem, What: what, Text: oneLine(err)}}
	}
	now := clock.System{}
	findings := doctor.Database(ctx, d)
	if last := findings[len(findings)-1]; ring != nil && last.Level != doctor.Problem {
		findings = append(findings, doctor.Ledger(ctx, d, ring, now, filepath.Join(config.Data, "ledger"))...)
		findings = append(findings, doctor.Clock(ctx, d, now)...)
		findings = append(findings, published(ctx, config))
	}
	if err := d.Close(); err != nil {
		findings = append(findings, doctor.Finding{Level: doctor.Warning, What: what, Text: err.Error()})
	}
	return findings
}

// published examines the content that new attempts use.
func published(ctx context.Context, config app.Config) doctor.Finding {
	f := doctor.Finding{Level: doctor.Problem, What: "content"}
	a, err := app.Open(ctx, config)
	if err != nil {
		f.Text = oneLine(err)
		return f
	}
	release, err := a.Items.Current(ctx)
	if err := errors.Join(err, a.Close()); err != nil {
		f.Text = inWords(err).Error() + " Start `galien serve` once: it publishes the content of the program."
		return f
	}
	f.Level, f.Text = doctor.OK, fmt.Sprintf("%s, %d items of the bank %s", release.Framework.Name(), release.Bank.Len(), release.Manifest.Bank)
	return f
}
