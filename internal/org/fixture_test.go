package org

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// fixture is an installation with its national administrator and one school.
type fixture struct {
	*testing.T
	db     *db.DB
	clock  *clock.Manual
	s      *Service
	n      int
	chief  identity.Actor // national administrator
	school Organisation
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	c := clock.NewManual(start)
	ring, err := keyring.Open(filepath.Join(t.TempDir(), "keys"), "", c)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{T: t, db: d, clock: c, s: New(d, c, audit.New(c, ring, d, filepath.Join(t.TempDir(), "ledger")))}
	f.chief = f.person("Chief")
	if _, err := f.s.Found(t.Context(), "Administration nationale", f.chief.Person); err != nil {
		t.Fatal(err)
	}
	f.school = f.create(School, "IFSI du Nord")
	return f
}

func each(t *testing.T, f func(f *fixture)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) { f(newFixture(t, d)) })
}

// person makes somebody with an account, without the cost of a password's hash.
func (f *fixture) person(name string) identity.Actor {
	f.Helper()
	f.n++
	a := identity.Actor{Person: id.New(f.clock.Now()), Name: name, Email: fmt.Sprintf("p%d@example.org", f.n)}
	f.exec("INSERT INTO person (id, created_at) VALUES ($1, 0)", a.Person)
	f.exec("INSERT INTO account (person_id, email, name, sort_name, password_hash, lang, created_at, version) VALUES ($1, $2, $3, $3, '', 'fr', 0, 1)", a.Person, a.Email, name)
	return a
}

func (f *fixture) exec(statement string, args ...any) {
	f.Helper()
	err := f.db.Write(f.Context(), func(tx *db.Tx) error {
		_, err := tx.Unscoped("test").Exec(f.Context(), statement, args...)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

func many[T any](f *fixture, statement string, args ...any) []T {
	f.Helper()
	var out []T
	err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Many[T](f.Context(), tx.Unscoped("test"), statement, args...)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return out
}

func (f *fixture) create(kind Kind, name string) Organisation {
	f.Helper()
	o, err := f.s.Create(f.Context(), f.chief, kind, name)
	if err != nil {
		f.Fatal(err)
	}
	return o
}

func (f *fixture) grant(o Organisation, person identity.Actor, role Role, ends *time.Time) {
	f.Helper()
	if err := f.s.Grant(f.Context(), f.chief, o.ID, person.Person, role, ends); err != nil {
		f.Fatal(err)
	}
}

// staff makes somebody who holds a role in an organisation.
func (f *fixture) staff(o Organisation, role Role) identity.Actor {
	f.Helper()
	a := f.person(string(role))
	f.grant(o, a, role, nil)
	return a
}

func (f *fixture) join(o Organisation, a identity.Actor) {
	f.Helper()
	if _, err := f.s.Join(f.Context(), a, o.JoinCode); err != nil {
		f.Fatal(err)
	}
}

// list asks for a page of learners as Roll's callers do.
func (f *fixture) list(a identity.Actor, o id.ID, page int) ([]Member, int, error) {
	f.Helper()
	var r Roll
	err := f.db.Write(f.Context(), func(tx *db.Tx) (err error) {
		r, err = f.s.Roll(f.Context(), tx, a, o, page)
		return err
	})
	return r.Members, r.Total, err
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// read asks for a learner's results as Reader's callers do.
func (f *fixture) read(a identity.Actor, o, person id.ID) (m Member, err error) {
	f.Helper()
	err = f.db.Read(f.Context(), func(tx *db.Tx) error {
		m, err = f.s.Reader(f.Context(), tx, a, o, person)
		return err
	})
	return m, err
}

func (f *fixture) refused(err error, code string) {
	f.Helper()
	if !errs.HasCode(err, code) {
		f.Errorf("got error %v, want %s", err, code)
	}
}

// fault checks the only faulty field of a form.
func (f *fixture) fault(err error, code string) {
	f.Helper()
	if err == nil || len(errs.As(err).Fields) != 1 || errs.As(err).Fields[0].Code != code {
		f.Errorf("got error %v, want the fault %s", err, code)
	}
}
