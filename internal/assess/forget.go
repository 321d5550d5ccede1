package assess

import (
	"context"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

const deleteEvents = `DELETE FROM attempt_event WHERE person_id = $1`

const deleteAttempts = `DELETE FROM attempt WHERE person_id = $1`

// Forget deletes a person's attempts with all their answers, in the caller's transaction, which has destroyed the person's key
// (audit.Log.Erase): the database lets answers go under a destroyed key only. An answer under way in another process then
// finds no attempt, or a destroyed key. The visitors joined to the person are not touched.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, person id.ID) error {
	attempts, err := db.Many[Attempt](ctx, tx, attemptsOf, person)
	if err != nil {
		return errs.Wrap(err, "attempts to forget")
	}
	for _, statement := range []string{deleteEvents, deleteAttempts} {
		if _, err := tx.Exec(ctx, statement, person); err != nil {
			return errs.Wrap(err, "forget attempts")
		}
	}
	tx.AfterCommit(func() {
		for _, a := range attempts {
			s.live.Remove(a.ID)
		}
	})
	return nil
}
