package study

import (
	"testing"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

func TestACalibrationIsRunReadAcceptedAndTakenBack(t *testing.T) {
	each(t, func(f *fixture) {
		entries := f.entries(14)
		f.crowd(40, entries[:12])
		f.crowd(MinPersons-1, entries[12:13])
		before := f.current()
		r := f.done(usual())
		if r.Status != Done || !r.Result.Fit.Converged {
			f.Fatalf("%s %s, %+v", r.Status, r.Fault, r.Result)
		}
		if d := r.Result.Data; d.Persons != 50 || d.Items != 12 || d.Answers != 480 || d.LeftOut != 1 || len(d.SHA256) != 64 {
			f.Errorf("data: %+v", d)
		}
		if len(r.Result.Items) != before.Bank.Len() || r.AskedBy != "Psi" {
			f.Errorf("%d items, asked for by %q", len(r.Result.Items), r.AskedBy)
		}
		statuses := map[EstimateStatus]int{}
		for _, e := range r.Result.Items {
			statuses[e.Status]++
			if (e.Estimated != nil) != (e.Status == Calibrated) || e.Status == Hidden && e.N != 0 {
				f.Errorf("%+v", e)
			}
		}
		if statuses[Calibrated]+statuses[NoEstimate]+statuses[OffScale] != 12 || statuses[Hidden] != 1 || statuses[Calibrated] < 8 {
			f.Errorf("statuses: %v", statuses)
		}
		again := f.done(usual())
		if again.Result.Data.SHA256 != r.Result.Data.SHA256 || again.Result.Fit.LogLikelihood != r.Result.Fit.LogLikelihood {
			f.Error("the same answers give another result")
		}
		f.acceptsAndTakesBack(r, before)
	})
}

// acceptsAndTakesBack follows two items of a study.
func (f *fixture) acceptsAndTakesBack(r Report, before *item.Published) {
	f.Helper()
	var chosen []item.Ref
	for _, e := range r.Result.Items {
		if e.Acceptable() && len(chosen) < 2 {
			chosen = append(chosen, e.Ref)
		}
	}
	f.must(f.studies.Accept(f.Context(), f.psy, r.ID, chosen))
	after := f.current()
	served := func(p *item.Published) item.Parameters {
		for _, e := range p.Manifest.Items {
			if e.ID == chosen[0].ID {
				return e.Parameters
			}
		}
		f.Fatal("the item is gone")
		return item.Parameters{}
	}
	estimated, _ := r.Result.of(chosen[0])
	if p := served(after); p.Provenance != item.Calibrated || p.A != estimated.Estimated.A || p.Study != r.ID.String() || p.Revision != 1 || p.N != 40 {
		f.Errorf("in service: %+v", p)
	}
	if after.SHA256 == before.SHA256 {
		f.Fatal("the release is the same")
	}
	pinned, err := f.items.Release(f.Context(), before.SHA256)
	f.must(err)
	if p := served(pinned); p.Provenance != item.Expert {
		f.Errorf("the release of open attempts changed: %+v", p)
	}
	now, err := f.studies.Get(f.Context(), f.psy, r.ID)
	f.must(err)
	if a := now.InForce[chosen[0]]; a.ByName != "Psi" || a.Revision != 1 {
		f.Errorf("accepted: %+v", a)
	}
	f.must(f.studies.Accept(f.Context(), f.psy, r.ID, chosen)) // twice is once
	f.must(f.studies.TakeBack(f.Context(), f.psy, r.ID, chosen[:1]))
	if p := served(f.current()); p.Provenance != item.Expert || p.Revision != 2 {
		f.Errorf("taken back: %+v", p)
	}
	f.refused(f.studies.TakeBack(f.Context(), f.psy, r.ID, chosen[:1]), "study.not_in_force")
	f.must(f.studies.Accept(f.Context(), f.psy, r.ID, chosen[:1]))
	if n := one[int](f, "SELECT COUNT(*) FROM item_parameters"); n != 4 {
		f.Errorf("%d lines, want the two accepted, one taken back, one accepted again", n)
	}
	for action, want := range map[string]int{"study.create": 2, "study.end": 2, "item.accept": 3} {
		if n := one[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = $1", action); n != want {
			f.Errorf("%d events %s, want %d", n, action, want)
		}
	}
	f.anchors(chosen)
}

// anchors runs a study on the scale of the items that were accepted.
func (f *fixture) anchors(chosen []item.Ref) {
	f.Helper()
	c := usual()
	c.Anchored = true
	r := f.done(c)
	if r.Status != Done || r.Result.Method.Anchors != 2 || !r.Result.Population.Estimated {
		f.Fatalf("%s %s %+v", r.Status, r.Fault, r.Result)
	}
	if e, _ := r.Result.of(chosen[1]); e.Status != Anchored {
		f.Errorf("%+v", e)
	}
	f.refused(f.studies.Accept(f.Context(), f.psy, r.ID, chosen), "study.not_acceptable")
}

func TestEstimatesOfTooFewAnswersAreNotAccepted(t *testing.T) {
	each(t, func(f *fixture) {
		entries := f.entries(6)
		f.crowd(30, entries)
		c := usual()
		c.Minimum = DefaultMinimum
		r := f.done(c)
		for _, e := range r.Result.Items {
			if e.Estimated != nil && !e.Has(Few) {
				f.Errorf("no flag: %+v", e)
			}
		}
		f.refused(f.studies.Accept(f.Context(), f.psy, r.ID, refs(entries)), "study.not_acceptable")
		f.refused(f.studies.Accept(f.Context(), f.psy, r.ID, []item.Ref{{ID: "nothing", Version: 1}}), "study.not_acceptable")
		f.refused(f.studies.Accept(f.Context(), f.psy, r.ID, nil), "study.nothing_chosen")
		f.refused(f.studies.Accept(f.Context(), f.psy, id.New(start), refs(entries)), "study.not_found")
	})
}

func TestOnlyPsychometriciansWorkOnStudies(t *testing.T) {
	each(t, func(f *fixture) {
		study, err := f.studies.Create(f.Context(), f.psy, usual())
		f.must(err)
		operator := f.person("Op")
		f.must(f.orgs.Grant(f.Context(), f.chief, f.nation.ID, operator.Person, org.Operator, nil))
		for name, c := range map[string]struct {
			actor identity.Actor
			code  string
		}{"nobody": {identity.Actor{}, "identity.sign_in_first"}, "administrator": {f.chief, "study.forbidden"}, "operator": {operator, "study.forbidden"}} {
			_, err := f.studies.Create(f.Context(), c.actor, usual())
			for _, err := range []error{err, f.studies.Cancel(f.Context(), c.actor, study), f.studies.Accept(f.Context(), c.actor, study, nil),
				f.studies.TakeBack(f.Context(), c.actor, study, nil), second(f.studies.Get(f.Context(), c.actor, study)),
				second(f.studies.List(f.Context(), c.actor)), second(f.studies.Count(f.Context(), c.actor, usual()))} {
				f.refused(err, c.code)
			}
			t.Log(name)
		}
		if n := one[int](f, "SELECT COUNT(*) FROM study"); n != 1 {
			f.Errorf("%d studies", n)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAChoiceIsCheckedFieldByField(t *testing.T) {
	f := newFixture(t, sqlite(t))
	for field, spoil := range map[string]func(*Choice){
		"to": func(c *Choice) { c.From = c.To }, "extent": func(c *Choice) { c.Extent = "x" }, "minimum": func(c *Choice) { c.Minimum = 10 },
		"models": func(c *Choice) { c.Models = "" }, "priors": func(c *Choice) { c.Priors = "strong" }, "anchored": func(c *Choice) { c.Anchored = true },
	} {
		c := usual()
		spoil(&c)
		_, err := f.studies.Create(t.Context(), f.psy, c)
		faulty(t, err, field)
	}
}

func TestWhatAChoiceHoldsIsSaidBeforeItIsRun(t *testing.T) {
	each(t, func(f *fixture) {
		n, err := f.studies.Count(f.Context(), f.psy, usual())
		f.must(err)
		if !n.Few {
			f.Errorf("of nobody: %+v", n)
		}
		entries := f.entries(5)
		f.crowd(20, entries[:4])
		f.crowd(5, entries[4:])
		c := usual()
		c.Minimum = 21
		n, err = f.studies.Count(f.Context(), f.psy, c)
		f.must(err)
		if want := (Count{Persons: 25, Answers: 80, Items: 4}); n != want {
			f.Errorf("%+v, want %+v", n, want)
		}
		r := f.done(Choice{To: start.Add(-2 * time.Hour).UnixMicro(), Extent: assess.AnyExtent, Minimum: 11, Models: ModelsInForce, Priors: NoPriors})
		if r.Status != Failed || r.Fault != "study.too_few_persons" {
			f.Errorf("of a time without answers: %s %s", r.Status, r.Fault)
		}
	})
}

// The visitor that somebody was is the same person, whose first answer counts; a positioning on a domain is another extent;
// another bank's answers, and those out of the period, are not there.
func TestOneAnswerPerPersonAndVersion(t *testing.T) {
	each(t, func(f *fixture) {
		entries := f.entries(2)
		holder, visitor, other := f.person("H"), f.person("V"), f.person("O")
		f.exec("INSERT INTO person_alias (alias_id, person_id, since) VALUES ($1, $2, 0)", visitor.Person, holder.Person)
		constant := func(k int) func(item.Entry) int { return func(item.Entry) int { return k } }
		f.must(f.db.Write(f.Context(), func(tx *db.Tx) error {
			tx = tx.Unscoped("test")
			f.attempt(tx, holder.Person, "", start.Add(-time.Hour), entries, constant(1))
			f.attempt(tx, visitor.Person, "", start.Add(-2*time.Hour), entries[:1], constant(0))
			f.attempt(tx, other.Person, "2", start.Add(-time.Hour), entries, constant(1))
			f.attempt(tx, other.Person, "", start.Add(-48*time.Hour), entries, constant(1))
			return nil
		}))
		for extent, want := range map[assess.Extent][]assess.Scored{
			assess.WholeExtent: {{Person: 1, Item: refs(entries)[0]}, {Person: 1, Item: refs(entries)[1], Category: 1}},
			assess.PartExtent:  {{Person: 1, Item: refs(entries)[0], Category: 1}, {Person: 1, Item: refs(entries)[1], Category: 1}},
		} {
			var got []assess.Scored
			sample := assess.Sample{Bank: "socle-ns", Language: "fr", From: start.Add(-24 * time.Hour).UnixMicro(), To: start.UnixMicro(), Extent: extent}
			f.must(f.studies.assess.Scored(f.Context(), sample, func(x assess.Scored) error {
				x.Release, x.Took = "", 0
				got = append(got, x)
				return nil
			}))
			if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
				f.Errorf("%s: %+v, want %+v", extent, got, want)
			}
			sample.Bank = "other"
			f.must(f.studies.assess.Scored(f.Context(), sample, func(x assess.Scored) error {
				f.Errorf("of another bank: %+v", x)
				return nil
			}))
		}
	})
}
