package assess

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// headsAtOnce bounds the memory of the comparison, about 100 bytes a head. When the ledger names more of them, the logs
// are read once for each portion.
const headsAtOnce = 500_000

// place is an event's place in the logs.
type place struct {
	attempt id.ID
	seq     int
}

// A finish whose details are empty is an erased person's, or the ledger's own verification names it.
const ledgerHeads = `SELECT id, action, object, details FROM audit_event
WHERE action IN ('assess.finish', 'assess.heads') AND details <> '' ORDER BY id`

const everyCommitment = `SELECT attempt_id, seq, commitment FROM attempt_event`

const everyStart = `SELECT e.object, k.erased_at, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END AS present FROM audit_event e
LEFT JOIN person_key k ON k.person_id = e.subject_id
LEFT JOIN attempt a ON a.person_id = e.subject_id AND 'attempt:' || CAST(a.id AS TEXT) = e.object
WHERE e.action = 'assess.start'`

const attemptsWithoutEvents = `SELECT a.id FROM attempt a
WHERE NOT EXISTS (SELECT 1 FROM attempt_event e WHERE e.person_id = a.person_id AND e.attempt_id = a.id) ORDER BY a.id`

// lonely finds the attempts that lost all their events, and those that the ledger saw begin and that are gone.
func (v *logVerifier) lonely(ctx context.Context) error {
	err := db.Each(ctx, v.tx, func(attempt any) error {
		v.find("attempt_event", fmt.Sprintf("%v/1", attempt), "missing: the attempt has no events; they were deleted, or the attempt inserted")
		return nil
	}, attemptsWithoutEvents)
	if err != nil {
		return err
	}
	return db.Each(ctx, v.tx, func(s startCells) error {
		if s.Present == int64(0) && s.ErasedAt == nil {
			v.find("attempt", strings.TrimPrefix(fmt.Sprint(s.Object), "attempt:"), "missing: the ledger saw it begin; it was deleted, or given another id or person")
		}
		return nil
	}, everyStart)
}

type startCells struct{ Object, ErasedAt, Present any }

// heads compares each head that the ledger names with the commitment in its place.
func (v *logVerifier) heads(ctx context.Context) error {
	err := v.eachHead(ctx, func(place, string) { v.report.Heads++ })
	if err != nil {
		return err
	}
	portions := min(1+v.report.Heads/v.portion, 1<<16)
	for n := range portions {
		wanted := map[place]string{}
		err := v.eachHead(ctx, func(p place, head string) {
			if int(binary.BigEndian.Uint16(p.attempt[14:]))%portions != n { // the last bytes of an id are random
				return
			}
			if other, twice := wanted[p]; twice && other != head {
				v.find("attempt_event", fmt.Sprintf("%s/%d", p.attempt, p.seq), "altered: the ledger names two heads for it")
			}
			wanted[p] = head
		})
		if err == nil {
			err = v.compareHeads(ctx, wanted)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eachHead reads the heads in the ledger. The events themselves are the ledger's own verification's to check: one that
// cannot be read was altered, and is named there.
func (v *logVerifier) eachHead(ctx context.Context, visit func(place, string)) error {
	return db.Each(ctx, v.tx, func(row struct{ ID, Action, Object, Details any }) error {
		var details struct {
			Seq   int    `json:"seq"`
			Head  string `json:"head"`
			Heads []head `json:"heads"`
		}
		text, _ := row.Details.(string)
		object, _ := row.Object.(string)
		if err := json.Unmarshal([]byte(text), &details); err != nil {
			v.find("audit_event", fmt.Sprint(row.ID), "altered: its details cannot be read")
			return nil
		}
		if row.Action == "assess.finish" {
			details.Heads = []head{{strings.TrimPrefix(object, "attempt:"), details.Seq, details.Head}}
		}
		for _, h := range details.Heads {
			if attempt, ok := id.Parse(h.Attempt); ok {
				visit(place{attempt, h.Seq}, h.Head)
			}
		}
		return nil
	}, ledgerHeads)
}

// compareHeads reads the logs and takes out of wanted what is in its place; what remains is missing, unless its person
// was erased.
func (v *logVerifier) compareHeads(ctx context.Context, wanted map[place]string) error {
	if len(wanted) == 0 {
		return nil
	}
	err := db.Each(ctx, v.tx, func(row struct{ AttemptID, Seq, Commitment any }) error {
		attempt, _ := row.AttemptID.(string)
		seq, _ := row.Seq.(int64)
		commitment, _ := row.Commitment.([]byte)
		u, ok := id.Parse(attempt)
		p := place{u, int(seq)}
		head, named := wanted[p]
		if !ok || !named {
			return nil
		}
		delete(wanted, p)
		if hex.EncodeToString(commitment) != head {
			v.find("attempt_event", fmt.Sprintf("%s/%d", u, seq), "altered: the ledger names another head for it")
		}
		return nil
	}, everyCommitment)
	if err != nil || len(wanted) == 0 {
		return err
	}
	return v.missingHeads(ctx, wanted)
}

func (v *logVerifier) missingHeads(ctx context.Context, wanted map[place]string) error {
	gone := map[id.ID]bool{}
	for p := range wanted {
		gone[p.attempt] = true
	}
	err := db.Each(ctx, v.tx, func(s startCells) error {
		if attempt, ok := id.Parse(strings.TrimPrefix(fmt.Sprint(s.Object), "attempt:")); ok && s.ErasedAt != nil {
			delete(gone, attempt)
		}
		return nil
	}, everyStart)
	if err != nil {
		return err
	}
	missing := slices.SortedFunc(maps.Keys(wanted), func(a, b place) int {
		return cmp.Or(slices.Compare(a.attempt[:], b.attempt[:]), cmp.Compare(a.seq, b.seq))
	})
	for _, p := range missing {
		if !gone[p.attempt] {
			v.report.Erased++
			continue
		}
		v.find("attempt_event", fmt.Sprintf("%s/%d", p.attempt, p.seq), "missing: the ledger names it as a head; the log was cut before it")
	}
	return nil
}
