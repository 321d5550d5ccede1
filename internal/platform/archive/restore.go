package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
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
// are kept only when each table holds what the manifest says, and the installation only when its ledger verifies. What an
// older schema has not is left to its default. The restored ledger records the restoration.
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
	if err := p.load(ctx, t, staging, file, header, identities); err != nil {
		return report, errors.Join(err, t.abandon(ctx))
	}
	report, err = p.verify(ctx, t, staging, header)
	if err == nil && len(report.Findings) > 0 && !p.Damaged {
		err = fmt.Errorf("the ledger in the backup does not verify (%d findings, the first: %s): restore another backup, or this one as it is with --damaged",
			len(report.Findings)+report.More, report.Findings[0])
	}
	if err != nil {
		return report, errors.Join(err, t.abandon(ctx))
	}
	return report, p.keep(ctx, t, staging)
}

func (p Place) load(ctx context.Context, t *target, staging, file string, header Header, identities []age.Identity) error {
	from := source{layout: header.Tables, feed: func(rows sink) (sums []Sum, err error) {
		r, err := openFile(file, identities)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, r.close()) }()
		m, err := walkAll(ctx, r, unpacker{rows, staging})
		return m.Tables, err
	}}
	if len(from.layout) == 0 {
		var err error
		if from.layout, err = ownLayout(); err != nil {
			return err
		}
	}
	_, err := t.fill(ctx, from)
	return err
}

// unpacker writes the files into a folder and hands the rows on.
type unpacker struct {
	sink
	dir string
}

// file writes under names that entryName has checked.
func (u unpacker) file(name string, body io.Reader) error {
	path := filepath.Join(u.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writeFile(path, body)
}

// writeFile writes a private, durable file.
func writeFile(path string, body io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Sync(), f.Close())
}

// endLeases ends what processes of the source hold: none of them works here.
const endLeases = "UPDATE lease SET until = 0"

// verify recomputes the ledger as the restored installation holds it. The checkpoints of the last instant before the
// snapshot, which the backup read after the file, are added to the file first; so are the events that waited to be sealed,
// then the restoration itself.
func (p Place) verify(ctx context.Context, t *target, staging string, header Header) (audit.Report, error) {
	ring, err := keyring.Open(filepath.Join(staging, "keys"), "", p.Clock)
	if err != nil {
		return audit.Report{}, fmt.Errorf("%w (%w)", ErrAltered, err)
	}
	err = t.db.Append(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, endLeases)
		return err
	})
	if err != nil {
		return audit.Report{}, err
	}
	log := audit.New(p.Clock, ring, t.db, filepath.Join(staging, "ledger"))
	if _, err := log.Seal(ctx); err != nil && !errors.Is(err, audit.ErrDamaged) {
		return audit.Report{}, err
	}
	if err := Record(ctx, t.db, log, "archive.restore", "backup:"+header.CreatedAt); err != nil {
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
	moved, err := p.move(staging)
	if err == nil {
		err = t.keep()
	} else {
		err = errors.Join(fmt.Errorf("the restored files cannot take their place in %s: %w", p.Data, err), t.abandon(ctx))
	}
	if err != nil {
		for _, path := range moved {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	return err
}

// move puts the folders in place and names those that it moved.
func (p Place) move(staging string) (moved []string, err error) {
	for _, name := range []string{"keys", "ledger"} {
		to := filepath.Join(p.Data, name)
		if err := os.Rename(filepath.Join(staging, name), to); err != nil {
			return moved, reason(err)
		}
		moved = append(moved, to)
	}
	return moved, keyring.SyncFolder(p.Data)
}
