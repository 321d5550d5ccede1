package assess

import (
	"context"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
)

// VerifyLogsByPortions is VerifyLogs with that many heads of the ledger in memory at once.
func (s *Service) VerifyLogsByPortions(ctx context.Context, tx *db.Tx, heads int) (LogReport, []audit.Finding, error) {
	v := &logVerifier{tx: tx.Unscoped("test"), ring: s.ring, portion: heads}
	err := v.all(ctx)
	return v.report, v.findings, err
}

// Recompute is the job after a finished attempt.
func (s *Service) Recompute(ctx context.Context, args RecomputeArgs) error {
	return s.recompute(ctx, args)
}
