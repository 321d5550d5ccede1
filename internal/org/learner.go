package org

import (
	"context"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Join makes the actor a learner of the organisation whose code is given, and lets it read their results for a year,
// on their agreement, which they may end at any time.
func (s *Service) Join(ctx context.Context, a identity.Actor, code string) (Organisation, error) {
	if !a.HasAccount() {
		return Organisation{}, errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	code, ok := readJoinCode(code)
	if !ok {
		return Organisation{}, unknownCode()
	}
	var o Organisation
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		var found bool
		var err error
		if o, found, err = db.Maybe[Organisation](ctx, tx, organisationByCode, code); err != nil {
			return err
		}
		if !found {
			return unknownCode()
		}
		if err := s.require(ctx, tx, a, o.ID, Learner); err == nil {
			return errs.New(errs.Conflict, "org.already_joined", "name", o.Name)
		} else if !errs.Is(err, errs.NotFound) {
			return err
		}
		if err := s.grant(ctx, tx, a.Person, o.ID, a.Person, Learner, nil); err != nil {
			return err
		}
		return s.share(ctx, tx, a, o.ID)
	})
	return o, err
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

// PageSize is how many learners a page lists.
const PageSize = 50

// Learners returns a page (from 1) of the organisation's learners and their number, to its teachers and administrators.
// Who was listed is recorded.
func (s *Service) Learners(ctx context.Context, a identity.Actor, organisation id.ID, page int) ([]Member, int, error) {
	var members []Member
	var total int
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.require(ctx, tx, a, organisation, Teacher, Administrator); err != nil {
			return err
		}
		now := s.clock.Now().UnixMicro()
		var err error
		if total, err = db.One[int](ctx, tx, countLearners, organisation, now); err != nil {
			return err
		}
		members, err = db.Many[Member](ctx, tx, learners, organisation, now, PageSize, (max(page, 1)-1)*PageSize)
		if err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "org.list_learners", Actor: a.Person, Org: organisation,
			Object: "organisation:" + organisation.String(), Details: map[string]any{"persons": persons(members)}})
	})
	return members, total, err
}

func persons(members []Member) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = m.PersonID.String()
	}
	return out
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
