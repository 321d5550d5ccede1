package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/keyring"
)

// Place is where a backup is restored.
type Place struct {
	Data     string // folder to fill: absent or empty
	Database string // sqlite:PATH or postgres://…
	Clock    clock.Clock
	// Damaged accepts a backup whose ledger does not verify: it is restored, and the findings are returned.
	Damaged bool
	// Check makes a check that verifies more of the restored database, with its keys; nil: nothing.
	Check func(*keyring.Ring) audit.Check
}

// Restore puts a backup in place, whole or not at all: the file is read to its end before anything is written, the rows
// are kept only when each table holds what the manifest says, and the installation only when its ledger verifies.
func Restore(ctx context.Context, file string, identities []age.Identity, p Place) (Manifest, audit.Report, error) {
	var report audit.Report
	if err := p.vacant(); err != nil {
		return Manifest{}, report, err
	}
	header, m, err := inspect(ctx, file, identities)
	if err != nil {
		return m, report, err
	}
	made, err := p.folder()
	if err != nil {
		return m, report, err
	}
	report, err = p.restore(ctx, file, header, identities)
	if err != nil && made {
		err = errors.Join(err, os.Remove(p.Data))
	}
	return m, report, err
}

// vacant refuses a folder that holds something.
func (p Place) vacant() error {
	entries, err := os.ReadDir(p.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("the data folder %s cannot be read (%w): choose another with --data", p.Data, reason(err))
	case len(entries) > 0:
		return fmt.Errorf("the data folder %s is not empty (%s): a backup is restored into an empty one, choose it with --data", p.Data, entries[0].Name())
	}
	return nil
}

// inspect reads the whole file.
func inspect(ctx context.Context, file string, identities []age.Identity) (h Header, m Manifest, err error) {
	r, err := openFile(file, identities)
	if err != nil {
		return h, m, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	m, err = walkAll(ctx, r, nowhere{})
	return r.header, m, err
}

func (p Place) folder() (made bool, err error) {
	if _, err := os.Stat(p.Data); err == nil {
		return false, nil
	}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return false, fmt.Errorf("the data folder %s cannot be made (%w): choose another with --data", p.Data, reason(err))
	}
	return true, nil
}

// restore fills the place beside its final names, verifies, then gives everything its name.
func (p Place) restore(ctx context.Context, file string, header Header, identities []age.Identity) (report audit.Report, err error) {
	staging, err := os.MkdirTemp(p.Data, ".galien-restore-") // 0700
	if err != nil {
		return report, fmt.Errorf("the data folder %s cannot be written (%w): choose another with --data", p.Data, reason(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	t, err := openTarget(ctx, p.Database, header.check)
	if err != nil {
		return report, err
	}
	if err := p.load(ctx, t, staging, file, identities); err != nil {
		return report, errors.Join(err, t.abandon(ctx))
	}
	report, err = p.verify(ctx, t, staging)
	if err == nil && len(report.Findings) > 0 && !p.Damaged {
		err = fmt.Errorf("the ledger in the backup does not verify (%d findings, the first: %s): restore another backup, or this one as it is with --damaged",
			len(report.Findings)+report.More, report.Findings[0])
	}
	if err != nil {
		return report, errors.Join(err, t.abandon(ctx))
	}
	return report, p.keep(ctx, t, staging)
}

func (p Place) load(ctx context.Context, t *target, staging, file string, identities []age.Identity) error {
	_, err := t.fill(ctx, func(rows sink) (sums []Sum, err error) {
		r, err := openFile(file, identities)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, r.close()) }()
		m, err := walkAll(ctx, r, unpacker{rows, staging})
		return m.Tables, err
	})
	return err
}

// unpacker writes the files into a folder and hands the rows on.
type unpacker struct {
	sink
	dir string
}

// file writes under names that entryName has checked.
func (u unpacker) file(name string, data []byte) error {
	path := filepath.Join(u.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if len(data) == 0 && name == ledgerName {
		return nil // nothing was sealed yet
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// verify recomputes the ledger as the restored installation holds it. The checkpoints of the last instant before the
// snapshot, which the backup read after the file, are added to the file first; so are the events that waited to be sealed.
func (p Place) verify(ctx context.Context, t *target, staging string) (audit.Report, error) {
	ring, err := keyring.Open(filepath.Join(staging, "keys"), "", p.Clock)
	if err != nil {
		return audit.Report{}, fmt.Errorf("%w (%w)", ErrAltered, err)
	}
	log := audit.New(p.Clock, ring, t.db, filepath.Join(staging, "ledger"))
	if _, err := log.Seal(ctx); err != nil && !errors.Is(err, audit.ErrDamaged) {
		return audit.Report{}, err
	}
	var checks []audit.Check
	if p.Check != nil {
		checks = append(checks, p.Check(ring))
	}
	return log.Verify(ctx, audit.Options{}, checks...)
}

// keep gives the folders and then the database their names; what fails takes the others back.
func (p Place) keep(ctx context.Context, t *target, staging string) error {
	var moved []string
	err := func() error {
		for _, name := range []string{"keys", "ledger"} {
			from, to := filepath.Join(staging, name), filepath.Join(p.Data, name)
			if err := os.Rename(from, to); err != nil {
				return err
			}
			moved = append(moved, to)
		}
		return syncFolder(p.Data)
	}()
	if err == nil {
		return t.keep()
	}
	for _, path := range moved {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return errors.Join(fmt.Errorf("the restored files cannot take their place in %s: %w", p.Data, err), t.abandon(ctx))
}
