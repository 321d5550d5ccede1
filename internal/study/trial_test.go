package study

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/id"
)

// small is a trial that takes little time.
func small() Trial {
	t := DefaultTrial()
	t.Scope, t.People = "1", LeastPeople
	return t
}

// tried inserts a simulation that no job works on.
func (f *fixture) tried(t Trial) id.ID {
	f.Helper()
	study := id.New(f.clock.Now())
	choice, err := audit.Canonical(t)
	f.must(err)
	f.exec(insertStudy, study, Simulation, "socle-ns", f.current().SHA256, string(choice), f.psy.Person, f.clock.Now().UnixMicro())
	return study
}

// over waits until a study is over.
func (f *fixture) over(study id.ID) Report {
	f.Helper()
	for began := clock.Start(); ; {
		r, err := f.studies.Get(f.Context(), f.psy, study)
		f.must(err)
		if r.Status.Over() {
			return r
		}
		if began.Elapsed() > 2*time.Minute {
			f.Fatalf("the study is still %s", r.Status)
		}
		f.must(clock.Pause(f.Context(), 20*time.Millisecond))
	}
}

func (f *fixture) simulated(t Trial) Report {
	f.Helper()
	study, err := f.studies.Simulate(f.Context(), f.psy, t)
	f.must(err)
	r := f.over(study)
	if r.Status != Done {
		f.Fatalf("the simulation is %s %s", r.Status, r.Fault)
	}
	return r
}

func TestASimulationIsTheSameForTheSameSeed(t *testing.T) {
	each(t, func(f *fixture) {
		text := func(r Report) string {
			written, err := json.Marshal(r.Outcome)
			f.must(err)
			return string(written)
		}
		first, again := f.simulated(small()), f.simulated(small())
		if text(first) != text(again) {
			f.Error("the same seed gives another result")
		}
		other := small()
		other.Seed = 2
		if text(f.simulated(other)) == text(first) {
			f.Error("another seed gives the same result")
		}
		o := first.Outcome
		if o.Candidates != LeastPeople || o.Scores[0].Name != "domain 1" || len(o.Scores) < 2 || o.Levels == nil || len(o.Exposure.Items) == 0 || o.State != nil {
			f.Errorf("%+v", o)
		}
		if first.Trial != small() || first.Published.SHA256 != f.current().SHA256 {
			f.Errorf("the trial is %+v", first.Trial)
		}
		if n := one[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = 'study.end'"); n != 3 {
			f.Errorf("%d events of an end", n)
		}
	})
}

func TestACeilingAndAFixedLengthAreKept(t *testing.T) {
	f := newFixture(t, sqlite(t))
	free, capped := small(), small()
	free.Fixed, capped.Fixed, capped.Ceiling = true, true, 40
	open, held := f.simulated(free).Outcome, f.simulated(capped).Outcome
	if open.Length != float64(int(open.Length)) || len(open.Stopped) != 0 {
		t.Errorf("a fixed length gives %v items and stops %v", open.Length, open.Stopped)
	}
	if held.Exposure.Max >= open.Exposure.Max {
		t.Errorf("the ceiling leaves the largest exposure at %v, it is %v without", held.Exposure.Max, open.Exposure.Max)
	}
}

func TestATrialIsCheckedFieldByField(t *testing.T) {
	f := newFixture(t, sqlite(t))
	for field, spoil := range map[string]func(*Trial){
		"scope": func(t *Trial) { t.Scope = "9" }, "people": func(t *Trial) { t.People = LeastPeople - 1 },
		"ceiling": func(t *Trial) { t.Ceiling = MostCeiling + 1 }, "mean": func(t *Trial) { t.Mean = -FarthestMean - 1 },
	} {
		trial := small()
		spoil(&trial)
		_, err := f.studies.Simulate(t.Context(), f.psy, trial)
		faulty(t, err, field)
	}
	for _, actor := range []identity.Actor{{}, f.chief} {
		if _, err := f.studies.Simulate(t.Context(), actor, small()); err == nil {
			t.Error("a simulation is asked for by somebody who may not")
		}
		if _, err := f.studies.Technical(t.Context(), actor); err == nil {
			t.Error("the technical report is read by somebody who may not")
		}
	}
	if n := one[int](f, "SELECT COUNT(*) FROM study"); n != 0 {
		t.Errorf("%d studies", n)
	}
}

// A simulation that a stop interrupts begins again, and ends as one that was never interrupted.
func TestASimulationBeginsAgainAfterAStop(t *testing.T) {
	each(t, func(f *fixture) {
		trial := small()
		trial.People = 300
		whole, halted := f.tried(trial), f.tried(trial)
		f.must(f.studies.run(f.Context(), runArgs{Study: whole}))
		h := &halting{Manual: f.clock, left: 4}
		f.studies.clock = h
		h.stop = f.studies.Close
		if err := f.studies.run(f.Context(), runArgs{Study: halted}); !errors.Is(err, context.Canceled) {
			f.Fatalf("got %v", err)
		}
		if s := f.status(halted); s != Running {
			f.Fatalf("the halted simulation is %s", s)
		}
		f.open(f.clock)
		f.must(f.studies.run(f.Context(), runArgs{Study: halted}))
		result := "SELECT result FROM study WHERE id = $1"
		if one[string](f, result, whole) != one[string](f, result, halted) {
			f.Error("the result of the interrupted simulation differs")
		}
	})
}

func TestASimulationIsCancelledWhileItRuns(t *testing.T) {
	each(t, func(f *fixture) {
		trial := small()
		trial.People = 1000
		study := f.tried(trial)
		h := &halting{Manual: f.clock, left: 4}
		f.studies.clock = h
		h.stop = func() { f.exec("UPDATE study SET status = 'cancelled' WHERE id = $1", study) }
		f.must(f.studies.run(f.Context(), runArgs{Study: study}))
		if s := f.status(study); s != Cancelled {
			f.Errorf("it is %s", s)
		}
		if done := one[int](f, "SELECT iteration FROM study WHERE id = $1", study); done >= trial.People {
			f.Errorf("%d exams were given", done)
		}
	})
}
