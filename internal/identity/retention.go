package identity

import (
	"context"
	"errors"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

const deleteExpiredLogins = `DELETE FROM login WHERE expires_at <= $1`

const throttlePurge = `DELETE FROM throttle WHERE until <= $1`

// A visitor whose time is over: no account, never joined to one, no device left, first seen at least 30 days ago.
const forgettable = `SELECT p.id FROM person p WHERE p.id > $1 AND p.created_at <= $2
  AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM person_alias s WHERE s.alias_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM login l WHERE l.person_id = p.id AND l.expires_at > $3)
ORDER BY p.id LIMIT 200`

const deletePerson = `DELETE FROM person WHERE id = $1`

// PurgeExpired removes what the tables declare as kept no longer: sign-ins and throttle windows that have ended, and
// visitors 30 days after they came, with all their work. It is idempotent; a visitor that cannot be removed does not keep
// the others.
func (s *Service) PurgeExpired(ctx context.Context) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		all := tx.Unscoped("retention: over all persons")
		now := s.clock.Now().UnixMicro()
		if _, err := all.Exec(ctx, deleteExpiredLogins, now); err != nil {
			return err
		}
		_, err := all.Exec(ctx, throttlePurge, now)
		return err
	})
	return errors.Join(errs.Wrap(err, "purge sign-ins"), s.purgeVisitors(ctx))
}

func (s *Service) purgeVisitors(ctx context.Context) error {
	var failed []error
	for after := id.Nil; ; {
		visitors, err := s.forgettable(ctx, after)
		if err != nil || len(visitors) == 0 {
			return errors.Join(append(failed, errs.Wrap(err, "find visitors to forget"))...)
		}
		for _, v := range visitors {
			// An event not sealed yet keeps the visitor until the next run.
			if err := s.forget(ctx, v); err != nil && !errors.Is(err, audit.ErrUnsealed) {
				failed = append(failed, errs.Wrap(err, "forget visitor %s", v))
			}
		}
		after = visitors[len(visitors)-1]
	}
}

// forgettable returns the next visitors to forget after an id, at most 200.
func (s *Service) forgettable(ctx context.Context, after id.ID) ([]id.ID, error) {
	now := s.clock.Now()
	var visitors []id.ID
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		visitors, err = db.Many[id.ID](ctx, tx.Unscoped("retention: over all persons"), forgettable, after,
			now.Add(-visitorLogin).UnixMicro(), now.UnixMicro())
		return err
	})
	return visitors, err
}

// forget removes a visitor and their work, and destroys their key: what the ledger holds of them means nothing any more,
// and the ledger still verifies. Nobody can sign in as them meanwhile: they have no device and no account.
func (s *Service) forget(ctx context.Context, visitor id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if s.OnForget != nil {
			if err := s.OnForget(ctx, tx, visitor); err != nil {
				return err
			}
		}
		if err := s.audit.Erase(ctx, tx, visitor); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deletePerson, visitor); err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "identity.forget", Object: "person:" + visitor.String()})
	})
}
