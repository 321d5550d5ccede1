package study

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"galien/internal/item"
	"galien/internal/measure/fit"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// singles are items with options to choose one of, of the release in service.
func (f *fixture) singles(count int) []item.Entry {
	f.Helper()
	var out []item.Entry
	p := f.current()
	for _, e := range p.Manifest.Items {
		if it, _ := p.Bank.Item(e.ID); it.Type == item.Single && len(out) < count {
			out = append(out, e)
		}
	}
	return out
}

// choices has people choose options: the key as often as the model says, else another one. The first item is spoiled: the
// ablest choose a wrong option, as when the key is false.
func (f *fixture) choices(people int, entries []item.Entry) {
	f.Helper()
	bank := f.current().Bank
	f.must(f.db.Write(f.Context(), func(tx *db.Tx) error {
		tx = tx.Unscoped("test")
		for range people {
			person, attempt, ability := id.New(f.clock.Now()), id.New(f.clock.Now()), f.random.NormFloat64()
			at := start.Add(-time.Hour).UnixMicro()
			if _, err := tx.Exec(f.Context(), "INSERT INTO person (id, created_at) VALUES ($1, 0)", person); err != nil {
				return err
			}
			_, err := tx.Exec(f.Context(), "INSERT INTO attempt (person_id, id, kind, scope, release, state, started_at) VALUES ($1, $2, 'positioning', '', $3, 'open', $4)",
				person, attempt, f.current().SHA256, at)
			f.must(err)
			f.event(tx, person, attempt, 1, at, "start", map[string]any{})
			for i, n := range f.random.Perm(len(entries)) {
				e := entries[n]
				it, _ := bank.Item(e.ID)
				right := f.right(e, ability)
				if n == 0 {
					right = ability < 0 && f.random.Float64() < 0.8
				}
				at += 20_000_000
				f.event(tx, person, attempt, i+2, at, "answer", f.answered(it, right))
			}
		}
		return nil
	}))
}

func (f *fixture) right(e item.Entry, ability float64) bool {
	curve, err := e.Parameters.Curve(e.ID)
	f.must(err)
	return f.random.Float64() < curve.Probabilities(ability, nil)[1]
}

// answered is the body of an answer: the key, or any other option.
func (f *fixture) answered(it *item.Item, right bool) map[string]any {
	key, category := it.Key().Choices, 0
	others := slices.DeleteFunc(it.OptionIDs(), func(o string) bool { return slices.Contains(key, o) })
	chosen := others[f.random.IntN(len(others))]
	if right {
		chosen, category = key[0], 1
	}
	return map[string]any{"item": it.ID, "category": category, "max": 1, "response": map[string]any{"choices": []string{chosen}}}
}

