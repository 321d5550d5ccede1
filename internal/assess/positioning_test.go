package assess_test

import (
	"context"
	"sync"
	"testing"

	"galien/internal/assess"
	"galien/internal/item"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/testkit"
)

func TestAWholePositioningMeasuresEveryCompetencyAndIsReproduced(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		a := s.visitor(t)
		report, n := s.take(t, a, "", func(int) bool { return true })
		if n < 25 || n > 32 {
			t.Errorf("%d answers, want 25 to 32", n)
		}
		if len(report.Result.Competencies) != 15 || len(report.Result.Domains) != 5 {
			t.Fatalf("%d competencies and %d domains, want 15 and 5", len(report.Result.Competencies), len(report.Result.Domains))
		}
		for _, c := range report.Result.Competencies {
			if c.Answers == 0 {
				t.Errorf("competency %s is reported without an answer", c.Code)
			}
		}
		if report.Result.Main.Mean < 0.5 {
			t.Errorf("an expert is measured at %.2f", report.Result.Main.Mean)
		}
		scenarios := 0
		for _, x := range report.Answers {
			if x.Item.Type == item.Scenario {
				scenarios++
			}
		}
		if scenarios != 1 {
			t.Errorf("%d scenarios in the form, want 1", scenarios)
		}
		differences, err := s.assess.Replay(t.Context(), a.Person, report.Attempt.ID)
		must(t, err)
		if len(differences) > 0 {
			t.Errorf("the log does not reproduce the attempt: %v", differences)
		}
	})
}

func TestAPositioningThatKnowsNothingIsLow(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	report, _ := s.take(t, s.visitor(t), "", func(int) bool { return false })
	if report.Result.Main.Mean > -0.5 || report.Result.Main.Level != 0 {
		t.Errorf("nothing known is measured at %.2f, level %d", report.Result.Main.Mean, report.Result.Main.Level)
	}
}

func TestADomainPositioningAsksThatDomainOnly(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	report, n := s.take(t, s.visitor(t), "2", func(n int) bool { return n%2 == 0 })
	if n < 6 || n > 8 {
		t.Errorf("%d answers, want 6 to 8", n)
	}
	for _, x := range report.Answers {
		if x.Item.Competency[0] != '2' {
			t.Errorf("item %s of competency %s in a positioning on domain 2", x.Item.ID, x.Item.Competency)
		}
	}
	if len(report.Result.Domains) != 1 || len(report.Result.Competencies) != 2 {
		t.Errorf("reported: %d domains, %d competencies", len(report.Result.Domains), len(report.Result.Competencies))
	}
}

func TestARepeatedAnswerCountsOnceAndAnotherUnderTheSameNumberIsRefused(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		a := s.visitor(t)
		attempt, err := s.assess.Start(t.Context(), a, assess.Options{})
		must(t, err)
		sc, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		right := s.right(sc)
		var wait sync.WaitGroup
		for range 8 { // a double click, eight times over
			wait.Go(func() {
				if _, err := s.assess.Answer(context.WithoutCancel(t.Context()), a, attempt, sc.Seq, sc.Item, right); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		_, err = s.assess.Answer(t.Context(), a, attempt, sc.Seq, sc.Item, item.Response{})
		if !errs.HasCode(err, "assess.already_answered") {
			t.Errorf("another answer under the same number: %v, want assess.already_answered", err)
		}
		next, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		if next.Number != 2 {
			t.Errorf("question %d after one answer", next.Number)
		}
		if _, err = s.assess.Answer(t.Context(), a, attempt, next.Seq+1, next.Item, right); !errs.HasCode(err, "assess.out_of_order") {
			t.Errorf("an answer ahead of its time: %v, want assess.out_of_order", err)
		}
	})
}

func TestAnAttemptGoesOnInAnotherProcess(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		first := openStack(t, d, dir)
		a := first.visitor(t)
		attempt, err := first.assess.Start(t.Context(), a, assess.Options{})
		must(t, err)
		for range 6 {
			sc, err := first.assess.Screen(t.Context(), a, attempt)
			must(t, err)
			first.answer(t, a, sc, true)
		}
		here, err := first.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		second := openStack(t, d, dir)
		there, err := second.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		if here.Seq != there.Seq || here.Item != there.Item || there.Number != 7 {
			t.Errorf("resumed at event %d, item %s; was at %d, %s", there.Seq, there.Item, here.Seq, here.Item)
		}
		second.answer(t, a, there, true)
		// The first process has not seen that answer: it learns of it when it tries to write under the same number.
		if _, err := first.assess.Answer(t.Context(), a, attempt, here.Seq, here.Item, first.right(here)); err != nil {
			t.Errorf("the same answer through the other process: %v", err)
		}
		after, err := first.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		if after.Number != 8 {
			t.Errorf("the first process shows question %d, want 8", after.Number)
		}
	})
}

