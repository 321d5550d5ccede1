package item

import (
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

// study inserts the study that parameters come from.
func (s site) study(t *testing.T, r Release) id.ID {
	t.Helper()
	study := id.New(start)
	err := s.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO study (id, kind, bank, release, choice, status, asked_by, asked_at, touched_at, iteration, left_ms)
			VALUES ($1, 'calibration', $2, $3, '{}', 'done', $1, 0, 0, 0, 0)`, study, r.Manifest.Bank, r.SHA256)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return study
}

// accept accepts parameters of the release that the process has in service.
func (p process) accept(t *testing.T, study id.ID, list ...Acceptance) (Release, error) {
	t.Helper()
	published, err := p.items.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var r Release
	err = p.items.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		r, err = p.items.Accept(t.Context(), tx, identity.Actor{Person: id.New(start)}, published, study, list)
		return err
	})
	return r, err
}

// served are the parameters of an item in the release in service.
func (p process) served(t *testing.T, name string) Parameters {
	t.Helper()
	published, err := p.items.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range published.Manifest.Items {
		if e.ID == name {
			return e.Parameters
		}
	}
	t.Fatalf("no item %s", name)
	return Parameters{}
}

func calibrated(b ...Millionth) *Parameters {
	return &Parameters{Model: "2PL", A: 1_500_000, B: b, Provenance: Calibrated, N: 400, Study: "s", SE: &StandardErrors{A: 100_000, B: []Millionth{50_000}}}
}

func TestAcceptedParametersServeNewAttemptsOfEveryProcess(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		here, there := s.process(t), s.process(t)
		before := here.publish(t, sampleBank(t))
		there.publish(t, sampleBank(t))
		study := s.study(t, before)
		ref := Ref{"european-number", 1}
		after, err := here.accept(t, study, Acceptance{ref, calibrated(250_000)})
		if err != nil {
			t.Fatal(err)
		}
		if p := here.served(t, ref.ID); p.B[0] != 250_000 || p.Revision != 1 || p.Provenance != Calibrated || p.SE == nil {
			t.Errorf("here: %+v", p)
		}
		if p := there.served(t, ref.ID); p.Provenance != Expert {
			t.Errorf("another process looked twice in the same second: %+v", p)
		}
		there.clock.Advance(recount)
		if p := there.served(t, ref.ID); p.Revision != 1 {
			t.Errorf("there: %+v", p)
		}
		if p := s.process(t); p.served(t, ref.ID).Revision != 0 && after.SHA256 == before.SHA256 {
			t.Error("the release is the same")
		}
		reset, err := here.accept(t, study, Acceptance{Ref: ref})
		if err != nil || reset.SHA256 == before.SHA256 {
			t.Fatalf("%v, or the very first release, whose date is old", err)
		}
		if p := here.served(t, ref.ID); p.Provenance != Expert || p.Revision != 2 {
			t.Errorf("back: %+v", p)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM audit_event WHERE action = 'item.accept'`); n != 2 {
			t.Errorf("%d events", n)
		}
		for _, statement := range []string{"UPDATE item_parameters SET revision = 9", "DELETE FROM item_parameters"} {
			err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), statement); return err })
			if !db.Refused(errors.Unwrap(err)) && !db.Refused(err) {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}

// An edit that touches meaning is a new version, which starts from its author's level; a text that is mended keeps what was
// accepted.
func TestAnotherVersionHasNoAcceptedParameters(t *testing.T) {
	d := testkit.SQLite(t)
	s := newSite(t, d)
	p := s.process(t)
	r := p.publish(t, sampleBank(t))
	const name = "items/first-aid/B2/european-number.md"
	if _, err := p.accept(t, s.study(t, r), Acceptance{Ref{"european-number", 1}, calibrated(0)}); err != nil {
		t.Fatal(err)
	}
	for version, c := range map[string]struct {
		edit func(fstest.MapFS)
		want Provenance
	}{
		"same": {func(files fstest.MapFS) { edit(t, files, name, "seconds: 30", "seconds: 35") }, Calibrated},
		"next": {func(files fstest.MapFS) { edit(t, files, name, "version: 1", "version: 2") }, Expert},
	} {
		files := sample(t)
		c.edit(files)
		later := s.process(t)
		later.clock.Advance(time.Hour)
		later.publish(t, bankOf(t, files))
		if got := later.served(t, "european-number").Provenance; got != c.want {
			t.Errorf("%s version: %s, want %s", version, got, c.want)
		}
	}
}

func TestAcceptRefuses(t *testing.T) {
	s := newSite(t, testkit.SQLite(t))
	p := s.process(t)
	study := s.study(t, p.publish(t, sampleBank(t)))
	for name, c := range map[string]struct {
		list []Acceptance
		kind errs.Kind
	}{
		"another version": {[]Acceptance{{Ref{"european-number", 2}, calibrated(0)}}, errs.NotFound},
		"another item":    {[]Acceptance{{Ref{"nothing", 1}, calibrated(0)}}, errs.NotFound},
		"categories":      {[]Acceptance{{Ref{"bleeding", 1}, calibrated(0)}}, errs.Invalid},
		"slope":           {[]Acceptance{{Ref{"european-number", 1}, &Parameters{Model: "2PL", B: []Millionth{0}}}}, errs.Invalid},
		"one of two":      {[]Acceptance{{Ref{"european-number", 1}, calibrated(0)}, {Ref{"nothing", 1}, nil}}, errs.NotFound},
		"model":           {[]Acceptance{{Ref{"european-number", 1}, &Parameters{Model: "5PL", A: 1, B: []Millionth{0}}}}, errs.Invalid},
	} {
		if _, err := p.accept(t, study, c.list...); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := count(t, s.db, `SELECT COUNT(*) FROM item_parameters`); n != 0 {
		t.Errorf("%d lines of what was refused", n)
	}
}

// The digest of a release whose items have expert parameters is the one that earlier programs gave it: attempts pin it.
func TestExpertParametersAreWrittenAsBefore(t *testing.T) {
	text, err := audit.Canonical(sampleItem(t, Text).ExpertParameters())
	if want := `{"a":1000000,"b":[400000],"c":0,"model":"2PL","provenance":"expert","seB":800000,"seLogA":400000}`; err != nil || string(text) != want {
		t.Errorf("%s, want %s; %v", text, want, err)
	}
}

func TestRefsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := Ref{rapid.StringMatching(`[a-z][a-z0-9-]{0,20}`).Draw(r, "id"), rapid.IntRange(1, 1e6).Draw(r, "version")}
		if got, ok := ParseRef(want.String()); !ok || got != want {
			r.Fatalf("%v %v", got, ok)
		}
	})
	for _, text := range []string{"", "x", "x@", "@", "x@0", "x@-1", "x@01", "x@1@2", "x@+1", "x@ 1"} {
		if got, ok := ParseRef(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
