package org

import (
	"fmt"
	"testing"

	"galien/internal/identity"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// exported reads the whole file of an organisation's learners; between the parts, something may happen.
func (f *fixture) exported(a identity.Actor, o id.ID, between func()) (names []string, err error) {
	f.Helper()
	var last Member
	for {
		var r Roll
		err := f.db.Write(f.Context(), func(tx *db.Tx) (err error) {
			r, err = f.s.Export(f.Context(), tx, a, o, last)
			return err
		})
		if err != nil || len(r.Members) == 0 {
			return names, err
		}
		for _, m := range r.Members {
			names = append(names, m.Name)
		}
		last = r.Members[len(r.Members)-1]
		between()
	}
}

func TestAnExportNamesEachLearnerOnceThoughSomebodyLeavesMeanwhile(t *testing.T) {
	each(t, func(f *fixture) {
		first := f.person("Learner 000")
		f.join(f.school, first)
		for i := range PageSize + 5 {
			l := f.person(fmt.Sprintf("Learner %03d", i+1))
			f.exec("INSERT INTO role_grant (org_id, id, person_id, role, starts_at, granted_by) VALUES ($1, $2, $2, 'learner', 0, $2)", f.school.ID, l.Person)
		}
		left := false
		names, err := f.exported(f.staff(f.school, Teacher), f.school.ID, func() {
			if !left {
				f.must(f.s.Revoke(f.Context(), f.chief, f.school.ID, first.Person, Learner))
			}
			left = true
		})
		if err != nil || len(names) != PageSize+6 {
			f.Fatalf("%d names, %v", len(names), err)
		}
		for i, name := range names {
			if want := fmt.Sprintf("Learner %03d", i); name != want {
				f.Errorf("name %d is %s, want %s", i, name, want)
			}
		}
		if n := many[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = 'org.export_learners'")[0]; n != 3 {
			f.Errorf("%d parts recorded, want 3", n)
		}
		for _, a := range []identity.Actor{f.chief, first, f.staff(f.create(School, "IFSI du Sud"), Administrator)} {
			_, err := f.exported(a, f.school.ID, func() {})
			f.refused(err, "org.not_found")
		}
	})
}

func TestAnInvitationSaysWhoWouldReadAndDoesNothing(t *testing.T) {
	each(t, func(f *fixture) {
		l := f.person("Learner")
		i, err := f.s.Invitation(f.Context(), l, " "+f.school.JoinCode)
		if err != nil || i.Name != f.school.Name || i.Again || i.EndsAt != start.Add(ShareLength).UnixMicro() {
			f.Errorf("invited by %+v, %v", i, err)
		}
		if n := many[int](f, "SELECT COUNT(*) FROM audit_event WHERE subject_id = $1", l.Person)[0]; n != 0 {
			f.Errorf("%d events", n)
		}
		_, err = f.s.Invitation(f.Context(), l, "AAAAA-AAAAA")
		f.fault(err, "org.code_unknown")
		f.join(f.school, l)
		_, err = f.s.Invitation(f.Context(), l, f.school.JoinCode)
		f.refused(err, "org.already_joined")
		shares, _ := f.s.Shares(f.Context(), l)
		f.must(f.s.EndShare(f.Context(), l, f.school.ID, shares[0].ID))
		if i, err := f.s.Invitation(f.Context(), l, f.school.JoinCode); err != nil || !i.Again {
			f.Errorf("invited once more by %+v, %v", i, err)
		}
		_, err = f.s.Invitation(f.Context(), identity.Actor{}, f.school.JoinCode)
		f.refused(err, "identity.sign_in_first")
	})
}

func TestStaffFindTheirPlacesAndNationalAdministratorsWhatTheyMayOpen(t *testing.T) {
	each(t, func(f *fixture) {
		l, both := f.person("Learner"), f.staff(f.school, Teacher)
		f.join(f.school, l)
		f.grant(f.school, both, Administrator, nil)
		places, err := f.s.Places(f.Context(), both)
		if err != nil || len(places) != 1 || places[0].Name != f.school.Name || places[0].Role != Administrator || places[0].Learners != 1 {
			f.Errorf("works at %+v, %v", places, err)
		}
		if places, err := f.s.Places(f.Context(), l); err != nil || len(places) != 0 {
			f.Errorf("a learner works at %+v, %v", places, err)
		}
		if places, err := f.s.Places(f.Context(), f.chief); err != nil || len(places) != 1 || places[0].Kind != National || places[0].Organisations != 1 {
			f.Errorf("the chief works at %+v, %v", places, err)
		}
		f.grant(f.create(School, "IFSI du Sud"), f.chief, Teacher, nil)
		all, err := f.s.List(f.Context(), f.chief)
		if err != nil || len(all) != 3 {
			f.Fatalf("%d organisations, %v", len(all), err)
		}
		for _, o := range all {
			if want := o.Name != f.school.Name; o.Opens != want {
				f.Errorf("%s opens: %v", o.Name, o.Opens)
			}
			if o.Joinable() == (o.Kind == National) {
				f.Errorf("%s can be joined: %v", o.Name, o.Joinable())
			}
			if o.Name == f.school.Name && o.Learners != 1 {
				f.Errorf("%d learners", o.Learners)
			}
		}
	})
}
