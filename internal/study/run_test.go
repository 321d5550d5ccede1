package study

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"galien/internal/measure/calibration"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func sqlite(t *testing.T) *db.DB { t.Helper(); return testkit.SQLite(t) }

func faulty(t *testing.T, err error, field string) {
	t.Helper()
	if err == nil || len(errs.As(err).Fields) != 1 || errs.As(err).Fields[0].Name != field {
		t.Errorf("%s: got %v", field, err)
	}
}

// asked inserts a study that no job works on.
func (f *fixture) asked(c Choice) id.ID {
	f.Helper()
	study := id.New(f.clock.Now())
	c.Language, c.To = "fr", f.clock.Now().UnixMicro()
	choice, err := audit.Canonical(c)
	f.must(err)
	f.exec(insertStudy, study, Calibration, "socle-ns", f.current().SHA256, string(choice), f.psy.Person, f.clock.Now().UnixMicro())
	return study
}

func (f *fixture) status(study id.ID) Status {
	f.Helper()
	return Status(one[string](f, "SELECT status FROM study WHERE id = $1", study))
}

// halting is a clock that advances half a second each time it is read, and calls stop at one of the readings.
type halting struct {
	*clock.Manual
	left int
	stop func()
}

// Now implements clock.Clock.
func (h *halting) Now() time.Time {
	h.Advance(500 * time.Millisecond)
	if h.left--; h.left == 0 {
		h.stop()
	}
	return h.Manual.Now()
}

// A program that is told to stop in the middle of the estimation keeps its place; the next one ends on the very same result.
func TestAStudyGoesOnAfterARestart(t *testing.T) {
	each(t, func(f *fixture) {
		f.crowd(60, f.entries(20))
		whole := f.asked(usual())
		f.must(f.studies.run(f.Context(), runArgs{Study: whole}))
		halted := f.asked(usual())
		h := &halting{Manual: f.clock, left: 18}
		f.studies.clock = h
		h.stop = f.studies.Close
		if err := f.studies.run(f.Context(), runArgs{Study: halted}); !errors.Is(err, context.Canceled) {
			f.Fatalf("got %v", err)
		}
		if s := f.status(halted); s != Running {
			f.Fatalf("the halted study is %s", s)
		}
		state, err := calibration.ParseState([]byte(one[string](f, "SELECT state FROM study WHERE id = $1", halted)))
		if err != nil || state.Iteration == 0 {
			f.Fatalf("the place kept is %+v, %v", state, err)
		}
		f.open(f.clock)
		f.must(f.studies.run(f.Context(), runArgs{Study: halted}))
		var results []Result
		for _, study := range []id.ID{whole, halted} {
			var r Result
			f.must(json.Unmarshal([]byte(one[string](f, "SELECT result FROM study WHERE id = $1", study)), &r))
			results = append(results, r)
		}
		if results[0].Fit.LogLikelihood != results[1].Fit.LogLikelihood || results[0].Data.SHA256 != results[1].Data.SHA256 {
			f.Errorf("%+v and %+v", results[0].Fit, results[1].Fit)
		}
		if left := one[*string](f, "SELECT state FROM study WHERE id = $1", halted); left != nil {
			f.Error("the state is kept after the end")
		}
	})
}

func TestAStudyThatWasKilledIsTakenUpAgain(t *testing.T) {
	each(t, func(f *fixture) {
		f.crowd(15, f.entries(6))
		study := f.asked(usual())
		f.exec("UPDATE study SET status = 'running' WHERE id = $1", study)
		f.must(f.studies.Resume(f.Context()))
		if n := one[int](f, "SELECT COUNT(*) FROM river_job WHERE kind = 'study.run'"); n != 0 {
			f.Fatalf("%d jobs for a study that gave a sign of life just now", n)
		}
		f.clock.Advance(stalled + time.Second)
		f.must(f.studies.Resume(f.Context()))
		for began := clock.Start(); f.status(study) != Done; f.must(clock.Pause(f.Context(), 20*time.Millisecond)) {
			if began.Elapsed() > time.Minute {
				f.Fatalf("the study is still %s", f.status(study))
			}
		}
		f.must(f.studies.run(f.Context(), runArgs{Study: study})) // twice is once
		if n := one[int](f, "SELECT COUNT(*) FROM audit_event WHERE action = 'study.end'"); n != 1 {
			f.Errorf("it ended %d times", n)
		}
	})
}

func TestACancelledStudyStopsAndChangesNothing(t *testing.T) {
	each(t, func(f *fixture) {
		f.crowd(60, f.entries(20))
		study := f.asked(usual())
		h := &halting{Manual: f.clock, left: 12, stop: func() {
			f.exec("UPDATE study SET status = 'cancelled' WHERE id = $1", study) // as from the page
		}}
		f.studies.clock = h
		f.must(f.studies.run(f.Context(), runArgs{Study: study}))
		if s := f.status(study); s != Cancelled || h.left > 0 {
			f.Fatalf("the study is %s, with %d readings of the clock left", s, h.left)
		}
		f.refused(f.studies.Cancel(f.Context(), f.psy, study), "study.over")
		f.refused(f.studies.Accept(f.Context(), f.psy, study, refs(f.entries(1))), "study.not_done")
		waiting := f.asked(usual())
		f.must(f.studies.Cancel(f.Context(), f.psy, waiting))
		f.must(f.studies.run(f.Context(), runArgs{Study: waiting}))
		if result := one[*string](f, "SELECT result FROM study WHERE id = $1", waiting); result != nil || f.status(waiting) != Cancelled {
			f.Errorf("%s with a result", f.status(waiting))
		}
	})
}
