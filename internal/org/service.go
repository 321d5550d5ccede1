package org

import (
	"context"
	"slices"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Service is the entry to organisations, roles and shares.
type Service struct {
	db    *db.DB
	clock clock.Clock
	audit *audit.Log
}

// New returns the service.
func New(d *db.DB, c clock.Clock, log *audit.Log) *Service {
	return &Service{db: d, clock: c, audit: log}
}

// Memberships returns the actor's roles in force, in all organisations.
func (s *Service) Memberships(ctx context.Context, a identity.Actor) ([]Membership, error) {
	if !a.HasAccount() {
		return nil, nil
	}
	var out []Membership
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Many[Membership](ctx, tx.Unscoped("a person's own roles, in all organisations"), memberships, a.Person, s.clock.Now().UnixMicro())
		return err
	})
	return out, errs.Wrap(err, "memberships")
}

// Require returns nil when the actor holds one of the roles in the organisation now. To anybody else the organisation
// does not exist.
func (s *Service) Require(ctx context.Context, a identity.Actor, organisation id.ID, roles ...Role) error {
	return s.db.Read(ctx, func(tx *db.Tx) error { return s.require(ctx, tx, a, organisation, roles...) })
}

func (s *Service) require(ctx context.Context, tx *db.Tx, a identity.Actor, organisation id.ID, roles ...Role) error {
	if !a.HasAccount() {
		return errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	held, err := db.Many[Role](ctx, tx, rolesInOrganisation, organisation, a.Person, s.clock.Now().UnixMicro())
	if err != nil {
		return errs.Wrap(err, "roles")
	}
	for _, r := range held {
		if slices.Contains(roles, r) {
			return nil
		}
	}
	return errs.New(errs.NotFound, "org.not_found")
}

// RequireNational returns nil when the actor holds one of the roles in the national organisation now.
func (s *Service) RequireNational(ctx context.Context, a identity.Actor, roles ...Role) error {
	return s.db.Read(ctx, func(tx *db.Tx) error { return s.requireNational(ctx, tx, a, roles...) })
}

func (s *Service) requireNational(ctx context.Context, tx *db.Tx, a identity.Actor, roles ...Role) error {
	if !a.HasAccount() {
		return errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	national, found, err := db.Maybe[Organisation](ctx, tx, nationalOrganisation)
	if err != nil {
		return errs.Wrap(err, "national organisation")
	}
	if !found {
		return errs.New(errs.Forbidden, "org.forbidden")
	}
	if err := s.require(ctx, tx, a, national.ID, roles...); errs.Is(err, errs.NotFound) {
		return errs.New(errs.Forbidden, "org.forbidden")
	} else if err != nil {
		return err
	}
	return nil
}

// Get returns an organisation to those who hold a role in it.
func (s *Service) Get(ctx context.Context, a identity.Actor, organisation id.ID) (Organisation, error) {
	var o Organisation
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if err := s.require(ctx, tx, a, organisation, Roles()...); err != nil {
			return err
		}
		var err error
		o, err = db.One[Organisation](ctx, tx, organisationByID, organisation)
		return err
	})
	return o, err
}

// List returns all organisations, to national administrators.
func (s *Service) List(ctx context.Context, a identity.Actor) ([]Listed, error) {
	var out []Listed
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if err := s.requireNational(ctx, tx, a, Administrator); err != nil {
			return err
		}
		var err error
		out, err = db.Many[Listed](ctx, tx.Unscoped("the national administration counts everybody's learners"), organisations, a.Person, s.clock.Now().UnixMicro())
		return err
	})
	return out, err
}

// Found creates the national organisation with its first administrator, once, when an installation is set up. It asks
// for no role: the operator calls it from the command line.
func (s *Service) Found(ctx context.Context, name string, administrator id.ID) (Organisation, error) {
	var o Organisation
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, found, err := db.Maybe[Organisation](ctx, tx, nationalOrganisation); err != nil || found {
			return orConflict(err, "org.already_founded")
		}
		var err error
		if o, err = s.create(ctx, tx, id.Nil, National, name); err != nil {
			return err
		}
		return s.grant(ctx, tx, id.Nil, o.ID, administrator, Administrator, nil)
	})
	return o, unknownPerson(err)
}

func orConflict(err error, code string) error {
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, code)
}

// Create registers an organisation; national administrators may.
func (s *Service) Create(ctx context.Context, a identity.Actor, kind Kind, name string) (Organisation, error) {
	if kind != School && kind != Order && kind != Employer {
		var c errs.Collect
		c.Add("kind", "org.kind_unknown")
		return Organisation{}, c.Err()
	}
	var o Organisation
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.requireNational(ctx, tx, a, Administrator); err != nil {
			return err
		}
		var err error
		o, err = s.create(ctx, tx, a.Person, kind, name)
		return err
	})
	return o, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, by id.ID, kind Kind, name string) (Organisation, error) {
	name, err := checkName(name)
	if err != nil {
		return Organisation{}, err
	}
	now := s.clock.Now()
	o := Organisation{ID: id.New(now), Kind: kind, Name: name, JoinCode: newJoinCode()}
	if _, err := tx.Exec(ctx, insertOrganisation, o.ID, o.Kind, o.Name, o.JoinCode, now.UnixMicro()); err != nil {
		return o, err
	}
	return o, s.audit.Record(ctx, tx, audit.Event{Action: "org.create", Actor: by, Org: o.ID,
		Object: "organisation:" + o.ID.String(), Details: map[string]any{"kind": string(kind), "name": name}})
}
