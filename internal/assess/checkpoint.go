package assess

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// overlap is how far a checkpoint goes back before the last one: longer than an event can take from its instant to its
// commit, through a full queue (4 batches of commitTimeout) and a request's own deadline.
const overlap = 2 * time.Minute

// headsPerEvent bounds one event of the ledger, about 130 bytes a head, and how long answers wait for it on SQLite.
const headsPerEvent = 5000

// Checkpoint puts the heads of the open attempts that moved since the last one into the audit ledger, so that even an open
// log cannot be shortened unseen. Finished attempts have their head in their own event. The ledger also says up to when the
// heads were taken: after a stop, or a job that came late, the next checkpoint goes on from there.
//
// The heads are read before the transaction that records them: an exam has tens of thousands of them, and reading them while
// holding SQLite's only writer would make every answer wait. An event once written does not change.
func (s *Service) Checkpoint(ctx context.Context) error {
	now := s.clock.Now().UnixMicro()
	var before int64
	var heads []head
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		tx = tx.Unscoped("the ledger covers all persons")
		if before, err = covered(ctx, tx); err != nil {
			return err
		}
		heads = nil
		return db.Each(ctx, tx, func(e movedLog) error {
			heads = append(heads, head{e.AttemptID.String(), e.Seq, hex.EncodeToString(e.Commitment)})
			return nil
		}, progress, min(before, now)-overlap.Microseconds(), now)
	})
	for err == nil && len(heads) > 0 {
		details := headsDetails{heads, now}
		if len(heads) > headsPerEvent { // only the last of several moves the instant
			details = headsDetails{heads[:headsPerEvent], before}
		}
		heads = heads[len(details.Heads):]
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			return s.audit.Record(ctx, tx, audit.Event{Action: "assess.heads", Object: "attempts", Details: details})
		})
	}
	return errs.Wrap(err, "heads of the open logs")
}

type movedLog struct {
	AttemptID  id.ID
	Seq        int
	Commitment []byte
}

// headsDetails is what the ledger holds of a checkpoint.
type headsDetails struct {
	Heads []head `json:"heads"`
	Until int64  `json:"until"` // every event of an open log up to here is under a head, but for those not committed yet
}

// head is where an attempt's log stood.
type head struct {
	Attempt string `json:"attempt"`
	Seq     int    `json:"seq"`
	Head    string `json:"head"`
}

// covered returns the instant up to which the last checkpoint took the heads; 0 where none did.
func covered(ctx context.Context, tx *db.Tx) (int64, error) {
	text, found, err := db.Maybe[string](ctx, tx, lastHeads)
	if err != nil || !found {
		return 0, err
	}
	var last headsDetails
	if json.Unmarshal([]byte(text), &last) != nil {
		return 0, nil // altered, which verification reports: everything is taken again
	}
	return last.Until, nil
}