func (f *fixture) event(tx *db.Tx, person, attempt id.ID, seq int, at int64, kind string, body any) {
	f.Helper()
	text, err := json.Marshal(body)
	f.must(err)
	_, err = tx.Exec(f.Context(), "INSERT INTO attempt_event (person_id, attempt_id, seq, at, kind, body, commitment) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		person, attempt, seq, at, kind, string(text), []byte{1})
	f.must(err)
}

func (f *fixture) analysed(c Choice) Report {
	f.Helper()
	study, err := f.studies.Analyse(f.Context(), f.psy, c)
	f.must(err)
	return f.over(study)
}

func TestAnAnalysisFindsTheItemWithAFalseKey(t *testing.T) {
	each(t, func(f *fixture) {
		entries := f.singles(10)
		f.choices(150, entries[:9])
		f.crowd(MinPersons-1, entries[9:])
		c := usual()
		c.Minimum = 50
		r := f.analysed(c)
		if r.Status != Done {
			f.Fatalf("%s %s", r.Status, r.Fault)
		}
		q := r.Quality
		if q.Data.Persons != 150+MinPersons-1 || q.Data.Items != 9 || q.Data.LeftOut != 1 || len(q.Items) != f.current().Bank.Len() {
			f.Errorf("data %+v of %d items", q.Data, len(q.Items))
		}
		of := func(e item.Entry) ItemQuality {
			at := slices.IndexFunc(q.Items, func(i ItemQuality) bool { return i.ID == e.ID })
			return q.Items[at]
		}
		bad := of(entries[0])
		for _, code := range []fit.Code{fit.KeyNegative, fit.OptionAboveKey, fit.PredictMisfit} {
			if !slices.ContainsFunc(bad.Flags, func(s Sign) bool { return s.Code == code }) {
				f.Errorf("the spoiled item has no flag %s: %+v", code, bad.Flags)
			}
		}
		for _, e := range entries[1:9] {
			if slices.ContainsFunc(of(e).Flags, func(s Sign) bool { return s.Code == fit.KeyNegative || s.Code == fit.OptionAboveKey }) {
				f.Errorf("a sound item is flagged: %+v", of(e).Flags)
			}
		}
		if good := of(entries[1]); good.N != 150 || good.Ease == nil || len(good.Options) < 3 || good.Time == nil || math.Abs(good.Time.Median-20) > 1e-9 {
			f.Errorf("a sound item: %+v, time %+v", good, good.Time)
		}
		if hidden := of(entries[9]); !hidden.Hidden || hidden.N != 0 || hidden.Ease != nil || hidden.Options != nil {
			f.Errorf("of fewer than %d people: %+v", MinPersons, hidden)
		}
		if c := r.Choice; c.Models != ModelsInForce || c.Anchored {
			f.Errorf("the choice is %+v", c)
		}
		f.sheets(entries, r.ID)
	})
}

// sheets reads the sheets of items that an analysis saw, hides or never met.
func (f *fixture) sheets(entries []item.Entry, analysis id.ID) {
	f.Helper()
	seen, err := f.studies.Item(f.Context(), f.psy, entries[0].ID)
	f.must(err)
	if seen.Analysis == nil || seen.Analysis.ID != analysis || seen.Quality.N != 150 || seen.Item.ID != entries[0].ID {
		f.Errorf("the sheet: %+v", seen)
	}
	hidden, err := f.studies.Item(f.Context(), f.psy, entries[9].ID)
	f.must(err)
	if hidden.Quality == nil || !hidden.Quality.Hidden {
		f.Errorf("the sheet of a hidden item: %+v", hidden.Quality)
	}
	others := f.singles(11)
	none, err := f.studies.Item(f.Context(), f.psy, others[10].ID)
	f.must(err)
	if none.Analysis != nil || none.Quality != nil {
		f.Errorf("an item that nobody met: %+v", none.Quality)
	}
	if n := one[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = 'item.view_key'"); n != 3 {
		f.Errorf("%d events of reading a key", n)
	}
	_, err = f.studies.Item(f.Context(), f.psy, "nothing")
	f.refused(err, "study.item_not_found")
	_, err = f.studies.Item(f.Context(), f.chief, entries[0].ID)
	f.refused(err, "study.forbidden")
	t, err := f.studies.Technical(f.Context(), f.psy)
	f.must(err)
	if t.Analysis == nil || t.Analysis.ID != analysis || t.Calibration != nil || t.Simulation != nil || len(t.Pools) != 4 || !t.Pools[0].Feasible() {
		f.Errorf("the technical report: %+v", t)
	}
	if l := t.Decisions.Levels; !(l.Accuracy > 0.4 && l.Accuracy < 1 && l.Consistency < l.Accuracy) || len(t.Curve) != 13 {
		f.Errorf("decisions %+v at %d points", l, len(t.Curve))
	}
}

func TestAnAnalysisOfTooFewPeopleFails(t *testing.T) {
	each(t, func(f *fixture) {
		f.crowd(MinPersons-1, f.entries(3))
		if r := f.analysed(usual()); r.Status != Failed || r.Fault != "study.too_few_persons" {
			f.Errorf("%s %s", r.Status, r.Fault)
		}
		_, err := f.studies.Analyse(f.Context(), f.chief, usual())
		f.refused(err, "study.forbidden")
		c := usual()
		c.Minimum = 3
		_, err = f.studies.Analyse(f.Context(), f.psy, c)
		faulty(f.T, err, "minimum")
	})
}

// Each statistic is preceded by a sign of life, so that a long analysis is not taken for one that stopped, and sees at once
// that it was cancelled.
func TestAnAnalysisShowsThatItIsAliveAndSeesThatItIsCancelled(t *testing.T) {
	f := newFixture(t, sqlite(t))
	f.choices(MinPersons, f.singles(9))
	study := f.asked(usual())
	f.exec("UPDATE study SET kind = $1 WHERE id = $2", Analysis, study)
	touched := func() int64 { return one[int64](f, "SELECT touched_at FROM study WHERE id = $1", study) }
	var atReading int64
	h := &halting{Manual: f.clock, left: 14, stop: func() { // by then the answers are read
		atReading = touched()
		f.exec("UPDATE study SET status = 'cancelled' WHERE id = $1", study)
	}}
	f.studies.clock = h
	f.must(f.studies.run(f.Context(), runArgs{Study: study}))
	if h.left > 0 {
		f.Fatalf("no sign of life from the statistics: %d readings of the clock are left", h.left)
	}
	if age := f.clock.Now().UnixMicro() - atReading; age > 5*time.Second.Microseconds() {
		f.Errorf("the last sign of life is %d µs old", age)
	}
	if h.left < -4 {
		f.Errorf("the analysis went on for %d readings of the clock", -h.left)
	}
	if s := f.status(study); s != Cancelled {
		f.Errorf("the study is %s", s)
	}
}
