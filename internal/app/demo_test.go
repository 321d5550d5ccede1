package app_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/identity"
	"galien/internal/platform/clock"
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
	learners, total, err := a.Orgs.Learners(t.Context(), teacher, memberships[0].OrgID, 1)
	if err != nil || total != 30 {
		t.Fatalf("%d learners, %v; want 30", total, err)
	}
	measured := 0
	for _, l := range learners {
		_, profile, err := a.Assess.LearnerProfile(t.Context(), teacher, memberships[0].OrgID, l.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		if profile.Whole != nil {
			measured++
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
	rec := httptest.NewRecorder()
	a.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if rec.Code != http.StatusOK {
		t.Errorf("home page: %d", rec.Code)
	}
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
