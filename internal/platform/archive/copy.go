package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
)

// Copy fills an empty database, of either engine, with the content of another, whole or not at all, and verifies counts,
// sums and the ledger there. The keys and the ledger's file stay where they are and serve both. Nobody may work in the
// source meanwhile, since that work would be missing: the source is read a second time, and what changed ends the copy. The
// checks run on the copy with the ledger's own. The ledger records the copy before anything is read.
func Copy(ctx context.Context, from Installation, ring *keyring.Ring, to string, checks ...audit.Check) (m Manifest, report audit.Report, err error) {
	layout, err := ownLayout()
	if err != nil {
		return m, report, err
	}
	t, err := openTarget(ctx, to, func(int64) error { return nil })
	if err != nil {
		return m, report, err
	}
	err = func() error {
		if err := Record(ctx, from.DB, from.Log, "archive.copy", "database:"+string(t.db.Engine)); err != nil {
			return err
		}
		sealed, err := from.checkpoints()
		if err != nil {
			return err
		}
		feed := func(rows sink) ([]Sum, error) { return pour(ctx, from.DB, layout, rows) }
		if m.Tables, err = t.fill(ctx, source{layout, feed}); err == nil {
			report, err = verifyCopy(ctx, from.Clock, ring, t.db, sealed, checks)
		}
		if err = errors.Join(err, sealed.close()); err != nil {
			return err
		}
		again, err := Sums(ctx, from.DB)
		if err != nil {
			return err
		}
		if names := differences(m.Tables, again); names != "" {
			return fmt.Errorf("the table %s changed during the copy: stop Galien, then copy again", names)
		}
		return nil
	}()
	if err != nil {
		return m, report, errors.Join(err, t.abandon(ctx))
	}
	return m, report, t.keep()
}

// pour hands every row of a database to the sink, from one snapshot.
func pour(ctx context.Context, d *db.DB, layout []Layout, to sink) (sums []Sum, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		tx = tx.Unscoped("a copy holds everybody's rows")
		all, err := tables(ctx, tx, layout)
		if err != nil {
			return err
		}
		sums = nil
		for _, t := range all {
			sum, err := t.read(ctx, tx, func(line []byte) error { return to.line(ctx, t.name, line) })
			if err != nil {
				return err
			}
			sums = append(sums, sum)
		}
		return nil
	})
	return sums, err
}

// verifyCopy recomputes the ledger of the copy against the file of checkpoints as it was before the copy.
func verifyCopy(ctx context.Context, c clock.Clock, ring *keyring.Ring, d *db.DB, sealed checkpoints, checks []audit.Check) (report audit.Report, err error) {
	dir, err := os.MkdirTemp("", "galien-copy-")
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if sealed.size > 0 {
		if err := writeFile(filepath.Join(dir, filepath.Base(ledgerName)), sealed); err != nil {
			return report, err
		}
	}
	report, err = audit.New(c, ring, d, dir).Verify(ctx, audit.Options{}, checks...)
	if err == nil && len(report.Findings) > 0 {
		err = fmt.Errorf("the ledger of the copy does not verify (%d findings, the first: %s): run `galien verify-log` on the source",
			len(report.Findings)+report.More, report.Findings[0])
	}
	return report, err
}