func TestNobodyReachesAnotherPersonsAttempt(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	owner, other := s.visitor(t), s.visitor(t)
	attempt, err := s.assess.Start(t.Context(), owner, assess.Options{})
	must(t, err)
	sc, err := s.assess.Screen(t.Context(), owner, attempt)
	must(t, err)
	if _, err := s.assess.Screen(t.Context(), other, attempt); !errs.Is(err, errs.NotFound) {
		t.Errorf("screen of another person's attempt: %v, want not found", err)
	}
	if _, err := s.assess.Answer(t.Context(), other, attempt, sc.Seq, sc.Item, item.Response{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("answer in another person's attempt: %v, want not found", err)
	}
}

func TestStoppingEarlyNeedsFiveAnswersAndGivesAnUncertainResult(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	a := s.visitor(t)
	attempt, err := s.assess.Start(t.Context(), a, assess.Options{})
	must(t, err)
	for range 5 {
		if err := s.assess.Stop(t.Context(), a, attempt); !errs.HasCode(err, "assess.too_few") {
			t.Fatalf("stop before five answers: %v", err)
		}
		sc, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		s.answer(t, a, sc, true)
	}
	must(t, s.assess.Stop(t.Context(), a, attempt))
	report, err := s.assess.Report(t.Context(), a, attempt)
	must(t, err)
	if report.Result.Reason != assess.ReasonChosen || report.Result.Answers != 5 || report.Result.Main.SE < 0.4 {
		t.Errorf("result %+v", report.Result.Main)
	}
	if _, err := s.assess.Start(t.Context(), a, assess.Options{}); err != nil {
		t.Errorf("a new positioning after the first: %v", err)
	}
}

func TestAVisitorsWorkFollowsThemIntoAnExistingAccount(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		holder, _, err := s.identity.Register(t.Context(), s.visitor(t), "192.0.2.1", registration)
		must(t, err)
		visitor := s.visitor(t)
		report, _ := s.take(t, visitor, "2", func(int) bool { return true })
		account, _, err := s.identity.SignIn(t.Context(), visitor, "192.0.2.1", registration.Email, registration.Password)
		must(t, err)
		if account.Person != holder.Person {
			t.Fatal("signed in to another account")
		}
		if _, err := s.assess.Report(t.Context(), account, report.Attempt.ID); err != nil {
			t.Errorf("the visitor's report, from the account: %v", err)
		}
		profile, err := s.assess.Profile(t.Context(), account)
		must(t, err)
		if _, ok := profile.Domains["2"]; !ok {
			t.Error("the visitor's measure is not in the account's profile")
		}
	})
}

func TestAResultThatIsNotReproducedIsShownAsBeingChecked(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		l := &logged{stack: newStack(t, d)}
		a := l.visitor(t)
		report, _ := l.take(t, a, "2", func(int) bool { return true })
		args := assess.RecomputeArgs{Person: a.Person, Attempt: report.Attempt.ID}
		must(t, l.assess.Recompute(t.Context(), args))
		if again, err := l.assess.Report(t.Context(), a, args.Attempt); err != nil || again.BeingChecked {
			t.Errorf("a reproduced result: being checked %v, %v", again.BeingChecked, err)
		}
		l.strip(t)
		_, err := d.Writer().ExecContext(t.Context(), "UPDATE attempt_event SET body = replace(body, '\"rule\":\"', '\"rule\":\"x') WHERE kind = 'answer'")
		must(t, err)
		must(t, l.assess.Recompute(t.Context(), args))
		if again, err := l.assess.Report(t.Context(), a, args.Attempt); err != nil || !again.BeingChecked {
			t.Errorf("a result that is not reproduced: being checked %v, %v", again.BeingChecked, err)
		}
	})
}
