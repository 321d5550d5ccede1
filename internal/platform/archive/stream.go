package archive

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"galien/internal/platform/db"
)

// read calls visit with the line of each row, in key order, holding one at a time, and returns the table's sum. visit
// must not keep the line.
func (t *table) read(ctx context.Context, tx *db.Tx, visit func(line []byte) error) (sum Sum, err error) {
	rows, err := tx.SQL().QueryContext(ctx, t.sel)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values, targets := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	digest, line := sha256.New(), []byte(nil)
	sum.Table = t.name
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return sum, err
		}
		if t.prepare != nil {
			if err := t.prepare(values); err != nil {
				return sum, err
			}
		}
		if line, err = t.line(line[:0], values); err != nil {
			return sum, err
		}
		digest.Write(line)
		sum.Rows++
		if err := visit(line); err != nil {
			return sum, err
		}
	}
	sum.SHA256 = hex.EncodeToString(digest.Sum(nil))
	return sum, rows.Err()
}

// Sums reads the whole database on one snapshot and returns what each table holds, in the order of an archive. The same
// content has the same sums on both engines.
func Sums(ctx context.Context, d *db.DB) ([]Sum, error) {
	layout, err := ownLayout()
	if err != nil {
		return nil, err
	}
	var sums []Sum
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		sums, err = sumsIn(ctx, tx, layout)
		return err
	})
	return sums, err
}

func sumsIn(ctx context.Context, tx *db.Tx, layout []Layout) ([]Sum, error) {
	all, err := tables(ctx, tx, layout)
	if err != nil {
		return nil, err
	}
	var sums []Sum
	for _, t := range all {
		sum, err := t.read(ctx, tx, func([]byte) error { return nil })
		if err != nil {
			return nil, err
		}
		sums = append(sums, sum)
	}
	return sums, nil
}

// batch is how many rows share a statement: one round trip to PostgreSQL.
const batch = 200

// loader adds rows to a table.
type loader struct {
	table   *table
	tx      *db.Tx
	full    *sql.Stmt // adds a batch
	pending []any
	rows    int
}

// size is how many rows a statement takes: the queue's, written by hand, takes one.
func (t *table) size() int {
	if t.name == jobsTable {
		return 1
	}
	return batch
}

func newLoader(ctx context.Context, tx *db.Tx, t *table) (*loader, error) {
	stmt, err := tx.SQL().PrepareContext(ctx, t.insert(t.size()))
	return &loader{table: t, tx: tx, full: stmt}, err
}

// add takes a line as read gives it.
func (l *loader) add(ctx context.Context, line []byte) error {
	values, err := l.table.values(line)
	if err != nil {
		return err
	}
	if l.table.bind != nil {
		l.table.bind(values)
	}
	l.pending = append(l.pending, values...)
	if l.rows++; l.rows < l.table.size() {
		return nil
	}
	_, err = l.full.ExecContext(ctx, l.pending...)
	l.pending, l.rows = l.pending[:0], 0
	return l.refused(err)
}

// close adds what is left.
func (l *loader) close(ctx context.Context) error {
	var err error
	if l.rows > 0 {
		_, err = l.tx.SQL().ExecContext(ctx, l.table.insert(l.rows), l.pending...)
	}
	return errors.Join(l.refused(err), l.full.Close())
}

func (l *loader) refused(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the database refuses rows of the table %s: %w", l.table.name, err)
}

// empty reports whether no table of ours holds a row.
func empty(ctx context.Context, d *db.DB) (bool, error) {
	sums, err := Sums(ctx, d)
	for _, s := range sums {
		if s.Rows > 0 {
			return false, err
		}
	}
	return true, err
}
