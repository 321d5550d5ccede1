package org

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"galien/internal/identity"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func TestALearnerJoinsByCodeOnceAndShares(t *testing.T) {
	each(t, func(f *fixture) {
		l := f.person("Learner")
		for _, code := range []string{"", "AAAAA-AAAAA", "x\x00", "' OR 1=1"} {
			_, err := f.s.Join(f.Context(), l, code)
			f.fault(err, "org.code_unknown")
		}
		f.join(f.school, l)
		_, err := f.s.Join(f.Context(), l, f.school.JoinCode)
		f.refused(err, "org.already_joined")
		if err := f.s.Require(f.Context(), l, f.school.ID, Learner); err != nil {
			f.Error(err)
		}
		shares, err := f.s.Shares(f.Context(), l)
		if err != nil || len(shares) != 1 || shares[0].Ground != Consent || shares[0].EndsAt != start.Add(ShareLength).UnixMicro() {
			f.Errorf("shares %+v, %v", shares, err)
		}
		got := many[string](f, "SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY action", l.Person)
		if !slices.Equal(got, []string{"org.grant", "org.share"}) {
			f.Errorf("recorded %v", got)
		}
		visitor := f.person("V")
		visitor.Visitor = true
		_, err = f.s.Join(f.Context(), visitor, f.school.JoinCode)
		f.refused(err, "identity.sign_in_first")
	})
}

func TestWhoNoLongerSharesSharesAgainByTheCode(t *testing.T) {
	each(t, func(f *fixture) {
		l, teacher := f.person("Learner"), f.staff(f.school, Teacher)
		f.join(f.school, l)
		renewed := func(what string) {
			f.Helper()
			if _, err := f.read(teacher, f.school.ID, l.Person); err == nil {
				f.Fatalf("%s: the school still reads", what)
			}
			if left, err := f.s.Unshared(f.Context(), l); err != nil || len(left) != 1 || left[0].ID != f.school.ID {
				f.Errorf("%s: not shared with %+v, %v", what, left, err)
			}
			joined, err := f.s.Join(f.Context(), l, f.school.JoinCode)
			if err != nil || !joined.Again || joined.ID != f.school.ID {
				f.Fatalf("%s: joined %+v, %v", what, joined, err)
			}
			if _, err := f.read(teacher, f.school.ID, l.Person); err != nil {
				f.Errorf("%s: the school does not read: %v", what, err)
			}
			shares, err := f.s.Shares(f.Context(), l)
			if err != nil || len(shares) != 1 || shares[0].EndsAt != f.clock.Now().Add(ShareLength).UnixMicro() {
				f.Errorf("%s: shares %+v, %v", what, shares, err)
			}
			_, err = f.s.Join(f.Context(), l, f.school.JoinCode)
			f.refused(err, "org.already_joined")
		}
		shares, _ := f.s.Shares(f.Context(), l)
		if err := f.s.EndShare(f.Context(), l, f.school.ID, shares[0].ID); err != nil {
			f.Fatal(err)
		}
		renewed("ended")
		f.clock.Advance(ShareLength)
		renewed("a year later")
		if left, err := f.s.Unshared(f.Context(), l); err != nil || len(left) != 0 {
			f.Errorf("not shared with %+v, %v", left, err)
		}
		for action, want := range map[string]int{"org.grant": 1, "org.share": 3} {
			if n := many[int](f, "SELECT COUNT(*) FROM audit_event WHERE subject_id = $1 AND action = $2", l.Person, action)[0]; n != want {
				f.Errorf("%d events %s, want %d", n, action, want)
			}
		}
	})
}

func TestWhoLeftAndJoinsAgainHasOneShare(t *testing.T) {
	each(t, func(f *fixture) {
		l := f.person("Learner")
		f.join(f.school, l)
		if err := f.s.Revoke(f.Context(), f.chief, f.school.ID, l.Person, Learner); err != nil {
			f.Fatal(err)
		}
		joined, err := f.s.Join(f.Context(), l, f.school.JoinCode)
		if err != nil || joined.Again {
			f.Errorf("joined %+v, %v", joined, err)
		}
		if shares, err := f.s.Shares(f.Context(), l); err != nil || len(shares) != 1 {
			f.Errorf("shares %+v, %v", shares, err)
		}
	})
}

