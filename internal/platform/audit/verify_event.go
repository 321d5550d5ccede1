package audit

import (
	"context"
	"crypto/hmac"
	"errors"

	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
)

// verdict is what could be said of an event by itself.
type verdict uint8

const (
	intact verdict = iota // the commitment fits
	erased                // the key was destroyed: nothing to check against
	faulty                // reported
)

// event counts one event and checks it against its key.
func (v *verifier) event(e *eventCells) (record, verdict) {
	v.report.Events++
	r, result := v.judge(e)
	if result == erased {
		v.report.Erased++
		if r.Details != "" {
			v.find("audit_event", r.ID, "details are left although the key was destroyed")
			result = faulty
		}
	}
	return r, result
}

func (v *verifier) judge(e *eventCells) (record, verdict) {
	r, fault := e.record()
	if fault != "" {
		v.find("audit_event", e.ID, "%s", fault)
		return r, faulty
	}
	if r.KeyID != keyOf(r.SubjectID, r.ActorID) {
		v.find("audit_event", r.ID, "altered: the key is neither the subject's nor, without one, the actor's")
		return r, faulty
	}
	if e.Master == nil {
		v.find("person_key", r.KeyID, "missing: the events committed under it cannot be checked")
		return r, faulty
	}
	stored, fault := e.stored()
	if fault != "" {
		v.find("person_key", r.KeyID, "%s", fault)
		return r, faulty
	}
	key, err := v.log.ring.Unwrap(r.KeyID, stored)
	switch {
	case errors.Is(err, keyring.ErrErased):
		return r, erased
	case err != nil:
		v.find("person_key", r.KeyID, "%v", err)
		return r, faulty
	}
	want := key.Commit(r.envelope())
	if !hmac.Equal(want[:], r.Commitment) {
		v.find("audit_event", r.ID, "altered or forged: the commitment is not that of its content")
		return r, faulty
	}
	return r, intact
}

const unsealedEvents = `SELECT e.id, e.at, e.action, e.actor_id, e.subject_id, e.org_id, e.object, e.details, e.key_id, e.commitment,
	k.wrapped, k.master, k.erased_at, p.event_id AS queued
	FROM audit_event e
	LEFT JOIN audit_leaf l ON l.event_id = e.id
	LEFT JOIN audit_pending p ON p.event_id = e.id
	LEFT JOIN person_key k ON k.person_id = e.key_id
	WHERE l.event_id IS NULL`

// unsealed checks the events without a leaf: those that wait, and those that lost theirs or came in by another door.
func (v *verifier) unsealed(ctx context.Context) error {
	type row struct {
		eventCells
		Queued any
	}
	return db.Each(ctx, v.tx, func(e row) error {
		r, result := v.event(&e.eventCells)
		switch {
		case result == faulty:
		case v.places.claim(v, &r):
		case result == erased:
			v.find("audit_event", r.ID, "not in the log although its key was destroyed, which is done to sealed events only: inserted, or taken out of audit_leaf")
		case e.Queued == nil:
			v.find("audit_event", r.ID, "not in the log and not waiting for it: inserted, or taken out of audit_leaf or audit_pending")
		case r.At < v.young:
			v.find("audit_event", r.ID, "not sealed although older than a minute: does the server run, and what does its log say?")
		}
		return nil
	}, unsealedEvents)
}

const staleQueue = `SELECT p.event_id, e.id AS event
	FROM audit_pending p
	LEFT JOIN audit_event e ON e.id = p.event_id
	LEFT JOIN audit_leaf l ON l.event_id = p.event_id
	WHERE e.id IS NULL OR l.event_id IS NOT NULL`

// queue checks that nothing waits that is sealed or does not exist.
func (v *verifier) queue(ctx context.Context) error {
	return db.Each(ctx, v.tx, func(q struct{ EventID, Event any }) error {
		if q.Event == nil {
			v.find("audit_pending", q.EventID, "no such event: it was deleted before it was sealed, or the row was inserted")
		} else {
			v.find("audit_pending", q.EventID, "the event is sealed already: the row was inserted")
		}
		return nil
	}, staleQueue)
}
