package identity

import (
	"context"
	"errors"
	"time"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

const deleteExpiredLogins = `DELETE FROM login WHERE expires_at <= $1`

const throttlePurge = `DELETE FROM throttle WHERE until <= $1`

// Who is old enough to be forgotten and has an account, or was joined to one, stays until erasure and is not looked at again.
const settle = `UPDATE person SET settled = TRUE WHERE id IN (SELECT p.id FROM person p WHERE NOT p.settled AND p.created_at <= $1
  AND (EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id) OR EXISTS (SELECT 1 FROM person_alias s WHERE s.alias_id = p.id))
ORDER BY p.created_at, p.id LIMIT 500)`

// A visitor whose time is over: no account, never joined to one, no device left, first seen at least 30 days ago.
const forgettable = `SELECT p.id, p.created_at FROM person p WHERE NOT p.settled AND p.created_at <= $1 AND (p.created_at, p.id) > ($2, $3)
  AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM person_alias s WHERE s.alias_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM login l WHERE l.person_id = p.id AND l.expires_at > $4)
ORDER BY p.created_at, p.id LIMIT 200`

const deletePerson = `DELETE FROM person WHERE id = $1`

// purgeTime is how long one purge goes on with forgetting visitors: on SQLite it keeps the other jobs waiting. The next one
// goes on.
const purgeTime = 30 * time.Second

// PurgeExpired removes what the tables declare as kept no longer: sign-ins and throttle windows that have ended, and
// visitors 30 days after their last visit, with all their work. It is idempotent; a visitor that cannot be removed does not
// keep the others.
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
	return errors.Join(errs.Wrap(err, "purge sign-ins"), errs.Wrap(s.settle(ctx), "settle persons"), s.purgeVisitors(ctx))
}

// settle takes those who stay out of the index that the purge reads, few at a time: answers wait for each.
func (s *Service) settle(ctx context.Context) error {
	for n := int64(1); n > 0; {
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = tx.Unscoped("retention: over all persons").Exec(ctx, settle, s.clock.Now().Add(-visitorLogin).UnixMicro())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type forgettableVisitor struct {
	ID        id.ID
	CreatedAt int64
}

func (s *Service) purgeVisitors(ctx context.Context) error {
	var failed []error
	enough, cancel := context.WithTimeout(ctx, purgeTime)
	defer cancel()
	for after := (forgettableVisitor{}); enough.Err() == nil; {
		visitors, err := s.forgettable(ctx, after)
		if err != nil || len(visitors) == 0 {
			return errors.Join(append(failed, errs.Wrap(err, "find visitors to forget"))...)
		}
		for _, v := range visitors {
			// An event not sealed yet keeps the visitor until the next run.
			if err := s.forget(ctx, v.ID); err != nil && !errors.Is(err, audit.ErrUnsealed) {
				failed = append(failed, errs.Wrap(err, "forget visitor %s", v.ID))
			}
		}
		after = visitors[len(visitors)-1]
	}
	return errors.Join(failed...)
}

// forgettable returns the next visitors to forget after one, at most 200.
func (s *Service) forgettable(ctx context.Context, after forgettableVisitor) ([]forgettableVisitor, error) {
	now := s.clock.Now()
	var visitors []forgettableVisitor
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		visitors, err = db.Many[forgettableVisitor](ctx, tx.Unscoped("retention: over all persons"), forgettable,
			now.Add(-visitorLogin).UnixMicro(), after.CreatedAt, after.ID, now.UnixMicro())
		return err
	})
	return visitors, err
}

// forget destroys a visitor's key and removes them and their work: what the ledger holds of them means nothing any more, and
// the ledger still verifies. The key goes first: the database lets answers go under a destroyed key only. Nobody can sign in
// as them meanwhile: they have no device and no account.
func (s *Service) forget(ctx context.Context, visitor id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.audit.Erase(ctx, tx, visitor); err != nil {
			return err
		}
		if s.OnForget != nil {
			if err := s.OnForget(ctx, tx, visitor); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, deletePerson, visitor)
		return err
	})
}