func TestTheNationalAdministrationHasNoLearners(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	code := many[string](f, "SELECT join_code FROM organisation WHERE kind = 'national'")[0]
	_, err := f.s.Join(t.Context(), f.person("L"), code)
	f.fault(err, "org.code_unknown")
}

func TestJoinCodesAreReadAsPeopleTypeThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := newJoinCode()
		typed := ""
		for _, r := range code {
			switch rapid.IntRange(0, 3).Draw(t, "habit") {
			case 0:
				typed += " "
			case 1:
				if r == '-' {
					continue
				}
			case 2:
				if r >= 'A' {
					r += 'a' - 'A'
				}
			}
			typed += string(r)
		}
		if got, ok := readJoinCode(typed); !ok || got != code {
			t.Fatalf("%q is read as %q, %v; the code is %q", typed, got, ok, code)
		}
	})
	for _, bad := range []string{"", "ABCDE", "34679-ACDE0", "34679-ACDEFG", "éééééééééé"} {
		if got, ok := readJoinCode(bad); ok {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

func TestOnlyStaffListLearnersAndOnlyTheirOwn(t *testing.T) {
	each(t, func(f *fixture) {
		elsewhere := f.create(School, "IFSI du Sud")
		l, other := f.person("Learner"), f.person("Other")
		f.join(f.school, l)
		f.join(elsewhere, other)
		teacher := f.staff(f.school, Teacher)
		for _, a := range []identity.Actor{teacher, f.staff(f.school, Administrator)} {
			members, total, err := f.list(a, f.school.ID, 1)
			if err != nil || total != 1 || len(members) != 1 || members[0].PersonID != l.Person || !members[0].Shared {
				f.Errorf("listed %+v of %d, %v", members, total, err)
			}
		}
		for _, a := range []identity.Actor{l, other, f.chief, f.staff(elsewhere, Administrator)} {
			_, _, err := f.list(a, f.school.ID, 1)
			f.refused(err, "org.not_found")
		}
		ended := start
		gone := f.person("Gone")
		f.grant(f.school, gone, Learner, &ended)
		if _, total, _ := f.list(teacher, f.school.ID, 1); total != 1 {
			f.Errorf("%d learners, the one whose grant has ended included", total)
		}
	})
}

func TestEachListIsRecordedWithThePersonsItNames(t *testing.T) {
	each(t, func(f *fixture) {
		var want []string
		for i := range 3 {
			l := f.person(fmt.Sprintf("Learner %d", i))
			f.join(f.school, l)
			want = append(want, l.Person.String())
			if shares, _ := f.s.Shares(f.Context(), l); i == 0 {
				f.must(f.s.EndShare(f.Context(), l, f.school.ID, shares[0].ID))
			}
		}
		teacher := f.staff(f.school, Teacher)
		if _, _, err := f.list(teacher, f.school.ID, 1); err != nil {
			f.Fatal(err)
		}
		type row struct {
			ActorID, OrgID id.ID
			Details        string
		}
		events := many[row](f, "SELECT actor_id, org_id, details FROM audit_event WHERE action = 'org.list_learners'")
		if len(events) != 1 || events[0].ActorID != teacher.Person || events[0].OrgID != f.school.ID {
			f.Fatalf("recorded %+v", events)
		}
		var details struct{ Persons, Levels []string }
		if err := json.Unmarshal([]byte(events[0].Details), &details); err != nil {
			f.Fatal(err)
		}
		if diff := cmp.Diff(want, details.Persons); diff != "" {
			f.Error(diff)
		}
		if diff := cmp.Diff(want[1:], details.Levels); diff != "" {
			f.Errorf("levels read:\n%s", diff)
		}
	})
}

func TestPagesShareTheLearnersOut(t *testing.T) {
	each(t, func(f *fixture) {
		for i := range PageSize + 1 {
			l := f.person(fmt.Sprintf("Learner %03d", i))
			f.exec("INSERT INTO role_grant (org_id, id, person_id, role, starts_at, granted_by) VALUES ($1, $2, $2, 'learner', 0, $2)", f.school.ID, l.Person)
		}
		teacher := f.staff(f.school, Teacher)
		seen := map[id.ID]bool{}
		for page, want := range map[int]int{1: PageSize, 2: 1, 3: 0} {
			members, total, err := f.list(teacher, f.school.ID, page)
			if err != nil || total != PageSize+1 || len(members) != want {
				f.Errorf("page %d: %d of %d, %v", page, len(members), total, err)
			}
			for _, m := range members {
				seen[m.PersonID] = true
				if m.Shared {
					f.Error("shared without a share")
				}
			}
		}
		if len(seen) != PageSize+1 {
			f.Errorf("%d learners on all pages, want %d", len(seen), PageSize+1)
		}
		if first, _, _ := f.list(teacher, f.school.ID, -7); len(first) != PageSize {
			f.Error("a page before the first is not the first")
		}
	})
}

func TestResultsAreReadUnderALiveShareOnly(t *testing.T) {
	each(t, func(f *fixture) {
		elsewhere := f.create(School, "IFSI du Sud")
		l, teacher, stranger := f.person("Learner"), f.staff(f.school, Teacher), f.staff(elsewhere, Teacher)
		f.join(f.school, l)
		if m, err := f.read(teacher, f.school.ID, l.Person); err != nil || m.PersonID != l.Person {
			f.Errorf("read %+v, %v", m, err)
		}
		_, err := f.read(stranger, f.school.ID, l.Person)
		f.refused(err, "org.not_found")
		_, err = f.read(stranger, elsewhere.ID, l.Person)
		f.refused(err, "org.learner_not_found")
		_, err = f.read(l, f.school.ID, l.Person)
		f.refused(err, "org.not_found")

		shares, _ := f.s.Shares(f.Context(), l)
		f.refused(f.s.EndShare(f.Context(), stranger, f.school.ID, shares[0].ID), "org.share_not_found")
		if err := f.s.EndShare(f.Context(), l, f.school.ID, shares[0].ID); err != nil {
			f.Fatal(err)
		}
		_, err = f.read(teacher, f.school.ID, l.Person)
		f.refused(err, "org.learner_not_found")
		f.refused(f.s.EndShare(f.Context(), l, f.school.ID, shares[0].ID), "org.share_not_found")
		if n := many[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = 'org.end_share'")[0]; n != 1 {
			f.Errorf("%d ends recorded, want 1", n)
		}
	})
}

func TestAShareEndsAfterAYearAndWithTheLearnersGrant(t *testing.T) {
	each(t, func(f *fixture) {
		l, teacher := f.person("Learner"), f.staff(f.school, Teacher)
		f.join(f.school, l)
		f.clock.Advance(ShareLength - time.Microsecond)
		if _, err := f.read(teacher, f.school.ID, l.Person); err != nil {
			f.Error(err)
		}
		f.clock.Advance(time.Microsecond)
		_, err := f.read(teacher, f.school.ID, l.Person)
		f.refused(err, "org.learner_not_found")
		if shares, err := f.s.Shares(f.Context(), l); err != nil || len(shares) != 0 {
			f.Errorf("shares %v, %v", shares, err)
		}
		f.clock.Set(start)
		if err := f.s.Revoke(f.Context(), f.chief, f.school.ID, l.Person, Learner); err != nil {
			f.Fatal(err)
		}
		_, err = f.read(teacher, f.school.ID, l.Person)
		f.refused(err, "org.learner_not_found")
	})
}

func TestAShareThatAProgrammeMakesCompulsoryCannotBeEnded(t *testing.T) {
	each(t, func(f *fixture) {
		l := f.person("Learner")
		f.join(f.school, l)
		f.exec("UPDATE result_grant SET ground = 'programme' WHERE person_id = $1", l.Person)
		shares, err := f.s.Shares(f.Context(), l)
		if err != nil || len(shares) != 1 || shares[0].Ground != Programme {
			f.Fatalf("shares %v, %v", shares, err)
		}
		f.refused(f.s.EndShare(f.Context(), l, f.school.ID, shares[0].ID), "org.share_not_found")
	})
}
