package org

import (
	"slices"
	"strings"
	"testing"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func TestAnInstallationIsFoundedOnce(t *testing.T) {
	each(t, func(f *fixture) {
		other := f.person("Other")
		_, err := f.s.Found(f.Context(), "Une autre", other.Person)
		f.refused(err, "org.already_founded")
		f.refused(f.s.RequireNational(f.Context(), other, Administrator), "org.forbidden")
		if err := f.s.RequireNational(f.Context(), f.chief, Administrator); err != nil {
			f.Errorf("the first administrator: %v", err)
		}
	})
}

func TestFoundingForNobodyFoundsNothing(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	f.exec("DELETE FROM role_grant")
	f.exec("DELETE FROM organisation")
	_, err := f.s.Found(t.Context(), "Administration", id.New(start))
	f.refused(err, "org.person_not_found")
	if n := many[int](f, "SELECT COUNT(*) FROM organisation")[0]; n != 0 {
		t.Errorf("%d organisations", n)
	}
	f.refused(f.s.RequireNational(t.Context(), f.chief, Administrator), "org.forbidden")
}

func TestOnlyNationalAdministratorsCreateAndListOrganisations(t *testing.T) {
	each(t, func(f *fixture) {
		for _, a := range []identity.Actor{f.person("P"), f.staff(f.school, Administrator), f.staff(f.school, Teacher)} {
			_, err := f.s.Create(f.Context(), a, School, "X")
			f.refused(err, "org.forbidden")
			_, err = f.s.List(f.Context(), a)
			f.refused(err, "org.forbidden")
		}
		_, err := f.s.Create(f.Context(), identity.Actor{}, School, "X")
		f.refused(err, "identity.sign_in_first")
		all, err := f.s.List(f.Context(), f.chief)
		if err != nil || len(all) != 2 {
			f.Errorf("listed %v, %v", all, err)
		}
		if n := many[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = 'org.create'")[0]; n != 2 {
			f.Errorf("%d creations recorded, want 2", n)
		}
	})
}

func TestOrganisationsAreChecked(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	cases := []struct {
		kind       Kind
		name, code string
	}{
		{School, " ", "org.name_missing"},
		{School, strings.Repeat("é", 201), "org.name_long"},
		{School, "IFSI\x00", "org.name_invalid"},
		{School, "IFSI\xff", "org.name_invalid"},
		{National, "Une seconde nation", "org.kind_unknown"},
		{"club", "Un club", "org.kind_unknown"},
	}
	for _, c := range cases {
		_, err := f.s.Create(t.Context(), f.chief, c.kind, c.name)
		f.fault(err, c.code)
	}
	if o := f.create(Employer, "  CHU   de Lille "); o.Name != "CHU de Lille" {
		t.Errorf("named %q", o.Name)
	}
}

func TestToWhoHoldsNoRoleAnOrganisationDoesNotExist(t *testing.T) {
	each(t, func(f *fixture) {
		elsewhere := f.create(School, "IFSI du Sud")
		for _, o := range []id.ID{f.school.ID, id.New(start)} {
			_, err := f.s.Get(f.Context(), f.staff(elsewhere, Administrator), o)
			f.refused(err, "org.not_found")
		}
		o, err := f.s.Get(f.Context(), f.staff(f.school, Learner), f.school.ID)
		if err != nil || o.Name != "IFSI du Nord" {
			f.Errorf("a learner's own school: %v, %v", o, err)
		}
		f.refused(f.s.Require(f.Context(), identity.Actor{}, f.school.ID, Learner), "identity.sign_in_first")
		visitor := f.staff(f.school, Teacher)
		visitor.Visitor = true
		f.refused(f.s.Require(f.Context(), visitor, f.school.ID, Teacher), "identity.sign_in_first")
	})
}

func TestARoleIsEffectiveAtTheNextRequestAndUntilItIsRevoked(t *testing.T) {
	each(t, func(f *fixture) {
		a := f.person("Teacher")
		allowed := func() bool { return f.s.Require(f.Context(), a, f.school.ID, Teacher) == nil }
		if allowed() {
			f.Fatal("allowed before the grant")
		}
		f.grant(f.school, a, Teacher, nil)
		f.grant(f.school, a, Teacher, nil)
		if !allowed() {
			f.Error("refused after the grant")
		}
		if f.s.Require(f.Context(), a, f.school.ID, Administrator) == nil {
			f.Error("a teacher passes for an administrator")
		}
		if err := f.s.Revoke(f.Context(), f.chief, f.school.ID, a.Person, Teacher); err != nil {
			f.Fatal(err)
		}
		if allowed() {
			f.Error("allowed after the revocation, though granted twice")
		}
		f.refused(f.s.Revoke(f.Context(), f.chief, f.school.ID, a.Person, Teacher), "org.grant_not_found")
		got := many[string](f, "SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY action", a.Person)
		if !slices.Equal(got, []string{"org.grant", "org.grant", "org.revoke"}) {
			f.Errorf("recorded %v", got)
		}
	})
}

func TestAGrantHoldsBetweenItsDatesOnly(t *testing.T) {
	each(t, func(f *fixture) {
		a := f.person("Teacher")
		ends := start.Add(2 * time.Hour)
		f.grant(f.school, a, Teacher, &ends)
		starts := start.Add(time.Hour)
		f.exec("UPDATE role_grant SET starts_at = $2 WHERE person_id = $1", a.Person, starts.UnixMicro())
		at := func(now time.Time, want bool) {
			f.Helper()
			f.clock.Set(now)
			member, err := f.s.Memberships(f.Context(), a)
			if err != nil {
				f.Fatal(err)
			}
			if got := f.s.Require(f.Context(), a, f.school.ID, Teacher) == nil; got != want || (len(member) == 1) != want {
				f.Errorf("at %v allowed %v, memberships %v, want %v", now, got, member, want)
			}
		}
		at(starts.Add(-time.Microsecond), false)
		at(starts, true)
		at(ends.Add(-time.Microsecond), true)
		at(ends, false)
	})
}

func TestInAClosedOrganisationNobodyHoldsARole(t *testing.T) {
	each(t, func(f *fixture) {
		a := f.staff(f.school, Administrator)
		f.exec("UPDATE organisation SET closed_at = $2 WHERE id = $1", f.school.ID, start.UnixMicro())
		f.refused(f.s.Require(f.Context(), a, f.school.ID, Administrator), "org.not_found")
		_, err := f.s.Join(f.Context(), f.person("L"), f.school.JoinCode)
		f.fault(err, "org.code_unknown")
		if m, err := f.s.Memberships(f.Context(), a); err != nil || len(m) != 0 {
			f.Errorf("memberships %v, %v", m, err)
		}
	})
}

func TestRolesAreGrantedByAdministratorsOfThePlaceAndFitItsKind(t *testing.T) {
	each(t, func(f *fixture) {
		elsewhere := f.create(School, "IFSI du Sud")
		order := f.create(Order, "Ordre")
		admin, p := f.staff(f.school, Administrator), f.person("P")
		grant := func(a identity.Actor, o id.ID, role Role) error {
			return f.s.Grant(f.Context(), a, o, p.Person, role, nil)
		}
		if err := grant(admin, f.school.ID, Teacher); err != nil {
			f.Errorf("an administrator in their school: %v", err)
		}
		f.refused(grant(admin, elsewhere.ID, Teacher), "org.not_found")
		f.refused(grant(f.staff(f.school, Teacher), f.school.ID, Teacher), "org.not_found")
		f.refused(grant(identity.Actor{}, f.school.ID, Teacher), "identity.sign_in_first")
		f.refused(grant(f.chief, id.New(start), Teacher), "org.not_found")
		f.refused(f.s.Grant(f.Context(), f.chief, f.school.ID, id.New(start), Teacher, nil), "org.person_not_found")
		for _, role := range []Role{Officer, Author, Psychometrician, Operator, "king"} {
			f.refused(grant(f.chief, f.school.ID, role), "org.role_unknown")
		}
		if err := grant(f.chief, order.ID, Officer); err != nil {
			f.Errorf("an officer of an order: %v", err)
		}
		f.refused(f.s.Revoke(f.Context(), admin, elsewhere.ID, p.Person, Teacher), "org.not_found")
	})
}

func TestErrorsOfTheDatabaseAreNotTakenForAMissingPerson(t *testing.T) {
	if err := unknownPerson(nil); err != nil {
		t.Error(err)
	}
	if err := unknownPerson(errs.New(errs.Conflict, "x")); !errs.HasCode(err, "x") {
		t.Errorf("got %v", err)
	}
}

// A missing column stands for any failure of the database, such as a conflict after which the transaction runs again.
func TestAFailureToFindTheNationalOrganisationIsNotSaidToBeAnUnknownOne(t *testing.T) {
	each(t, func(f *fixture) {
		l := f.person("Learner")
		f.refused(f.s.Grant(f.Context(), l, f.school.ID, l.Person, Teacher, nil), "org.not_found")
		f.exec("ALTER TABLE organisation RENAME COLUMN join_code TO join_code_away")
		if err := f.s.Grant(f.Context(), l, f.school.ID, l.Person, Teacher, nil); !errs.Is(err, errs.Internal) {
			f.Errorf("got %v, want the database's error", err)
		}
	})
}
