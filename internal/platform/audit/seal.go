package audit

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/db"
)

// ErrDamaged says that the log is not as the last seal left it. Sealing stops then, so that damage is never signed:
// Verify says what is wrong.
var ErrDamaged = errors.New("audit: the log was altered, nothing more is sealed: run galien verify-log")

const (
	sealBatch   = 1000
	leaseMicros = 10_000_000
	exportBatch = 1000
)

// Seal adds at most 1,000 recorded events to the Merkle log, signs the new head, and once that is committed writes it to
// the file of checkpoints. It returns the number of events sealed: 0 when there are none, or when another process seals.
//
// Events wait in the table audit_pending. A search for events without a leaf would read the whole log each second, and
// one that starts after the last sealed id would miss the transactions that commit late with an older id.
func (l *Log) Seal(ctx context.Context) (int, error) {
	l.sealing.Lock()
	defer l.sealing.Unlock()
	waiting, err := l.export(ctx)
	if err != nil || !waiting {
		return 0, err
	}
	n := 0
	var sealed checkpoint
	// Append, not Write: the lease's row, locked until the commit, lets one sealer in at a time, and each of its
	// statements sees everything committed. Serialisable isolation would add nothing to the sealer, and make the
	// transactions that record events fail for its sake. Unique positions and event ids are the second wall.
	err = l.db.Append(ctx, func(tx *db.Tx) (err error) {
		n, sealed, err = l.seal(ctx, tx.Unscoped("the log holds everybody's events"))
		return err
	})
	if err != nil || n == 0 {
		return 0, err
	}
	return n, l.file.append([]checkpoint{sealed})
}

const takeLease = `INSERT INTO lease (name, holder, until) VALUES ('audit-seal', $1, $2)
	ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
	WHERE lease.holder = excluded.holder OR lease.until < $3`

const insertCheckpoint = "INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3)"

func (l *Log) seal(ctx context.Context, tx *db.Tx) (int, checkpoint, error) {
	now := l.clock.Now().UnixMicro()
	taken, err := tx.Exec(ctx, takeLease, l.holder, now+leaseMicros, now)
	if err != nil || taken == 0 {
		return 0, checkpoint{}, err
	}
	head, tree, err := l.trustedHead(ctx, tx)
	if err != nil {
		return 0, checkpoint{}, err
	}
	if err := addLeaves(ctx, tx, tree); err != nil || tree.size == head.tree.N {
		return 0, checkpoint{}, err
	}
	next := checkpoint{tree: tlog.Tree{N: tree.size, Hash: tree.root()}, previous: head.tree.N, at: now}
	if next, err = next.sign(l.ring.Signer()); err != nil {
		return 0, checkpoint{}, err
	}
	_, err = tx.Exec(ctx, insertCheckpoint, next.tree.N, next.at, next.signed)
	return int(tree.size - head.tree.N), next, err
}

const selectHead = "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"

const countLeaves = "SELECT coalesce(max(position), -1) + 1 FROM audit_leaf"

// trustedHead returns the last checkpoint and the tree's edge, after checking that the signature is ours, that the
// stored tree has exactly the signed leaves and root, and that the file holds nothing beyond it.
func (l *Log) trustedHead(ctx context.Context, tx *db.Tx) (checkpoint, *edge, error) {
	var head checkpoint
	signed, found, err := db.Maybe[string](ctx, tx, selectHead)
	if err == nil && found {
		head, err = openCheckpoint(signed, l.ring.Verifier())
		if err != nil {
			err = fmt.Errorf("%w: the last checkpoint %w", ErrDamaged, err)
		}
	}
	if err != nil {
		return head, nil, err
	}
	if kept := l.file.head; kept.tree.N > head.tree.N || (kept.tree.N == head.tree.N && kept.signed != head.signed) {
		return head, nil, fmt.Errorf("%w: %s holds a checkpoint of %d leaves, the database ends with one of %d", ErrDamaged, l.file.path, kept.tree.N, head.tree.N)
	}
	leaves, err := db.One[int64](ctx, tx, countLeaves)
	if err != nil {
		return head, nil, err
	}
	if leaves != head.tree.N {
		return head, nil, fmt.Errorf("%w: there are %d leaves and %d are signed", ErrDamaged, leaves, head.tree.N)
	}
	tree, err := loadEdge(ctx, tx, head.tree.N)
	if err == nil && tree.size > 0 && tree.root() != head.tree.Hash {
		err = fmt.Errorf("%w: the stored tree has not the signed root", ErrDamaged)
	}
	return head, tree, err
}

