package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
)

// Installation is what a backup is made of: a database, and the folders of the keys and of the ledger's checkpoints.
type Installation struct {
	DB      *db.DB
	Data    string // folder that holds keys/ and ledger/
	Program string // version that runs
	Clock   clock.Clock
}

func (i Installation) keys() string   { return filepath.Join(i.Data, "keys") }
func (i Installation) ledger() string { return filepath.Join(i.Data, filepath.FromSlash(ledgerName)) }

// Backup writes the whole installation into one encrypted file that only its owner may read. It may run while the
// installation serves: the tables are read from one snapshot, the ledger's file before it, the keys before and after. The
// file appears under its name once it is whole and on disk; one that exists is never overwritten.
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
	return m, syncFolder(filepath.Dir(out))
}

func (i Installation) write(ctx context.Context, draft *os.File, recipients []age.Recipient) (Manifest, error) {
	status, err := migrate.Check(ctx, i.DB)
	if err != nil {
		return Manifest{}, err
	}
	if status.Have != status.Want {
		return Manifest{}, fmt.Errorf("the database has schema %d and this program's is %d: run `galien migrate`, or back up with the version that wrote it", status.Have, status.Want)
	}
	w, err := newWriter(draft, recipients...)
	if err != nil {
		return Manifest{}, err
	}
	header := Header{format, i.Program, status.Have, string(i.DB.Engine), i.Clock.Now().Format(time.RFC3339)}
	if err := w.json(headerName, header); err != nil {
		return Manifest{}, err
	}
	checkpoints, err := i.checkpoints()
	if err != nil {
		return Manifest{}, err
	}
	keys, err := i.readKeys(nil)
	if err != nil {
		return Manifest{}, err
	}
	err = i.DB.Read(ctx, func(tx *db.Tx) error { return i.snapshot(ctx, tx, w, keys, checkpoints) })
	if err != nil {
		return Manifest{}, err
	}
	return w.manifest, w.close()
}

// checkpoints is the ledger's file up to its last whole line. Each of its lines was committed before it was written there,
// so that the snapshot taken after holds them all.
func (i Installation) checkpoints() ([]byte, error) {
	data, err := os.ReadFile(i.ledger())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data[:bytes.LastIndexByte(data, '\n')+1], err
}

// readKeys adds the files of the keys to those already read.
func (i Installation) readKeys(known map[string][]byte) (map[string][]byte, error) {
	entries, err := os.ReadDir(i.keys())
	if err != nil {
		return nil, fmt.Errorf("the folder of keys %s cannot be read: %w", i.keys(), reason(err))
	}
	all := map[string][]byte{}
	for name, data := range known {
		all[name] = data
	}
	for _, e := range entries {
		name := path.Join("keys", e.Name())
		if !entryName.MatchString(name) || !e.Type().IsRegular() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(i.keys(), e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a rotation has just ended
		}
		if err != nil {
			return nil, err
		}
		all[name] = data
	}
	return all, nil
}

const mastersInUse = "SELECT DISTINCT master FROM person_key WHERE wrapped IS NOT NULL ORDER BY master"

func (i Installation) snapshot(ctx context.Context, tx *db.Tx, w *writer, keys map[string][]byte, checkpoints []byte) error {
	tx = tx.Unscoped("a backup holds everybody's rows")
	masters, err := db.Many[string](ctx, tx, mastersInUse) // the first read: from here on the snapshot stands
	if err != nil {
		return err
	}
	if keys, err = i.readKeys(keys); err != nil {
		return err
	}
	for _, master := range masters {
		if _, ok := keys["keys/master-"+master+".key"]; !ok {
			return fmt.Errorf("the key file master-%s.key is missing from %s: restore it, or wait for the end of `galien admin rotate-keys`, then back up again", master, i.keys())
		}
	}
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := w.file(name, keys[name]); err != nil {
			return err
		}
	}
	if err := w.file(ledgerName, checkpoints); err != nil {
		return err
	}
	return dump(ctx, tx, w)
}

// dump writes every table.
func dump(ctx context.Context, tx *db.Tx, w *writer) error {
	all, err := tables(ctx, tx)
	if err != nil {
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
