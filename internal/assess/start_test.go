package assess_test

import (
	"context"
	"sync"
	"testing"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func (s *stack) start(t *testing.T, a identity.Actor, o assess.Options) id.ID {
	t.Helper()
	attempt, err := s.assess.Start(t.Context(), a, o)
	must(t, err)
	return attempt
}

func (s *stack) pass(t *testing.T, a identity.Actor, attempt id.ID, n int) {
	t.Helper()
	for range n {
		sc, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		s.answer(t, a, sc, true)
	}
}

func TestAnOpenPositioningWithAnotherChoiceOfQuestionsIsNotResumedUnasked(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		for _, accessible := range []bool{false, true} {
			a := s.visitor(t)
			open := s.start(t, a, assess.Options{Scope: "2", Accessible: accessible})
			other := assess.Options{Scope: "2", Accessible: !accessible}
			_, err := s.assess.Start(t.Context(), a, other)
			if !errs.HasCode(err, "assess.open_otherwise") {
				t.Fatalf("accessible after %v: got %v", accessible, err)
			}
			if found, err := s.assess.OpenOtherwise(t.Context(), a, other); err != nil || found.ID != open {
				t.Errorf("found %s open, want %s: %v", found.ID, open, err)
			}
			if again := s.start(t, a, assess.Options{Scope: "2", Accessible: accessible}); again != open {
				t.Error("the same choice does not resume")
			}
			if s.start(t, a, assess.Options{Scope: "1", Accessible: !accessible}) == open {
				t.Error("another scope resumes this one")
			}
		}
	})
}

func TestRestartingEndsTheOpenPositioningAndAsksWhatWasChosen(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		a := s.visitor(t)
		open := s.start(t, a, assess.Options{Scope: "2"})
		s.pass(t, a, open, 5)
		restart := assess.Options{Scope: "2", Accessible: true, Restart: true}
		next := s.start(t, a, restart)
		if next == open || s.start(t, a, restart) != next {
			t.Fatal("restarting goes on with the old one, or begins twice")
		}
		report, err := s.assess.Report(t.Context(), a, open)
		must(t, err)
		if report.Result.Answers != 5 || report.Result.Reason != assess.ReasonChosen {
			t.Errorf("ended with %+v", report.Result)
		}
		for {
			sc, err := s.assess.Screen(t.Context(), a, next)
			must(t, err)
			if sc.Over {
				break
			}
			if !sc.Subject().Accessible {
				t.Errorf("%s is asked of who needs accessible questions", sc.Item)
			}
			s.answer(t, a, sc, true)
		}
	})
}

func TestWhatIsEndedUnderFiveAnswersHasNoResultAndMeasuresNothing(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		a := s.visitor(t)
		open := s.start(t, a, assess.Options{Scope: "2"})
		s.pass(t, a, open, 4)
		s.start(t, a, assess.Options{Scope: "2", Accessible: true, Restart: true})
		if _, err := s.assess.Report(t.Context(), a, open); !errs.HasCode(err, "assess.no_result") {
			t.Errorf("its result: %v", err)
		}
		profile, err := s.assess.Profile(t.Context(), a)
		must(t, err)
		if len(profile.Domains) != 0 || len(profile.Competencies) != 0 || len(profile.History) != 2 {
			t.Errorf("the profile holds %v of %d attempts", profile.Domains, len(profile.History))
		}
		differences, err := s.assess.Replay(t.Context(), a.Person, open)
		must(t, err)
		if len(differences) > 0 {
			t.Errorf("the log does not reproduce the attempt: %v", differences)
		}
	})
}

func TestARestartSentTwiceBeginsOnce(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		a := s.visitor(t)
		s.start(t, a, assess.Options{})
		begun := make([]id.ID, 8)
		var wait sync.WaitGroup
		for n := range begun {
			wait.Go(func() {
				var err error
				if begun[n], err = s.assess.Start(context.WithoutCancel(t.Context()), a, assess.Options{Accessible: true, Restart: true}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, attempt := range begun {
			if attempt != begun[0] {
				t.Errorf("begun twice: %v", begun)
			}
		}
	})
}
