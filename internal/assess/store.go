package assess

import (
	"context"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

const insertAttempt = `INSERT INTO attempt (person_id, id, kind, scope, release, state, started_at) VALUES ($1, $2, $3, $4, $5, 'open', $6)`

const attemptByID = `SELECT person_id, id, kind, scope, release, state, started_at, finished_at, result FROM attempt WHERE person_id = $1 AND id = $2`

const attemptsOf = `SELECT person_id, id, kind, scope, release, state, started_at, finished_at, result FROM attempt
WHERE person_id = $1 ORDER BY started_at DESC, id DESC`

const finishAttempt = `UPDATE attempt SET state = 'finished', finished_at = $3, result = $4 WHERE person_id = $1 AND id = $2 AND state = 'open'`

const eventsOf = `SELECT person_id, attempt_id, seq, at, kind, body, commitment FROM attempt_event
WHERE person_id = $1 AND attempt_id = $2 ORDER BY seq`

// appendEvent is idempotent by (attempt, seq): the second of two equal requests changes nothing.
const appendEvent = `INSERT INTO attempt_event (person_id, attempt_id, seq, at, kind, body, commitment)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, attempt_id, seq) DO NOTHING`

const eventAt = `SELECT person_id, attempt_id, seq, at, kind, body, commitment FROM attempt_event
WHERE person_id = $1 AND attempt_id = $2 AND seq = $3`

// progress finds open attempts whose log has grown since the head that was last put in the audit ledger.
const progress = `SELECT a.person_id, a.id AS attempt_id, e.seq, e.at, e.kind, e.body, e.commitment FROM attempt a
JOIN attempt_event e ON e.person_id = a.person_id AND e.attempt_id = a.id
WHERE a.state = 'open' AND e.at > $1 AND e.at <= $2
  AND e.seq = (SELECT MAX(seq) FROM attempt_event l WHERE l.person_id = a.person_id AND l.attempt_id = a.id AND l.at <= $2)
ORDER BY a.person_id, a.id`

func (e Event) args() []any {
	return []any{e.PersonID, e.AttemptID, e.Seq, e.At, e.Kind, e.Body, e.Commitment}
}

// findAttempt looks the attempt up under each id of the person.
func findAttempt(ctx context.Context, tx *db.Tx, persons []id.ID, attempt id.ID) (Attempt, bool, error) {
	for _, person := range persons {
		a, found, err := db.Maybe[Attempt](ctx, tx, attemptByID, person, attempt)
		if err != nil || found {
			return a, found, err
		}
	}
	return Attempt{}, false, nil
}
