package keyring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

const (
	rewrapBatch = 500
	maxMaster   = 9999
)

type wrappedKey struct {
	PersonID id.ID
	Wrapped  []byte
	Master   string
}

// Rotate makes a new master key, wraps every person's key under it and then removes the old one. It may be stopped at
// any point: both masters stay until no row needs the old one, and the next call finishes the rotation that was begun
// instead of beginning another. It returns the number of keys wrapped anew by this call.
func (r *Ring) Rotate(ctx context.Context, d *db.DB) (int, error) {
	r.rotating.Lock()
	defer r.rotating.Unlock()
	target, err := r.beginRotation()
	if err != nil {
		return 0, err
	}
	// The system's key first: from then on every process wraps new keys under the new master (see current).
	if err := d.Write(ctx, func(tx *db.Tx) error { return r.rewrapSystem(ctx, tx, target) }); err != nil {
		return 0, err
	}
	total, after := 1, id.Nil
	for {
		n, last := 0, after
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			n, last, err = r.rewrapBatch(ctx, tx.Unscoped("rotation wraps everybody's key anew"), target, after)
			return err
		})
		if err != nil {
			return total, err
		}
		after = last
		if total += n; n == 0 {
			return total, r.endRotation(ctx, d, target)
		}
	}
}

// beginRotation returns the name of the master to rotate to: a new one, or the newest when a rotation is under way.
func (r *Ring) beginRotation() (string, error) {
	if err := r.reload(); err != nil {
		return "", err
	}
	names := r.names()
	newest := names[len(names)-1]
	if len(names) > 1 {
		return newest, nil
	}
	n, err := strconv.Atoi(newest)
	if err != nil {
		return "", err
	}
	if n == maxMaster {
		return "", fmt.Errorf("keyring: %d rotations were made, the name of the next master key would be too long", n)
	}
	target := fmt.Sprintf("%04d", n+1)
	if err := r.writeMaster(target); err != nil {
		return "", err
	}
	return target, r.reload()
}

// writeMaster puts a new master key in place in one step: the file is whole or absent.
func (r *Ring) writeMaster(name string) error {
	draft := ".master-" + name + ".draft"
	path := filepath.Join(r.dir, draft)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeNew(r.dir, draft, newSecret(), 0o600); err != nil {
		return fmt.Errorf("the new master key cannot be written in %s: %w", r.dir, err)
	}
	err := os.Link(path, filepath.Join(r.dir, masterFile(name)))
	if errors.Is(err, fs.ErrExist) {
		err = nil // another process began the same rotation
	}
	return errors.Join(err, os.Remove(path), SyncFolder(r.dir))
}

const rewrapKey = "UPDATE person_key SET wrapped = $2, master = $3 WHERE person_id = $1"

func (r *Ring) rewrapSystem(ctx context.Context, tx *db.Tx, target string) error {
	key, err := r.Person(ctx, tx, id.Nil)
	if err != nil {
		return err
	}
	wrapped, err := r.wrap(key, target)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, rewrapKey, id.Nil, wrapped, target)
	return err
}

const selectUnderOldMaster = `SELECT person_id, wrapped, master FROM person_key
		WHERE person_id > $1 AND master <> $2 AND wrapped IS NOT NULL ORDER BY person_id LIMIT $3`

// rewrapBatch wraps the next keys in the order of person ids, and returns how many and the last one.
func (r *Ring) rewrapBatch(ctx context.Context, tx *db.Tx, target string, after id.ID) (int, id.ID, error) {
	rows, err := db.Many[wrappedKey](ctx, tx, selectUnderOldMaster, after, target, rewrapBatch)
	if err != nil {
		return 0, after, err
	}
	for _, row := range rows {
		key, err := r.Unwrap(row.PersonID, Stored{Wrapped: row.Wrapped, Master: row.Master})
		if err != nil {
			return 0, after, err
		}
		wrapped, err := r.wrap(key, target)
		if err != nil {
			return 0, after, err
		}
		if _, err := tx.Exec(ctx, rewrapKey, row.PersonID, wrapped, target); err != nil {
			return 0, after, err
		}
		after = row.PersonID
	}
	return len(rows), after, nil
}

const countUnderOldMaster = "SELECT count(*) FROM person_key WHERE master <> $1 AND wrapped IS NOT NULL"

// endRotation removes the masters that no row needs.
func (r *Ring) endRotation(ctx context.Context, d *db.DB, target string) error {
	left := int64(0)
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		left, err = db.One[int64](ctx, tx.Unscoped("rotation counts the keys still to wrap"),
			countUnderOldMaster, target)
		return err
	})
	if err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("keyring: %d keys were made under the old master meanwhile: rotate again to finish", left)
	}
	for _, name := range r.names() {
		if name < target {
			err = errors.Join(err, os.Remove(filepath.Join(r.dir, masterFile(name))))
		}
	}
	return errors.Join(err, SyncFolder(r.dir), r.reload())
}
