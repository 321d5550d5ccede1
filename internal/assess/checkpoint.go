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
func (s *Service) Checkpoint(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		moved, err := db.Many[Event](ctx, tx.Unscoped("the ledger covers all persons"), progress,
			now.Add(-2*time.Minute).UnixMicro(), now.UnixMicro())
		if err != nil || len(moved) == 0 {
			return err
		}
		heads := make([]head, len(moved))
		for i, e := range moved {
			heads[i] = head{e.AttemptID.String(), e.Seq, hex.EncodeToString(e.Commitment)}
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "assess.heads", Object: "attempts", Details: map[string]any{"heads": heads}})
	})
}

// head is where an attempt's log stood.
type head struct {
	Attempt string `json:"attempt"`
	Seq     int    `json:"seq"`
	Head    string `json:"head"`
}
