package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/study"
)

// TestTheDemonstrationIsLivedThroughTheRealServices fills a demonstration and reads it as its teacher does.
func TestTheDemonstrationIsLivedThroughTheRealServices(t *testing.T) {
	c := clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	a, err := app.New(t.Context(), app.Config{Data: t.TempDir(), Clock: c, Log: slog.New(slog.DiscardHandler), Demo: app.DemoAccounts()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	stop, err := a.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	watch := clock.Start()
	if err := a.FillDemo(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Logf("filled in %v", watch.Elapsed())
	teacher := signIn(t, a, "teacher")
	memberships, err := a.Orgs.Memberships(t.Context(), teacher)
	if err != nil || len(memberships) != 1 {
		t.Fatalf("the teacher's roles: %v, %v", memberships, err)
	}
	cohort, err := a.Assess.Cohort(t.Context(), teacher, memberships[0].OrgID, 1)
	if err != nil || cohort.Total != 30 {
		t.Fatalf("%d learners, %v; want 30", cohort.Total, err)
	}
	measured := 0
	for _, l := range cohort.Learners {
		_, profile, err := a.Assess.LearnerProfile(t.Context(), teacher, memberships[0].OrgID, l.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		if profile.Whole != nil {
			measured++
		}
		if (profile.Whole != nil) != (l.Whole != nil) || (len(profile.History) == 0) != (l.State == assess.NotBegun) {
			t.Errorf("the list says %+v of a learner with %d attempts", l, len(profile.History))
		}
		for _, h := range profile.History {
			differences, err := a.Assess.Replay(t.Context(), l.PersonID, h.Attempt.ID)
			if err != nil || len(differences) > 0 {
				t.Errorf("attempt %s is not reproduced: %v %v", h.Attempt.ID, differences, err)
			}
		}
	}
	if measured != 23 {
		t.Errorf("%d learners have a whole positioning, want 23", measured)
	}
	calibrates(t, a, c)
	hashes := many[string](t, a, "SELECT password_hash FROM account")
	actor, _, err := a.Identity.Register(t.Context(), identity.Actor{}, "test", identity.Registration{Name: "Ada", Email: "ada@example.org", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if hash := many[string](t, a, "SELECT password_hash FROM account WHERE person_id = $1", actor.Person)[0]; !strings.Contains(hash, "$m=19456,t=2,") {
		t.Errorf("who registers in a demonstration has a password hashed as %s", hash)
	}
	for _, hash := range hashes {
		if !strings.Contains(hash, "$m=8,t=1,") {
			t.Errorf("a password that everybody knows is hashed as %s", hash)
		}
	}
	rec := httptest.NewRecorder()
	a.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if rec.Code != http.StatusOK {
		t.Errorf("home page: %d", rec.Code)
	}
}

// calibrates runs a study of the demonstration's answers, which are far too few for anything to be accepted.
func calibrates(t *testing.T, a *app.App, c *clock.Manual) {
	t.Helper()
	who := signIn(t, a, "psychometrician")
	asked, err := a.Studies.Create(t.Context(), who, study.Choice{To: c.Now().UnixMicro(), Extent: assess.WholeExtent, Minimum: study.DefaultMinimum,
		Models: study.ModelsInForce, Priors: study.WeakPriors})
	if err != nil {
		t.Fatal(err)
	}
	var r study.Report
	for began := clock.Start(); !r.Status.Over() || r.Status == ""; {
		if began.Elapsed() > time.Minute {
			t.Fatalf("the study is still %s", r.Status)
		}
		if err := clock.Pause(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if r, err = a.Studies.Get(t.Context(), who, asked); err != nil {
			t.Fatal(err)
		}
	}
	if r.Status != study.Done || r.Result.Data.Persons != 27 {
		t.Fatalf("the study: %s %s %+v", r.Status, r.Fault, r.Result)
	}
	estimated := 0
	for _, e := range r.Result.Items {
		if e.Estimated != nil {
			estimated++
		}
		if e.Acceptable() {
			t.Errorf("%s could be accepted on %d answers", e.Ref, e.N)
		}
	}
	t.Logf("%d items estimated of %+v, %+v", estimated, r.Result.Data, r.Result.Fit)
	if estimated == 0 {
		t.Error("nothing is estimated")
	}
}

func many[T any](t *testing.T, a *app.App, statement string, args ...any) (out []T) {
	t.Helper()
	if err := a.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Many[T](t.Context(), tx.Unscoped("test"), statement, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func signIn(t *testing.T, a *app.App, role string) identity.Actor {
	t.Helper()
	for _, d := range app.DemoAccounts() {
		if d.Role == role {
			actor, _, err := a.Identity.SignIn(t.Context(), identity.Actor{}, "test", d.Email, d.Password)
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
	}
	t.Fatalf("no demonstration account for %s", role)
	return identity.Actor{}
}
