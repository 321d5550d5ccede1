package org

import (
	"context"
	"fmt"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Appointment is a role given or ended at the command line, where the operator knows people by their address.
type Appointment struct {
	Email        string
	Organisation string // its id, or its name when no other bears it
	Role         Role
	Ends         *time.Time // nil: no end
}

// Appoint gives the role, from now to its end and no longer: a grant of it that is in force ends. It asks for no role, as
// Found does: the operator calls it. It returns the organisation.
func (s *Service) Appoint(ctx context.Context, a Appointment) (o Organisation, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		var person id.ID
		if o, person, err = s.appointed(ctx, tx, a); err != nil {
			return err
		}
		if !o.Kind.allows(a.Role) {
			return errs.New(errs.Invalid, "org.role_unknown")
		}
		if _, err := tx.Exec(ctx, endGrants, o.ID, person, a.Role, s.clock.Now().UnixMicro()); err != nil {
			return err
		}
		return s.grant(ctx, tx, id.Nil, o.ID, person, a.Role, a.Ends)
	})
	return o, err
}

// Dismiss ends the role now.
func (s *Service) Dismiss(ctx context.Context, a Appointment) (o Organisation, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		var person id.ID
		if o, person, err = s.appointed(ctx, tx, a); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, endGrants, o.ID, person, a.Role, s.clock.Now().UnixMicro())
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "org.grant_not_found")
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "org.revoke", Subject: person, Org: o.ID,
			Object: "person:" + person.String(), Details: map[string]any{"role": string(a.Role)}})
	})
	return o, err
}

// The address is the scope here: the operator acts for everybody.
const personByEmail = `SELECT person_id FROM account WHERE email = $1`

const organisationsNamed = `SELECT id, kind, name, join_code, closed_at FROM organisation WHERE name = $1 AND closed_at IS NULL ORDER BY id LIMIT 2`

// appointed finds the organisation and the person.
func (s *Service) appointed(ctx context.Context, tx *db.Tx, a Appointment) (Organisation, id.ID, error) {
	statement, key := organisationsNamed, any(a.Organisation)
	if organisation, ok := id.Parse(a.Organisation); ok {
		statement, key = organisationByID, organisation
	}
	found, err := db.Many[Organisation](ctx, tx, statement, key)
	switch {
	case err != nil:
		return Organisation{}, id.Nil, err
	case len(found) == 0 || found[0].ClosedAt != nil:
		return Organisation{}, id.Nil, errs.New(errs.NotFound, "org.not_found").Cause(
			fmt.Errorf("there is no organisation %q: write its name as the list of organisations shows it, or its id", a.Organisation))
	case len(found) > 1:
		return Organisation{}, id.Nil, errs.New(errs.Conflict, "org.not_found").Cause(
			fmt.Errorf("several organisations are named %q: give the id of the one, such as %s", a.Organisation, found[0].ID))
	}
	email := identity.Registration{Email: a.Email}.Normalised().Email
	person, ok, err := db.Maybe[id.ID](ctx, tx.Unscoped("the operator knows people by their address"), personByEmail, email)
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "org.person_not_found").Cause(
			fmt.Errorf("nobody signs in with %s: ask them to make an account first", email))
	}
	return found[0], person, err
}
