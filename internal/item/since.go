package item

import (
	"context"
	"time"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
)

const releaseSince = `SELECT published_at FROM bank_release WHERE sha256 = $1`

// Since returns when a release was published first. NotFound when there is none under that digest.
func (s *Service) Since(ctx context.Context, sha string) (time.Time, error) {
	var at int64
	var found bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		at, found, err = db.Maybe[int64](ctx, tx, releaseSince, sha)
		return err
	})
	switch {
	case err != nil:
		return time.Time{}, errs.Wrap(err, "release %s", sha)
	case !found:
		return time.Time{}, errs.New(errs.NotFound, "item.release_not_found", "release", sha)
	}
	return time.UnixMicro(at).UTC(), nil
}
