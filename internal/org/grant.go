package org

import (
	"context"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Grant gives a person a role in an organisation until ends (nil: no end). Its administrators may, and national ones.
func (s *Service) Grant(ctx context.Context, a identity.Actor, organisation, person id.ID, role Role, ends *time.Time) error {
	return unknownPerson(s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := s.managed(ctx, tx, a, organisation)
		if err != nil {
			return err
		}
		if !o.Kind.allows(role) {
			return errs.New(errs.Invalid, "org.role_unknown")
		}
		return s.grant(ctx, tx, a.Person, organisation, person, role, ends)
	}))
}

// unknownPerson says who is missing when a grant names somebody who does not exist.
func unknownPerson(err error) error {
	if c := db.Violated(err); c == "fk" || c == "fk_role_grant_person" {
		return errs.New(errs.NotFound, "org.person_not_found").Cause(err)
	}
	return err
}

func (s *Service) grant(ctx context.Context, tx *db.Tx, by, organisation, person id.ID, role Role, ends *time.Time) error {
	now := s.clock.Now()
	var until *int64
	if ends != nil {
		u := ends.UnixMicro()
		until = &u
	}
	if _, err := tx.Exec(ctx, insertGrant, organisation, id.New(now), person, role, now.UnixMicro(), until, by); err != nil {
		return err
	}
	return s.audit.Record(ctx, tx, audit.Event{Action: "org.grant", Actor: by, Subject: person, Org: organisation,
		Object: "person:" + person.String(), Details: map[string]any{"role": string(role)}})
}

// Revoke ends a person's role in an organisation now; it takes effect at the next request.
func (s *Service) Revoke(ctx context.Context, a identity.Actor, organisation, person id.ID, role Role) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.managed(ctx, tx, a, organisation); err != nil {
			return err
		}
		return s.revoke(ctx, tx, a.Person, organisation, person, role)
	})
}

func (s *Service) revoke(ctx context.Context, tx *db.Tx, by, organisation, person id.ID, role Role) error {
	n, err := tx.Exec(ctx, endGrants, organisation, person, role, s.clock.Now().UnixMicro())
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.NotFound, "org.grant_not_found")
	}
	return s.audit.Record(ctx, tx, audit.Event{Action: "org.revoke", Actor: by, Subject: person, Org: organisation,
		Object: "person:" + person.String(), Details: map[string]any{"role": string(role)}})
}

// managed returns the organisation to its administrators and to national ones.
func (s *Service) managed(ctx context.Context, tx *db.Tx, a identity.Actor, organisation id.ID) (Organisation, error) {
	err := s.require(ctx, tx, a, organisation, Administrator)
	if errs.Is(err, errs.NotFound) {
		// Who is refused here too is told that there is none; a failure stays what it is, so that a transaction runs again.
		if national := s.requireNational(ctx, tx, a, Administrator); !errs.Is(national, errs.Forbidden) {
			err = national
		}
	}
	if err != nil {
		return Organisation{}, err
	}
	o, found, err := db.Maybe[Organisation](ctx, tx, organisationByID, organisation)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "org.not_found")
	}
	return o, err
}
