package app_test

import (
	"net/http"
	"testing"
	"time"

	"galien/internal/platform/audit"
)

// A visitor's whole stay, through the pages, until the retention that table person declares: the purge leaves nothing of them
// and the ledger, with the answer logs, still verifies.
func TestAVisitorsWorkEndsAfterThirtyDaysAndTheLedgerStillVerifies(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	attempt := b.Post("/positionnement", "domaine", "").Want(http.StatusSeeOther).Location()
	kept := s.person("Kept")
	s.answerOne(b, attempt)
	s.must(s.app.Assess.Checkpoint(t.Context()))
	s.seal()
	s.clock.Advance(30*24*time.Hour - time.Second)
	b.Get(attempt).Want(http.StatusOK)
	s.clock.Advance(time.Second)
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
