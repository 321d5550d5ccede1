package audit

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/db"
)

type leafRow struct {
	Position, EventID any
	eventCells
}

type nodeRow struct{ Position, Hash any }

const (
	leafPage = `SELECT l.position, l.event_id, e.id, e.at, e.action, e.actor_id, e.subject_id, e.org_id, e.object, e.details, e.key_id,
		e.commitment, k.wrapped, k.master, k.erased_at
		FROM audit_leaf l
		LEFT JOIN audit_event e ON e.id = l.event_id
		LEFT JOIN person_key k ON k.person_id = e.key_id
		WHERE l.position > $1 ORDER BY l.position LIMIT $2`
	nodePage = "SELECT position, hash FROM audit_node WHERE position > $1 ORDER BY position LIMIT $2"
)

// maybeHash is a hash that may be unknown, because what it is made of is missing.
type maybeHash struct {
	hash  tlog.Hash
	known bool
}

// walk grows the tree again, leaf by leaf, beside the stored one.
type walk struct {
	v        *verifier
	leaves   *pager[leafRow]
	nodes    *pager[nodeRow]
	heads    *pager[checkpointRow]
	position int64       // of the next stored hash
	edge     []maybeHash // as in edge
}

// leaves checks every place of the log up to the last signed one, and that there is nothing beyond it.
func (v *verifier) leaves(ctx context.Context) error {
	w := &walk{
		v:      v,
		leaves: newPager(v, "audit_leaf", leafPage, func(r *leafRow) any { return r.Position }),
		nodes:  newPager(v, "audit_node", nodePage, func(r *nodeRow) any { return r.Position }),
		heads:  newPager(v, "audit_checkpoint", checkpointPage, func(r *checkpointRow) any { return r.Size }),
	}
	for n := range v.head.tree.N {
		row, err := w.leaves.at(ctx, n)
		if err != nil {
			return err
		}
		if err := w.step(ctx, n, row); err != nil {
			return err
		}
		if err := w.root(ctx, n+1); err != nil {
			return err
		}
	}
	v.endGap("audit_leaf")
	v.endGap("audit_node")
	return w.surplus(ctx)
}

// surplus reports what lies beyond the last signed leaf.
func (w *walk) surplus(ctx context.Context) error {
	for {
		row, key, err := w.leaves.peek(ctx)
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		w.v.find("audit_leaf", key, "inserted: no signed checkpoint covers it")
		if row.ID != nil {
			w.v.event(&row.eventCells)
		}
		w.leaves.skip()
	}
	for {
		row, key, err := w.nodes.peek(ctx)
		if err != nil || row == nil {
			return err
		}
		w.v.find("audit_node", key, "inserted: no signed checkpoint covers it")
		w.nodes.skip()
	}
}

// step checks leaf n with the hashes it adds.
func (w *walk) step(ctx context.Context, n int64, row *leafRow) error {
	stored, err := w.stored(ctx)
	if err != nil {
		return err
	}
	own, named, result := w.own(n, row, stored.hash)
	h, err := w.settle(ctx, n, own, stored, named, result)
	if err != nil {
		return err
	}
	for bits := n; bits&1 == 1; bits >>= 1 {
		left := w.edge[len(w.edge)-1]
		w.edge = w.edge[:len(w.edge)-1]
		at := w.position
		if stored, err = w.stored(ctx); err != nil {
			return err
		}
		if !left.known || !h.known {
			h = stored
			continue
		}
		h = maybeHash{tlog.NodeHash(left.hash, h.hash), true}
		if stored.known && stored.hash != h.hash {
			w.v.find("audit_node", at, "altered: not the hash of the two below it")
		}
	}
	w.edge = append(w.edge, h)
	return nil
}

// own returns the hash of the event that the leaf names, the name, and what was said of the event. sealed is the stored
// hash there, for the format.
func (w *walk) own(n int64, row *leafRow, sealed tlog.Hash) (h maybeHash, named string, result verdict) {
	if row == nil {
		w.v.missing("audit_leaf", n)
		return maybeHash{}, "", faulty
	}
	w.v.report.Leaves++
	named = fmt.Sprint(row.EventID)
	if row.ID == nil {
		return maybeHash{}, named, faulty
	}
	r, result := w.v.event(&row.eventCells)
	return maybeHash{r.leafHash(sealed), true}, named, result
}

// stored returns the next stored hash.
func (w *walk) stored(ctx context.Context) (maybeHash, error) {
	at := w.position
	w.position++
	row, err := w.nodes.at(ctx, at)
	if err != nil {
		return maybeHash{}, err
	}
	if row == nil {
		w.v.missing("audit_node", at)
		return maybeHash{}, nil
	}
	hash, ok := row.Hash.([]byte)
	if !ok || len(hash) != tlog.HashSize {
		w.v.find("audit_node", at, "altered: not a hash of %d bytes", tlog.HashSize)
		return maybeHash{}, nil
	}
	return maybeHash{tlog.Hash(hash), true}, nil
}

// settle compares the leaf's own hash with the stored one, says which of the two is wrong, and returns the right one.
func (w *walk) settle(ctx context.Context, n int64, own, stored maybeHash, named string, result verdict) (maybeHash, error) {
	here := place{position: n, named: named, own: own, result: result, sealed: stored.hash}
	if !own.known {
		w.v.places.put(w.v, here, stored.known)
		return stored, nil
	}
	if !stored.known || own.hash == stored.hash {
		return own, nil
	}
	head := w.v.head.tree
	proof, err := tlog.ProveRecord(head.N, n, tlog.HashReaderFunc(func(positions []int64) ([]tlog.Hash, error) {
		return readNodes(ctx, w.v.tx, positions)
	}))
	if err != nil && !errors.Is(err, ErrDamaged) {
		return maybeHash{}, err
	}
	switch {
	case err == nil && tlog.CheckRecord(proof, head.N, head.Hash, n, own.hash) == nil:
		w.v.find("audit_node", tlog.StoredHashIndex(0, n), "altered: not the hash of leaf %d, which is as it was signed", n)
		return own, nil
	case err == nil && tlog.CheckRecord(proof, head.N, head.Hash, n, stored.hash) == nil:
		w.v.places.put(w.v, here, true)
	default:
		w.v.find("audit_node", tlog.StoredHashIndex(0, n), "this hash or leaf %d was altered: too much is damaged to say which", n)
		if result != intact {
			w.v.places.put(w.v, here, true)
		}
		if result != faulty {
			return own, nil
		}
	}
	return stored, nil
}

func readNodes(ctx context.Context, tx *db.Tx, positions []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, p := range positions {
		h, err := readNode(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, h)
	}
	return hashes, nil
}

// root compares the tree so far with the checkpoint of this size.
func (w *walk) root(ctx context.Context, size int64) error {
	for {
		row, key, err := w.heads.peek(ctx)
		if err != nil || row == nil || key > size {
			return err
		}
		w.heads.skip()
		if key < size {
			continue
		}
		c, err := w.v.open(row)
		if err != nil || c.tree.N != size {
			continue // reported with the checkpoints
		}
		if h := w.top(); h.known && h.hash != c.tree.Hash {
			w.v.find("audit_checkpoint", size, "the signed root is not that of the %d leaves below it: leaves or hashes were altered", size)
		}
	}
}

// top is the root of the tree so far.
func (w *walk) top() maybeHash {
	h := w.edge[len(w.edge)-1]
	for i := len(w.edge) - 2; i >= 0; i-- {
		h = maybeHash{tlog.NodeHash(w.edge[i].hash, h.hash), w.edge[i].known && h.known}
	}
	return h
}
