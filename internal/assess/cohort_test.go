package assess_test

import (
	"encoding/json"
	"slices"
	"testing"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/testkit"
)

// school founds a school with one teacher.
func (s *stack) school(t *testing.T) (org.Organisation, identity.Actor) {
	t.Helper()
	teacher := s.account(t, "Sacha Fictif", "sacha@example.org")
	_, err := s.orgs.Found(t.Context(), "Ministère fictif", teacher.Person)
	must(t, err)
	o, err := s.orgs.Create(t.Context(), teacher, org.School, "Institut fictif")
	must(t, err)
	must(t, s.orgs.Grant(t.Context(), teacher, o.ID, teacher.Person, org.Teacher, nil))
	return o, teacher
}

func (s *stack) account(t *testing.T, name, email string) identity.Actor {
	t.Helper()
	a, _, err := s.identity.Register(t.Context(), identity.Actor{}, "test", identity.Registration{Name: name, Email: email, Password: registration.Password})
	must(t, err)
	return a
}

func (s *stack) joins(t *testing.T, o org.Organisation, a identity.Actor) {
	t.Helper()
	_, err := s.orgs.Join(t.Context(), a, o.JoinCode)
	must(t, err)
}

func TestACohortSaysWhereEachLearnerStandsAndNothingOfWhoDoesNotShare(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		o, teacher := s.school(t)
		right := func(int) bool { return true }

		visitor := s.visitor(t) // a positioning as a visitor, then an account
		whole, _ := s.take(t, visitor, "", right)
		done := s.account(t, "A Fini", "fini@example.org")
		_, _, err := s.identity.SignIn(t.Context(), visitor, "test", "fini@example.org", registration.Password)
		must(t, err)
		begun, none, hidden := s.account(t, "B Commence", "b@example.org"), s.account(t, "C Attend", "c@example.org"), s.account(t, "D Cache", "d@example.org")
		for _, a := range []identity.Actor{done, begun, none, hidden} {
			s.joins(t, o, a)
		}
		_, err = s.assess.Start(t.Context(), begun, assess.Options{})
		must(t, err)
		s.take(t, hidden, "1", right)
		shares, err := s.orgs.Shares(t.Context(), hidden)
		must(t, err)
		must(t, s.orgs.EndShare(t.Context(), hidden, o.ID, shares[0].ID))

		c, err := s.assess.Cohort(t.Context(), teacher, o.ID, 1)
		must(t, err)
		if c.Total != 4 || len(c.Learners) != 4 || c.Name != o.Name {
			t.Fatalf("%d of %d learners of %s", len(c.Learners), c.Total, c.Name)
		}
		if got := c.Learners[0]; got.State != assess.Done || got.At != *whole.Attempt.FinishedAt || got.Whole == nil || got.Whole.Level != whole.Result.Main.Level {
			t.Errorf("who has finished: %+v", got)
		}
		if got := c.Learners[1]; got.State != assess.UnderWay || got.Whole != nil {
			t.Errorf("who has begun: %+v", got)
		}
		if got := c.Learners[2]; got.State != assess.NotBegun || !got.Shared {
			t.Errorf("who has not begun: %+v", got)
		}
		if got := c.Learners[3]; got.Shared || got.State != assess.NotBegun || got.At != 0 || got.Whole != nil {
			t.Errorf("who does not share: %+v", got)
		}
		s.recorded(t, "org.list_learners", 4, 3)

		next, err := s.assess.ExportCohort(t.Context(), teacher, o.ID, c.Learners[1].Member)
		if err != nil || len(next.Learners) != 2 || next.Learners[0].PersonID != none.Person {
			t.Errorf("exported %+v, %v", next.Learners, err)
		}
		s.recorded(t, "org.export_learners", 2, 1)
		for _, a := range []identity.Actor{done, s.account(t, "Autre", "autre@example.org")} {
			if _, err := s.assess.Cohort(t.Context(), a, o.ID, 1); !errs.Is(err, errs.NotFound) {
				t.Errorf("listed to another: %v", err)
			}
		}
	})
}

// recorded checks how many persons the only event of the action names, and of how many the levels were read.
func (s *stack) recorded(t *testing.T, action string, persons, levels int) {
	t.Helper()
	var texts []string
	must(t, s.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		texts, err = db.Many[string](t.Context(), tx.Unscoped("test"), "SELECT details FROM audit_event WHERE action = $1", action)
		return err
	}))
	if len(texts) != 1 {
		t.Fatalf("%d events %s", len(texts), action)
	}
	var details struct{ Persons, Levels []string }
	must(t, json.Unmarshal([]byte(texts[0]), &details))
	for _, l := range details.Levels {
		if !slices.Contains(details.Persons, l) {
			t.Errorf("the level of %s is read, who is not listed", l)
		}
	}
	if len(details.Persons) != persons || len(details.Levels) != levels {
		t.Errorf("%s names %+v", action, details)
	}
}
