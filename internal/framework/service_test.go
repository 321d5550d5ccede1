package framework

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func newService(t *testing.T, d *db.DB) (*Service, *clock.Manual) {
	t.Helper()
	c := clock.NewManual(start)
	ring, err := keyring.Open(filepath.Join(t.TempDir(), "keys"), "", c)
	if err != nil {
		t.Fatal(err)
	}
	return New(d, c, audit.New(c, ring, d, filepath.Join(t.TempDir(), "ledger"))), c
}

func imports(t *testing.T, d *db.DB) []string {
	t.Helper()
	var objects []string
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		objects, err = db.Many[string](t.Context(), tx, `SELECT object FROM audit_event WHERE action = 'framework.import' ORDER BY at, object`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestImportIsDoneOnceAndAudited(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d)
		actor := identity.Actor{Person: id.New(start)}
		first, imported, err := s.Import(t.Context(), actor, "f.yaml", otherData(t))
		if err != nil || !imported {
			t.Fatalf("first import: %v, %v", imported, err)
		}
		again, imported, err := s.Import(t.Context(), actor, "f.yaml", otherData(t))
		if err != nil || imported || again != first {
			t.Errorf("second import: imported %v, the same value %v, %v", imported, again == first, err)
		}
		if diff := cmp.Diff([]string{"framework:FIRST-AID:2026.1"}, imports(t, d)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestImportRefusesOtherContentUnderTheSameVersion(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d)
		if _, _, err := s.Import(t.Context(), identity.Actor{}, "f.yaml", otherData(t)); err != nil {
			t.Fatal(err)
		}
		changed := bytes.Replace(otherData(t), []byte("title: Alert"), []byte("title: Call"), 1)
		_, _, err := s.Import(t.Context(), identity.Actor{}, "f.yaml", changed)
		if !errs.Is(err, errs.Conflict) || !errs.HasCode(err, "framework.version_exists") {
			t.Errorf("got %v", err)
		}
		f, err := s.Get(t.Context(), "FIRST-AID", "2026.1")
		if err != nil || f.Domains[1].Title != "Alert" {
			t.Errorf("the first content was changed: %v, %v", f, err)
		}
		if got := imports(t, d); len(got) != 1 {
			t.Errorf("audited %v", got)
		}
	})
}

func TestImportRefusesWhatParseRefuses(t *testing.T) {
	s, _ := newService(t, testkit.SQLite(t))
	_, _, err := s.Import(t.Context(), identity.Actor{}, "f.yaml", []byte("framework: {}"))
	if !errs.Is(err, errs.Invalid) || errs.As(err).Err == nil {
		t.Errorf("got %v", err)
	}
}

func TestAnotherProcessReadsTheImportedFrameworks(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s, c := newService(t, d)
		later := bytes.Replace(otherData(t), []byte(`"2026.1"`), []byte(`"2026.2"`), 1)
		for _, data := range [][]byte{official(t).Document(), otherData(t), later} {
			if _, _, err := s.Import(t.Context(), identity.Actor{}, "f.yaml", data); err != nil {
				t.Fatal(err)
			}
			c.Advance(time.Minute)
		}
		reader, _ := newService(t, d)
		list, err := reader.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range list {
			names = append(names, f.Name())
		}
		if diff := cmp.Diff([]string{"FIRST-AID 2026.2", "FIRST-AID 2026.1", "SOCLE-NS 1.2022"}, names); diff != "" {
			t.Error(diff)
		}
		if list[2].SHA256 != official(t).SHA256 {
			t.Error("the document changed on its way")
		}
	})
}

func TestGetSaysNotFound(t *testing.T) {
	s, _ := newService(t, testkit.SQLite(t))
	if _, err := s.Get(t.Context(), "NONE", "1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v", err)
	}
}
