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

// appendEvent is idempotent by (attempt, seq): the second of two equal requests changes nothing. Nothing is added under a
// destroyed key, which this process may still hold in memory when another one destroyed it.
const appendEvent = `INSERT INTO attempt_event (person_id, attempt_id, seq, at, kind, body, commitment)
SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM person_key WHERE person_id = $1 AND erased_at IS NOT NULL)
ON CONFLICT (person_id, attempt_id, seq) DO NOTHING`

const eventAt = `SELECT person_id, attempt_id, seq, at, kind, body, commitment FROM attempt_event
WHERE person_id = $1 AND attempt_id = $2 AND seq = $3`

// progress finds the heads of the open logs that grew between two instants, without those that are finished. It reads the
// events of that time, by their index, and no others.
const progress = `SELECT e.attempt_id, e.seq, e.commitment FROM
  (SELECT person_id, attempt_id, MAX(seq) AS seq FROM attempt_event WHERE at > $1 AND at <= $2 GROUP BY person_id, attempt_id) m
JOIN attempt_event e ON e.person_id = m.person_id AND e.attempt_id = m.attempt_id AND e.seq = m.seq
WHERE e.kind <> 'finish' ORDER BY e.person_id, e.attempt_id`

const lastHeads = `SELECT details FROM audit_event WHERE action = 'assess.heads' ORDER BY id DESC LIMIT 1`

const notReproduced = `SELECT COUNT(*) FROM audit_event WHERE subject_id = $1 AND action = 'assess.not_reproduced' AND object = $2`

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