const (
	insertLeaves = `INSERT INTO audit_leaf (position, event_id)
		SELECT $1 + row_number() OVER (ORDER BY p.event_id) - 1, p.event_id
		FROM audit_pending p JOIN audit_event e ON e.id = p.event_id
		WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = p.event_id)
		AND NOT EXISTS (SELECT 1 FROM person_key k WHERE k.person_id = e.key_id AND k.erased_at IS NOT NULL)
		ORDER BY p.event_id LIMIT $2`
	readLeaves = `SELECT e.id, e.at, e.action, e.actor_id, e.subject_id, e.org_id, e.object, e.key_id, e.commitment
		FROM audit_leaf l JOIN audit_event e ON e.id = l.event_id WHERE l.position >= $1 ORDER BY l.position`
	unqueue     = "DELETE FROM audit_pending WHERE event_id IN (SELECT event_id FROM audit_leaf WHERE position >= $1)"
	insertNode  = "INSERT INTO audit_node (position, hash) VALUES ($1, $2)"
	insertNodes = `INSERT INTO audit_node (position, hash) VALUES
		($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16), ($17, $18), ($19, $20)`
)

// addLeaves gives the next events their places, in the order of their ids, and stores the hashes they add. An event under
// a destroyed key is left out: Erase waits until a person's events are sealed, so it can only be forged.
func addLeaves(ctx context.Context, tx *db.Tx, tree *edge) error {
	from := tree.size
	added, err := tx.Exec(ctx, insertLeaves, from, sealBatch)
	if err != nil || added == 0 {
		return err
	}
	node := tlog.StoredHashCount(from)
	var pairs []any // position, hash, position, hash…
	err = db.Each(ctx, tx, func(r record) error {
		for _, h := range tree.add(tlog.RecordHash(r.leaf())) {
			pairs = append(pairs, node, h[:])
			node++
		}
		return nil
	}, readLeaves, from)
	if err != nil {
		return err
	}
	if tree.size != from+added {
		return fmt.Errorf("audit: %d leaves added, %d read back", added, tree.size-from)
	}
	if err := storeNodes(ctx, tx, pairs); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, unqueue, from)
	return err
}

// storeNodes inserts ten hashes a statement: on PostgreSQL each statement costs a round trip.
func storeNodes(ctx context.Context, tx *db.Tx, pairs []any) error {
	const ten, one = 20, 2
	for len(pairs) > 0 {
		statement, n := insertNodes, ten
		if len(pairs) < ten {
			statement, n = insertNode, one
		}
		if _, err := tx.Exec(ctx, statement, pairs[:n]...); err != nil {
			return err
		}
		pairs = pairs[n:]
	}
	return nil
}

const selectWaiting = "SELECT at FROM audit_pending LIMIT 1"

const selectCheckpointsAfter = "SELECT note FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2"

// export brings the file up to the database: after a stop between the commit and the file, and where another process
// seals. It also says whether events wait to be sealed.
func (l *Log) export(ctx context.Context) (waiting bool, err error) {
	if err := l.file.refresh(); err != nil {
		return false, err
	}
	for {
		var missing []checkpoint
		err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
			if _, waiting, err = db.Maybe[int64](ctx, tx, selectWaiting); err != nil {
				return err
			}
			notes, err := db.Many[string](ctx, tx, selectCheckpointsAfter, l.file.head.tree.N, exportBatch)
			if err != nil {
				return err
			}
			missing, err = l.opened(notes)
			return err
		})
		if err != nil || len(missing) == 0 {
			return waiting, err
		}
		if err := l.file.append(missing); err != nil {
			return waiting, err
		}
	}
}

func (l *Log) opened(notes []string) ([]checkpoint, error) {
	var all []checkpoint
	for _, signed := range notes {
		c, err := openCheckpoint(signed, l.ring.Verifier())
		if err != nil {
			return nil, fmt.Errorf("%w: a checkpoint %w", ErrDamaged, err)
		}
		all = append(all, c)
	}
	return all, nil
}
