// Package archive takes an installation apart and puts it together again: a backup is one encrypted file that restores on
// either engine, a copy moves the database from one engine to the other. Both stream the tables of migrate.Register, so
// that a table cannot be forgotten, row by row from one snapshot, and both are proved by the same sums: the number of
// rows and the SHA-256 of each table in the order of its primary key, equal on both engines.
//
// A backup is a tar of header.json, keys/*, ledger/checkpoints.log, tables/<name>/<part>.ndjson and manifest.json, in this
// order, compressed by Zstandard and encrypted by age: `age -d FILE | zstd -d | tar x` opens it without this program. Nothing
// is held in memory but a part of a table, so that no installation is too large.
package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// format names what a backup holds and how; it changes when an older program could no longer read a new backup.
const format = "galien-backup/1"

// Sum is what a table holds: the number of its rows and the SHA-256, in hexadecimal, of their lines in key order.
type Sum struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// FileSum is a file's size in bytes and its SHA-256 in hexadecimal.
type FileSum struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Header opens a backup: what is needed to know whether it can be read.
type Header struct {
	Format    string `json:"format"`
	Program   string `json:"program"` // version that wrote it
	Schema    int64  `json:"schema"`  // of the database
	Engine    string `json:"engine"`  // that it was read from: sqlite or postgres
	CreatedAt string `json:"createdAt"`

	// Tables say what the lines hold; without them, as the first backups were, it is this program's schema.
	Tables []Layout `json:"tables,omitempty"`
}

// Layout is a table and its columns, in the order of the values on a line.
type Layout struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// Manifest closes a backup: what must have been read before it.
type Manifest struct {
	Tables []Sum     `json:"tables"` // in the order of the archive
	Files  []FileSum `json:"files"`
}

// Rows is the number of rows of all tables.
func (m Manifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// differences names the tables whose sums differ, "" when none does.
func differences(want, have []Sum) string {
	var names []string
	for i, w := range want {
		if i >= len(have) || have[i] != w {
			names = append(names, w.Table)
		}
	}
	if len(have) > len(want) {
		names = append(names, have[len(want)].Table)
	}
	return strings.Join(slices.Compact(names), ", ")
}

// reason is the cause of a file error without the path, which the sentence around it names.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// oldest is the first schema whose rows fit in this program's: the migrations after it only add tables, indexes, and columns
// that may be left out, and change no row. A test reads them; one that does more raises oldest to its own number.
const oldest = 1

// check refuses a backup that is newer than this program's schema, or too old for its rows to fit there.
func (h Header) check(want int64) error {
	switch {
	case h.Schema > want:
		return fmt.Errorf("the backup has schema %d and this program knows schema %d: restore it with Galien %s or a newer one", h.Schema, want, h.Program)
	case h.Schema < oldest, h.Schema < want && len(h.Tables) == 0:
		return fmt.Errorf("the backup has schema %d, which does not fit in this program's schema %d: restore it with Galien %s, then upgrade", h.Schema, want, h.Program)
	}
	return nil
}
