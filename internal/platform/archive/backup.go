package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
	"galien/internal/platform/migrate"
)

// Installation is what a backup is made of: a database, and the folders of the keys and of the ledger's checkpoints.
type Installation struct {
	DB      *db.DB
	Data    string     // folder that holds keys/ and ledger/
	Log     *audit.Log // its ledger, where each backup and each copy is recorded
	Program string     // version that runs
	Clock   clock.Clock
}

func (i Installation) keys() string   { return filepath.Join(i.Data, "keys") }
func (i Installation) ledger() string { return filepath.Join(i.Data, filepath.FromSlash(ledgerName)) }

// Backup writes the whole installation into one encrypted file that only its owner may read. It may run while the
// installation serves: the tables are read from one snapshot, the ledger's file before it, the keys before and after. The
// file appears under its name once it is whole and on disk; one that exists is never overwritten. The ledger records it
// before anything is read, so that the backup holds the record of itself.
func Backup(ctx context.Context, from Installation, out string, recipients ...age.Recipient) (m Manifest, err error) {
	if _, err := os.Lstat(out); err == nil {
		return m, fmt.Errorf("the file %s exists already: a backup never overwrites, choose another name", out)
	}
	draft, err := os.CreateTemp(filepath.Dir(out), ".galien-backup-*") // 0600
	if err != nil {
		return m, fmt.Errorf("the backup cannot be written in %s (%w): choose another folder", filepath.Dir(out), reason(err))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(draft.Name()))
		}
	}()
	m, err = from.write(ctx, draft, recipients)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return m, err
	}
	if err := os.Rename(draft.Name(), out); err != nil {
		return m, err
	}
	return m, keyring.SyncFolder(filepath.Dir(out))
}

func (i Installation) write(ctx context.Context, draft *os.File, recipients []age.Recipient) (Manifest, error) {
	header, err := i.header(ctx)
	if err != nil {
		return Manifest{}, err
	}
	keys, err := i.readKeys(nil)
	if err == nil {
		err = i.require(keys, "throttle.key", "ledger.key", "ledger.pub")
	}
	if err != nil {
		return Manifest{}, err
	}
	w, err := newWriter(draft, recipients...)
	if err != nil {
		return Manifest{}, err
	}
	if err := w.json(headerName, header); err != nil {
		return Manifest{}, err
	}
	if err := Record(ctx, i.DB, i.Log, "archive.backup", "backup:"+header.CreatedAt); err != nil {
		return Manifest{}, err
	}
	sealed, err := i.checkpoints()
	if err != nil {
		return Manifest{}, err
	}
	err = i.DB.Read(ctx, func(tx *db.Tx) error { return i.snapshot(ctx, tx, w, keys, sealed) })
	if err = errors.Join(err, sealed.close()); err != nil {
		return Manifest{}, err
	}
	return w.manifest, w.close()
}

func (i Installation) header(ctx context.Context) (Header, error) {
	status, err := migrate.Check(ctx, i.DB)
	if err != nil {
		return Header{}, err
	}
	if status.Have != status.Want {
		return Header{}, fmt.Errorf("the database has schema %d and this program's is %d: run `galien migrate`, or back up with the version that wrote it", status.Have, status.Want)
	}
	layout, err := ownLayout()
	return Header{format, i.Program, status.Have, string(i.DB.Engine), i.Clock.Now().Format(time.RFC3339), layout}, err
}

// readKeys adds the files of the keys to those already read. A link stands for what it points to: secrets that an
// orchestrator mounts are links.
func (i Installation) readKeys(known map[string][]byte) (map[string][]byte, error) {
	entries, err := os.ReadDir(i.keys())
	if err != nil {
		return nil, fmt.Errorf("the folder of keys %s cannot be read: %w", i.keys(), reason(err))
	}
	all := map[string][]byte{}
	maps.Copy(all, known)
	for _, e := range entries {
		name := path.Join("keys", e.Name())
		if !entryName.MatchString(name) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(i.keys(), e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a rotation has just ended
		}
		if err != nil {
			return nil, fmt.Errorf("the key file %s of %s cannot be read: %w", e.Name(), i.keys(), reason(err))
		}
		all[name] = data
	}
	return all, nil
}

// require refuses a backup that could not be restored for want of a key.
func (i Installation) require(keys map[string][]byte, files ...string) error {
	for _, file := range files {
		if _, ok := keys["keys/"+file]; !ok {
			return fmt.Errorf("the key file %s is missing from %s: restore it, or wait for the end of `galien admin rotate-keys`, then back up again", file, i.keys())
		}
	}
	return nil
}

const mastersInUse = "SELECT DISTINCT master FROM person_key WHERE wrapped IS NOT NULL ORDER BY master"

func (i Installation) snapshot(ctx context.Context, tx *db.Tx, w *writer, keys map[string][]byte, sealed checkpoints) error {
	tx = tx.Unscoped("a backup holds everybody's rows")
	masters, err := db.Many[string](ctx, tx, mastersInUse) // the first read: from here on the snapshot stands
	if err != nil {
		return err
	}
	if keys, err = i.readKeys(keys); err != nil {
		return err
	}
	for _, master := range masters {
		if err := i.require(keys, "master-"+master+".key"); err != nil {
			return err
		}
	}
	layout, err := ownLayout()
	if err != nil {
		return err
	}
	all, err := tables(ctx, tx, layout)
	if err != nil {
		return err
	}
	return w.content(ctx, tx, keys, sealed, all)
}

// content writes everything between the header and the manifest.
func (w *writer) content(ctx context.Context, tx *db.Tx, keys map[string][]byte, sealed checkpoints, all []*table) error {
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if err := w.file(name, int64(len(keys[name])), bytes.NewReader(keys[name])); err != nil {
			return err
		}
	}
	if err := w.file(ledgerName, sealed.size, sealed); err != nil {
		return err
	}
	for _, t := range all {
		add := w.parts(t.name)
		sum, err := t.read(ctx, tx, add)
		if err != nil {
			return err
		}
		if err := add(nil); err != nil {
			return err
		}
		w.manifest.Tables = append(w.manifest.Tables, sum)
	}
	return nil
}
