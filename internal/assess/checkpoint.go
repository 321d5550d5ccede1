package assess

import (
	"context"
	"encoding/hex"
	"time"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
)

// Checkpoint puts the heads of the open attempts that moved in the last minutes into the audit ledger, in one event, so
// that even an open log cannot be shortened unseen. Finished attempts have their head in their own event.
//
// The heads are read before the transaction that records them: an exam has tens of thousands of them, and reading them while
// holding SQLite's only writer would make every answer wait. An event once written does not change.
func (s *Service) Checkpoint(ctx context.Context) error {
	now := s.clock.Now()
	var moved []Event
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		moved, err = db.Many[Event](ctx, tx.Unscoped("the ledger covers all persons"), progress,
			now.Add(-2*time.Minute).UnixMicro(), now.UnixMicro())
		return err
	})
	if err != nil || len(moved) == 0 {
		return err
	}
	heads := make([]head, len(moved))
	for i, e := range moved {
		heads[i] = head{e.AttemptID.String(), e.Seq, hex.EncodeToString(e.Commitment)}
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return s.audit.Record(ctx, tx, audit.Event{Action: "assess.heads", Object: "attempts", Details: map[string]any{"heads": heads}})
	})
}

// head is where an attempt's log stood.
type head struct {
	Attempt string `json:"attempt"`
	Seq     int    `json:"seq"`
	Head    string `json:"head"`
}
