package org

import (
	"context"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// PageSize is how many learners are listed at once.
const PageSize = 50

// Roll is a part of an organisation's learners, by name, as its teachers and administrators see it.
type Roll struct {
	Organisation
	Members []Member
	Total   int // learners of the whole organisation
}

// Roll returns a page (from 1) of the organisation's learners to its teachers and administrators, in the caller's transaction,
// and records who was listed. The record says too of whom the caller reads more than the name: of those who share, no other.
func (s *Service) Roll(ctx context.Context, tx *db.Tx, a identity.Actor, organisation id.ID, page int) (Roll, error) {
	skip := (max(page, 1) - 1) * PageSize
	return s.roll(ctx, tx, a, organisation, "org.list_learners", func(now int64) ([]Member, error) {
		return db.Many[Member](ctx, tx, learners, organisation, now, PageSize, skip)
	})
}

// Export is Roll for a file: the learners that come after the given one, the zero Member for the first ones.
func (s *Service) Export(ctx context.Context, tx *db.Tx, a identity.Actor, organisation id.ID, after Member) (Roll, error) {
	return s.roll(ctx, tx, a, organisation, "org.export_learners", func(now int64) ([]Member, error) {
		return db.Many[Member](ctx, tx, learnersAfter, organisation, now, PageSize, after.SortName, after.PersonID)
	})
}

func (s *Service) roll(ctx context.Context, tx *db.Tx, a identity.Actor, organisation id.ID, action string, read func(now int64) ([]Member, error)) (Roll, error) {
	if err := s.require(ctx, tx, a, organisation, Teacher, Administrator); err != nil {
		return Roll{}, err
	}
	var r Roll
	var err error
	now := s.clock.Now().UnixMicro()
	if r.Organisation, err = db.One[Organisation](ctx, tx, organisationByID, organisation); err != nil {
		return Roll{}, err
	}
	if r.Total, err = db.One[int](ctx, tx, countLearners, organisation, now); err != nil {
		return Roll{}, err
	}
	if r.Members, err = read(now); err != nil {
		return Roll{}, err
	}
	return r, s.audit.Record(ctx, tx, audit.Event{Action: action, Actor: a.Person, Org: organisation,
		Object: "organisation:" + organisation.String(), Details: map[string]any{"persons": persons(r.Members), "levels": persons(r.Sharing())}})
}

// Sharing lists those whose results the organisation may read now.
func (r Roll) Sharing() []Member {
	var out []Member
	for _, m := range r.Members {
		if m.Shared {
			out = append(out, m)
		}
	}
	return out
}

func persons(members []Member) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = m.PersonID.String()
	}
	return out
}

// Place is an organisation where a person works, with how many learners it has; the national one with how many organisations.
type Place struct {
	OrgID         id.ID
	Kind          Kind
	Name          string
	Role          Role // administrator for who is teacher too
	Learners      int
	Organisations int
}

// Places returns where the actor is teacher or administrator now.
func (s *Service) Places(ctx context.Context, a identity.Actor) ([]Place, error) {
	if !a.HasAccount() {
		return nil, nil
	}
	var out []Place
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Many[Place](ctx, tx.Unscoped("a person's own roles, in all organisations"), places, a.Person, s.clock.Now().UnixMicro())
		return err
	})
	return out, errs.Wrap(err, "places")
}
