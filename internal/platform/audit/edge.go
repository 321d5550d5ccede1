package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/db"
)

// edge is the right edge of a Merkle tree: the roots of its complete subtrees, largest first, one for each bit set in
// the number of leaves. It is all that is needed to add leaves and to know the root (RFC 6962 §2.1).
type edge struct {
	size  int64
	roots []tlog.Hash
}

// add adds a leaf and returns the hashes to store, in the order of tlog's stored hashes: the leaf's own, then that of
// each subtree it completes.
func (e *edge) add(leaf tlog.Hash) []tlog.Hash {
	stored := []tlog.Hash{leaf}
	h := leaf
	for bits := e.size; bits&1 == 1; bits >>= 1 {
		h = tlog.NodeHash(e.roots[len(e.roots)-1], h)
		e.roots = e.roots[:len(e.roots)-1]
		stored = append(stored, h)
	}
	e.roots = append(e.roots, h)
	e.size++
	return stored
}

// root is the tree's hash; the tree must not be empty.
func (e *edge) root() tlog.Hash {
	h := e.roots[len(e.roots)-1]
	for i := len(e.roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e.roots[i], h)
	}
	return h
}

// loadEdge reads the edge of the stored tree of the given size.
func loadEdge(ctx context.Context, tx *db.Tx, size int64) (*edge, error) {
	e := &edge{size: size}
	begin := int64(0)
	for level := 62; level >= 0; level-- {
		width := int64(1) << level
		if size&width == 0 {
			continue
		}
		h, err := readNode(ctx, tx, tlog.StoredHashIndex(level, begin/width))
		if err != nil {
			return nil, err
		}
		e.roots = append(e.roots, h)
		begin += width
	}
	return e, nil
}

const selectNode = "SELECT hash FROM audit_node WHERE position = $1"

func readNode(ctx context.Context, tx *db.Tx, position int64) (tlog.Hash, error) {
	hash, found, err := db.Maybe[[]byte](ctx, tx, selectNode, position)
	switch {
	case err != nil:
		return tlog.Hash{}, err
	case !found || len(hash) != tlog.HashSize:
		return tlog.Hash{}, fmt.Errorf("%w: stored hash %d is missing or malformed", ErrDamaged, position)
	}
	return tlog.Hash(hash), nil
}
