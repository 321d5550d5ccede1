package audit

import (
	"context"
	"fmt"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// destroyedKeys are the destroyed keys, each with the events that may record its erasure and the key of those.
const destroyedKeys = `SELECT d.person_id AS person, e.id, e.at, e.action, e.actor_id, e.subject_id, e.org_id, e.object, e.details, e.key_id,
	e.commitment, k.wrapped, k.master, k.erased_at
	FROM person_key d
	LEFT JOIN audit_event e ON e.action = 'identity.forget' AND e.object = 'person:' || CAST(d.person_id AS TEXT)
	LEFT JOIN person_key k ON k.person_id = e.key_id
	WHERE d.wrapped IS NULL ORDER BY d.person_id`

// destroyed checks that every destroyed key was destroyed by Erase: an event under the system's key, which nobody can make
// with the database alone, says so. Whether that event has its place in the log is checked with all the others.
func (v *verifier) destroyed(ctx context.Context) error {
	person, proved := "", true
	end := func() {
		if !proved {
			v.find("person_key", person, "destroyed by another hand: no genuine event records the erasure, and what was committed under it cannot be checked")
		}
	}
	err := db.Each(ctx, v.tx, func(row struct {
		Person any
		eventCells
	}) error {
		if next := fmt.Sprint(row.Person); next != person {
			end()
			person, proved = next, false
		}
		if row.ID != nil && !proved {
			r, result := v.judge(&row.eventCells)
			proved = result == intact && r.KeyID == id.Nil
		}
		return nil
	}, destroyedKeys)
	end()
	return err
}
