package assess_test

import (
	"context"
	"strings"
	"testing"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/testkit"
)

// erase removes a person as the end of a visitor's retention does.
func (s *stack) erase(t *testing.T, a identity.Actor) {
	t.Helper()
	must(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		if err := s.audit.Erase(t.Context(), tx, a.Person); err != nil {
			return err
		}
		return s.assess.Forget(t.Context(), tx, a.Person)
	}))
}

// verified is what verify-log finds.
func (s *stack) verified(t *testing.T) (findings []audit.Finding, logs assess.LogReport) {
	t.Helper()
	r, err := s.audit.Verify(t.Context(), audit.Options{}, func(ctx context.Context, tx *db.Tx) (found []audit.Finding, err error) {
		logs, found, err = s.assess.VerifyLogsByPortions(ctx, tx, 1000)
		return found, err
	})
	must(t, err)
	return r.Findings, logs
}

// An erasure takes the key and the rows: the ledger's heads of what is gone are counted and not reported.
func TestAnErasedPersonsHeadsAreCountedAndNotReported(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		l := newLogged(t, d)
		l.erase(t, l.persons[1])
		findings, logs := l.verified(t)
		for _, f := range findings {
			t.Errorf("finding: %s", f)
		}
		if logs.Erased != 1 || logs.Attempts != 1 {
			t.Errorf("%+v, want one head of an erased person and one attempt", logs)
		}
	})
}

// A superuser imitates an erasure to falsify what the destroyed key would refute: the key and what is left under it are named.
func TestAForgedErasureHidesNoFalsification(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		l := newLogged(t, d)
		l.strip(t)
		person := l.persons[0].Person.String()
		for _, statement := range []string{
			"UPDATE person_key SET wrapped = NULL, erased_at = 1 WHERE person_id = '" + person + "'",
			"UPDATE audit_event SET details = '' WHERE key_id = '" + person + "'",
			"UPDATE attempt SET result = replace(result, '\"mean\":', '\"mean\":1') WHERE person_id = '" + person + "'",
			"UPDATE attempt_event SET body = replace(body, '\"category\":0', '\"category\":1') WHERE person_id = '" + person + "'",
		} {
			_, err := d.Writer().ExecContext(t.Context(), statement)
			must(t, err)
		}
		findings, _ := l.verified(t)
		for _, want := range []string{"person_key " + person, "attempt_event " + l.finished.String() + ": left"} {
			found := false
			for _, f := range findings {
				found = found || strings.HasPrefix(f.String(), want)
			}
			if !found {
				t.Errorf("%s is not named: %v", want, findings)
			}
		}
	})
}

func TestAnswersAreDeletedUnderADestroyedKeyOnly(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		l := newLogged(t, d)
		forget := func(tx *db.Tx) error { return l.assess.Forget(t.Context(), tx, l.persons[0].Person) }
		if err := d.Write(t.Context(), forget); !db.Refused(err) {
			t.Errorf("deleted without an erasure: %v", err)
		}
		l.erase(t, l.persons[0])
	})
}

// Another process destroys the key that this one holds in memory.
func TestAnAnswerUnderAKeyDestroyedElsewhereIsRefused(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		here := openStack(t, d, dir)
		a := here.visitor(t)
		attempt, err := here.assess.Start(t.Context(), a, assess.Options{})
		must(t, err)
		sc, err := here.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		_, err = here.audit.Seal(t.Context())
		must(t, err)
		there := openStack(t, d, dir)
		must(t, d.Write(t.Context(), func(tx *db.Tx) error { return there.audit.Erase(t.Context(), tx, a.Person) })) // the rows are still there
		answer := func() error {
			_, err := here.assess.Answer(t.Context(), a, attempt, sc.Seq, sc.Item, item.Response{})
			return err
		}
		if err := answer(); !errs.Is(err, errs.NotFound) {
			t.Errorf("the key is destroyed: %v, want not found", err)
		}
		there.erase(t, a)
		if err := answer(); !errs.Is(err, errs.NotFound) {
			t.Errorf("the attempt is gone: %v, want not found", err)
		}
	})
}

// The request that a learner sends again finds its number in this process's memory and its row gone.
func TestARepeatedAnswerAfterAnErasureElsewhereIsRefused(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		here := openStack(t, d, dir)
		a := here.visitor(t)
		attempt, err := here.assess.Start(t.Context(), a, assess.Options{})
		must(t, err)
		sc, err := here.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		here.answer(t, a, sc, true)
		_, err = here.audit.Seal(t.Context())
		must(t, err)
		openStack(t, d, dir).erase(t, a)
		if _, err := here.assess.Answer(t.Context(), a, attempt, sc.Seq, sc.Item, here.right(sc)); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v, want not found", err)
		}
	})
}
