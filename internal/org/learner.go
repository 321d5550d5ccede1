package org

import (
	"context"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Joined is what entering an organisation's code did.
type Joined struct {
	Organisation
	Again bool // the actor was a learner there, and shares once more
}

// Join makes the actor a learner of the organisation whose code is given, and lets it read their results for a year,
// on their agreement, which they may end at any time. Who is a learner there and shares no longer renews the agreement.
func (s *Service) Join(ctx context.Context, a identity.Actor, code string) (Joined, error) {
	var i Invitation
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if i, err = s.invitation(ctx, tx, a, code); err != nil {
			return err
		}
		if !i.Again {
			if err := s.grant(ctx, tx, a.Person, i.ID, a.Person, Learner, nil); err != nil {
				return err
			}
		}
		if i.shared {
			return nil
		}
		return s.share(ctx, tx, a, i.ID)
	})
	return Joined{i.Organisation, i.Again}, err
}

// Invitation is what entering a code would do: who asks, and until when they would read the results.
type Invitation struct {
	Organisation
	Again  bool // the actor is a learner there, and would share once more
	EndsAt int64

	shared bool // the actor shares already, without being a learner there
}

// Invitation says what the code would do, without doing it, so that a person knows to whom they agree.
func (s *Service) Invitation(ctx context.Context, a identity.Actor, code string) (i Invitation, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		i, err = s.invitation(ctx, tx, a, code)
		return err
	})
	return i, err
}

func (s *Service) invitation(ctx context.Context, tx *db.Tx, a identity.Actor, typed string) (Invitation, error) {
	if !a.HasAccount() {
		return Invitation{}, errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	code, ok := readJoinCode(typed)
	if !ok {
		return Invitation{}, unknownCode()
	}
	o, found, err := db.Maybe[Organisation](ctx, tx, organisationByCode, code)
	if err != nil {
		return Invitation{}, err
	}
	if !found {
		return Invitation{}, unknownCode()
	}
	err = s.require(ctx, tx, a, o.ID, Learner)
	learns := err == nil
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Invitation{}, err
	}
	now := s.clock.Now()
	shares, err := db.One[int](ctx, tx, countShares, o.ID, a.Person, now.UnixMicro())
	if err == nil && learns && shares > 0 {
		err = errs.New(errs.Conflict, "org.already_joined", "name", o.Name)
	}
	return Invitation{Organisation: o, Again: learns, EndsAt: now.Add(ShareLength).UnixMicro(), shared: shares > 0}, err
}

func unknownCode() error {
	var c errs.Collect
	c.Add("code", "org.code_unknown")
	return c.Err()
}

func (s *Service) share(ctx context.Context, tx *db.Tx, a identity.Actor, organisation id.ID) error {
	now := s.clock.Now()
	if _, err := tx.Exec(ctx, insertShare, organisation, id.New(now), a.Person, Consent, now.UnixMicro(), now.Add(ShareLength).UnixMicro()); err != nil {
		return err
	}
	return s.audit.Record(ctx, tx, audit.Event{Action: "org.share", Actor: a.Person, Subject: a.Person, Org: organisation,
		Object: "organisation:" + organisation.String(), Details: map[string]any{"ground": string(Consent)}})
}

// Shares returns who may read the actor's results now.
func (s *Service) Shares(ctx context.Context, a identity.Actor) ([]Share, error) {
	var out []Share
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Many[Share](ctx, tx.Unscoped("a person's own shares, with all organisations"), sharesOf, a.Person, s.clock.Now().UnixMicro())
		return err
	})
	return out, errs.Wrap(err, "shares")
}

// Unshared returns the organisations that the actor is a learner of and that may not read their results now.
func (s *Service) Unshared(ctx context.Context, a identity.Actor) ([]Organisation, error) {
	var out []Organisation
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Many[Organisation](ctx, tx.Unscoped("a person's own organisations"), unshared, a.Person, s.clock.Now().UnixMicro())
		return err
	})
	return out, errs.Wrap(err, "organisations without a share")
}

// EndShare stops an organisation from reading the actor's results, from the next request on. A share that a programme
// makes compulsory cannot be ended.
func (s *Service) EndShare(ctx context.Context, a identity.Actor, organisation, share id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, endShare, organisation, share, a.Person, s.clock.Now().UnixMicro())
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "org.share_not_found")
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "org.end_share", Actor: a.Person, Subject: a.Person, Org: organisation,
			Object: "organisation:" + organisation.String()})
	})
}

// Reader checks, in the caller's transaction, that the actor may read the person's results in the name of the
// organisation: teacher or administrator there, of a learner there, under a share in force. It returns the learner.
func (s *Service) Reader(ctx context.Context, tx *db.Tx, a identity.Actor, organisation, person id.ID) (Member, error) {
	if err := s.require(ctx, tx, a, organisation, Teacher, Administrator); err != nil {
		return Member{}, err
	}
	m, found, err := db.Maybe[Member](ctx, tx, learner, organisation, person, s.clock.Now().UnixMicro())
	if err != nil {
		return Member{}, err
	}
	if !found || !m.Shared {
		return Member{}, errs.New(errs.NotFound, "org.learner_not_found")
	}
	return m, nil
}
