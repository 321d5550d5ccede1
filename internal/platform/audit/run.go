package audit

import (
	"context"
	"log/slog"
	"time"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
)

const (
	sealPeriod   = time.Second
	releaseLimit = 5 * time.Second
)

// Run seals every second until ctx ends, then lets another process take over at once. A failure is logged and tried
// again a second later.
func (l *Log) Run(ctx context.Context, log *slog.Logger) {
	clock.Every(ctx, sealPeriod, func(ctx context.Context) {
		for n := sealBatch; n == sealBatch; {
			var err error
			if n, err = l.Seal(ctx); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "audit log not sealed", "error", err)
			}
		}
	})
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseLimit)
	defer cancel()
	if err := l.release(ending); err != nil {
		log.ErrorContext(ending, "audit lease not released", "error", err)
	}
}

const releaseLease = "UPDATE lease SET until = 0 WHERE name = 'audit-seal' AND holder = $1"

func (l *Log) release(ctx context.Context) error {
	return l.db.Append(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, releaseLease, l.holder)
		return err
	})
}

// Lag is how far sealing is behind.
type Lag struct {
	// Unsealed is the number of events recorded and not yet sealed.
	Unsealed int64
	// Oldest is the age of the oldest of them, 0 when there are none.
	Oldest time.Duration
}

const selectLag = "SELECT count(*) AS unsealed, min(at) AS oldest FROM audit_pending"

// Lag counts what waits to be sealed, for metrics and readiness. It reads only the queue.
func (l *Log) Lag(ctx context.Context) (Lag, error) {
	type row struct {
		Unsealed int64
		Oldest   *int64
	}
	var r row
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = db.One[row](ctx, tx, selectLag)
		return err
	})
	if err != nil || r.Oldest == nil {
		return Lag{}, err
	}
	return Lag{Unsealed: r.Unsealed, Oldest: max(0, l.clock.Now().Sub(time.UnixMicro(*r.Oldest)))}, nil
}
