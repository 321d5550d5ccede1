package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// AppendAll runs one statement for each row of arguments in one transaction and commits it: on PostgreSQL in a single
// round trip, on SQLite with one compiled statement and one synchronisation of the disk. It returns the number of rows
// each changed (0 where ON CONFLICT DO NOTHING found the row). Nothing is kept when it fails.
//
// It is the hot path of a learner's answers: read committed, and never retried here, since the caller decides what a
// failed batch means.
func (d *DB) AppendAll(ctx context.Context, statement string, rows [][]any) ([]int64, error) {
	if err := d.vet(statement); err != nil {
		return nil, err
	}
	if d.Engine == PostgreSQL {
		return d.pipeline(ctx, statement, rows)
	}
	changed := make([]int64, len(rows))
	err := d.once(ctx, d.write, &sql.TxOptions{}, func(tx *Tx) error {
		for i, args := range rows {
			n, err := tx.Exec(ctx, statement, args...)
			if err != nil {
				return err
			}
			changed[i] = n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

func (d *DB) pipeline(ctx context.Context, statement string, rows [][]any) ([]int64, error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var changed []int64
	err = conn.Raw(func(driver any) (err error) {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("db: unexpected driver connection %T", driver)
		}
		changed, err = sendAll(ctx, c.Conn(), statement, rows)
		return err
	})
	return changed, errors.Join(err, conn.Close())
}

// sendAll sends BEGIN, the rows and COMMIT together and reads the answers after.
func sendAll(ctx context.Context, c *pgx.Conn, statement string, rows [][]any) ([]int64, error) {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	for _, args := range rows {
		batch.Queue(statement, args...)
	}
	batch.Queue("COMMIT")
	results := c.SendBatch(ctx, batch)
	changed := make([]int64, 0, len(rows))
	err := func() error {
		if _, err := results.Exec(); err != nil {
			return err
		}
		for range rows {
			tag, err := results.Exec()
			if err != nil {
				return err
			}
			changed = append(changed, tag.RowsAffected())
		}
		_, err := results.Exec()
		return err
	}()
	err = errors.Join(err, results.Close())
	if err != nil && c.PgConn().TxStatus() != 'I' && !c.IsClosed() {
		_, rollback := c.Exec(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, rollback)
	}
	if err != nil {
		return nil, err
	}
	return changed, nil
}
