package app_test

import (
	"net/http"
	"testing"
	"time"

	"galien/internal/platform/audit"
)

// A visitor's whole stay, through the pages, until the retention that table person declares: the purge leaves nothing of them
// and the ledger, with the answer logs, still verifies.
func TestAVisitorsWorkEndsThirtyDaysAfterTheirLastVisitAndTheLedgerStillVerifies(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	attempt := b.Post("/positionnement", "domaine", "").Want(http.StatusSeeOther).Location()
	kept := s.person("Kept")
	s.answerOne(b, attempt)
	s.must(s.app.Assess.Checkpoint(t.Context()))
	s.seal()
	s.clock.Advance(30*24*time.Hour - time.Second)
	back := b.Get(attempt).Want(http.StatusOK)
	if c := back.Cookie(cookieName); c == nil || c.MaxAge != 30*24*3600 || !c.HttpOnly || !c.Secure {
		t.Errorf("the device keeps its sign-in by %+v", c)
	}
	if again := b.Get(attempt).Want(http.StatusOK); again.Cookie(cookieName) != nil {
		t.Error("the sign-in is prolonged twice a day")
	}
	s.clock.Advance(30*24*time.Hour - time.Second)
	s.must(s.app.Identity.PurgeExpired(t.Context()))
	s.clock.Advance(time.Second)
	if one[int](s, "SELECT COUNT(*) FROM attempt") != 1 {
		t.Error("the work is gone before 30 days")
	}
	s.must(s.app.Identity.PurgeExpired(t.Context()))
	b.Get(attempt).Want(http.StatusSeeOther)
	for _, statement := range []string{"SELECT COUNT(*) FROM attempt", "SELECT COUNT(*) FROM attempt_event", "SELECT COUNT(*) FROM person WHERE id NOT IN (SELECT person_id FROM account)"} {
		if n := one[int](s, statement); n != 0 {
			t.Errorf("%s: %d", statement, n)
		}
	}
	if s.events("identity.forget") != 1 || one[int](s, "SELECT COUNT(*) FROM person WHERE id = $1", kept.Person) != 1 {
		t.Error("another person was forgotten, or the purge is not recorded")
	}
	s.seal()
	report, err := s.app.Audit.Verify(t.Context(), audit.Options{}, s.app.Assess.VerifyLogs)
	s.must(err)
	for _, f := range report.Findings {
		t.Errorf("the ledger has a finding: %s", f)
	}
	if report.Erased == 0 {
		t.Error("no event is under a destroyed key")
	}
}

func (s *site) seal() {
	s.Helper()
	for one[int](s, "SELECT COUNT(*) FROM audit_pending") > 0 {
		_, err := s.app.Audit.Seal(s.Context())
		s.must(err)
	}
}
