package audit

import "golang.org/x/mod/sumdb/tlog"

// place is a position of the log that does not hold what was sealed there.
type place struct {
	position int64
	named    string    // the event that the leaf names; "" when the leaf is missing
	own      maybeHash // that event's hash, when it exists
	result   verdict   // what its commitment said
	sealed   tlog.Hash // what was sealed there
	claimed  bool      // an event without a leaf is the one
}

// places are the positions to explain once the whole log was read: only then is it known whether the event that was
// sealed there is elsewhere, or gone.
type places struct {
	all      []place
	bySealed map[tlog.Hash]int
	byOwn    map[tlog.Hash]int
}

// put keeps a place to explain. Beyond limit, or when it is not known what was sealed there, it is reported at once, as
// well as can be.
func (ps *places) put(v *verifier, p place, sealed bool) {
	if !sealed || len(ps.all) == v.limit {
		ps.explain(v, p)
		return
	}
	if ps.bySealed == nil {
		ps.bySealed, ps.byOwn = map[tlog.Hash]int{}, map[tlog.Hash]int{}
	}
	ps.bySealed[p.sealed] = len(ps.all)
	if p.own.known {
		ps.byOwn[p.own.hash] = len(ps.all)
	}
	ps.all = append(ps.all, p)
}

// claim gives an event without a leaf back the place it was sealed at, if that place is one to explain.
func (ps *places) claim(v *verifier, r *record) bool {
	i, ok := ps.bySealed[tlog.RecordHash(r.leaf())]
	if !ok {
		if i, ok = ps.bySealed[tlog.RecordHash(r.firstLeaf())]; !ok {
			return false
		}
	}
	p := &ps.all[i]
	p.claimed = true
	if p.named != "" { // a missing leaf is reported as such
		v.find("audit_leaf", p.position, "altered: it names %s, but %s was sealed there", p.named, r.ID)
	}
	return true
}

// explainAll reports the places that nobody claimed.
func (ps *places) explainAll(v *verifier) {
	for _, p := range ps.all {
		if !p.claimed {
			ps.explain(v, p)
		}
	}
}

func (ps *places) explain(v *verifier, p place) {
	switch other, swapped := ps.byOwn[p.sealed]; {
	case p.named == "": // the missing leaf was reported
	case !p.own.known:
		v.find("audit_event", p.named, "missing: deleted, or its id altered; it was sealed at position %d", p.position)
	case swapped:
		v.find("audit_leaf", p.position, "altered: it names %s, but %s was sealed there", p.named, ps.all[other].named)
	case p.result == intact:
		v.find("audit_leaf", p.position, "altered: it names %s, which is genuine but was not sealed there", p.named)
	case p.result == erased:
		v.find("audit_event", p.named, "altered since it was sealed, or put at position %d of audit_leaf by another hand", p.position)
	}
}
