// Package audit records who did what to what, in the transaction that did it, and seals the records every second into a
// Merkle log (RFC 6962, golang.org/x/mod/sumdb/tlog) with signed checkpoints, which Verify recomputes.
//
// What each table protects, and against whom: an event carries a commitment under a person's key, which lives outside
// the database, so that nobody can alter or forge one with the database alone; the log fixes which events there are and
// in which order; a checkpoint signs the log; the checkpoints' file, outside the database, keeps the log from being
// shortened. What a superuser of the database deletes before it is sealed, within about a second, leaves no trace.
package audit

import (
	"context"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

// Event is something that somebody did.
type Event struct {
	// Action is what was done, as feature.verb. It must not be empty.
	Action string
	// Actor did it (id.Nil: the system) to Subject (id.Nil: nobody in particular) in Org (id.Nil: none).
	Actor, Subject, Org id.ID
	// Object is on what, as kind:id; it may be empty. It must not hold personal data: erasure keeps it.
	Object string
	// Details is what changed, see Canonical; nil gives {}. Erasure of the subject (of the actor, when there is no
	// subject) empties it.
	Details any
}

// ErrEmptyAction refuses an event that does not say what was done.
var ErrEmptyAction = errors.New("audit: an event must name its action")

// Log records, seals and verifies. It is safe for concurrent use.
type Log struct {
	clock  clock.Clock
	ring   *keyring.Ring
	db     *db.DB
	holder id.ID

	sealing sync.Mutex
	file    checkpointFile
}

// New returns the log of a database. dir is the folder of the file of checkpoints, made when the first one is written.
func New(c clock.Clock, ring *keyring.Ring, d *db.DB, dir string) *Log {
	return &Log{clock: c, ring: ring, db: d, holder: id.New(c.Now()), file: newCheckpointFile(dir, ring.Verifier())}
}

// The statement refuses an event under a destroyed key: this process may still hold the key in memory when another
// process destroyed it.
const insertEvent = `INSERT INTO audit_event (id, at, action, actor_id, subject_id, org_id, object, details, key_id, commitment)
	SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
	WHERE NOT EXISTS (SELECT 1 FROM person_key WHERE person_id = $9 AND erased_at IS NOT NULL)`

const queueEvent = "INSERT INTO audit_pending (event_id, at) VALUES ($1, $2)"

// Record adds an event to the log in the caller's transaction: no record, no change. keyring.ErrErased when it concerns
// an erased person.
func (l *Log) Record(ctx context.Context, tx *db.Tx, e Event) error {
	r, err := l.record(e)
	if err != nil {
		return err
	}
	key, err := l.ring.Person(ctx, tx, r.KeyID)
	if err != nil {
		return err
	}
	commitment := key.Commit(r.envelope())
	n, err := tx.Exec(ctx, insertEvent, r.ID, r.At, r.Action, r.ActorID, r.SubjectID, r.OrgID, r.Object, r.Details, r.KeyID, commitment[:])
	if err != nil {
		return err
	}
	if n == 0 {
		l.ring.Forget(r.KeyID)
		return keyring.ErrErased
	}
	_, err = tx.Exec(ctx, queueEvent, r.ID, r.At)
	return err
}

// record is the row of an event, without its commitment.
func (l *Log) record(e Event) (record, error) {
	if e.Action == "" {
		return record{}, ErrEmptyAction
	}
	for _, s := range []string{e.Action, e.Object} {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return record{}, errors.New("audit: action and object must be UTF-8 without NUL")
		}
	}
	details := "{}"
	if e.Details != nil {
		text, err := Canonical(e.Details)
		if err != nil {
			return record{}, err
		}
		details = string(text)
	}
	now := l.clock.Now()
	return record{
		ID: id.New(now), At: now.UnixMicro(), Action: e.Action, ActorID: e.Actor, SubjectID: e.Subject, OrgID: e.Org,
		Object: e.Object, Details: details, KeyID: keyOf(e.Subject, e.Actor),
	}, nil
}

// keyOf says whose key commits an event: the subject's, else the actor's, else the system's (both nil).
func keyOf(subject, actor id.ID) id.ID {
	if subject != id.Nil {
		return subject
	}
	return actor
}

// ErrUnsealed says that events of the person are not sealed yet: try again in a second.
var ErrUnsealed = errors.New("audit: the person's last events are not sealed yet, try again in a second")

const selectUnsealedOf = `SELECT p.at FROM audit_pending p JOIN audit_event e ON e.id = p.event_id
		WHERE e.key_id = $1 LIMIT 1`

const emptyDetails = "UPDATE audit_event SET details = '' WHERE key_id = $1 AND details <> ''"

// forget is the action of the event that Erase records, and that Verify asks for of every destroyed key.
const forget = "identity.forget"

// Erase destroys a person's key, empties the details of the events committed under it, and records that under the
// system's key, with the person in Object: without that event, a key destroyed by another hand would hide whatever it
// could refute. The events stay in the log, which still verifies; what they said cannot be read or checked any more. It
// asks for a transaction of Write, and for a person whose events are all sealed (ErrUnsealed): nobody can then slip in an
// event that no key can refute. The triggers let details, and answers, go under a destroyed key only: Erase comes first.
func (l *Log) Erase(ctx context.Context, tx *db.Tx, person id.ID) error {
	_, waiting, err := db.Maybe[int64](ctx, tx, selectUnsealedOf, person)
	if err != nil {
		return err
	}
	if waiting {
		return ErrUnsealed
	}
	if err := l.ring.Erase(ctx, tx, person); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, emptyDetails, person); err != nil {
		return err
	}
	return l.Record(ctx, tx, Event{Action: forget, Object: "person:" + person.String()})
}
