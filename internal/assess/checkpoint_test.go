package assess_test

import (
	"strings"
	"testing"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

// begun is an open attempt with a number of answers.
func (s *stack) begun(t *testing.T, a identity.Actor, answers int) id.ID {
	t.Helper()
	attempt, err := s.assess.Start(t.Context(), a, assess.Options{Scope: "1"})
	must(t, err)
	for range answers {
		sc, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		s.clock.Advance(time.Second)
		s.answer(t, a, sc, true)
	}
	return attempt
}

// A checkpoint that comes late, after a stop or behind other jobs, goes on from the one before, however long ago that was.
func TestALateCheckpointTakesEveryHeadSinceTheLastOne(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		l := &logged{stack: newStack(t, d)}
		a := l.visitor(t)
		l.open = l.begun(t, a, 0)
		must(t, l.assess.Checkpoint(t.Context())) // the first one, which would take everything in any case
		l.begun(t, a, 4)
		l.clock.Advance(2*time.Minute + time.Second)
		must(t, l.assess.Checkpoint(t.Context()))
		l.strip(t)
		findings := l.tampered(t, "DELETE FROM attempt_event WHERE attempt_id = '"+l.open.String()+"' AND seq > 2")
		if len(findings) != 1 || !strings.HasPrefix(findings[0].Key, l.open.String()+"/5") {
			t.Errorf("three answers cut: %v", findings)
		}
	})
}

func TestACheckpointWithoutNewAnswersRecordsNothing(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		s := newStack(t, d)
		s.begun(t, s.visitor(t), 2)
		s.take(t, s.visitor(t), "1", func(int) bool { return true })
		events := func() (n int) {
			must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
				n, err = db.One[int](t.Context(), tx, "SELECT COUNT(*) FROM audit_event WHERE action = 'assess.heads'")
				return err
			}))
			return n
		}
		must(t, s.assess.Checkpoint(t.Context()))
		s.clock.Advance(time.Hour)
		must(t, s.assess.Checkpoint(t.Context()))
		if n := events(); n != 1 {
			t.Errorf("%d events of heads, want 1", n)
		}
	})
}

// The instant comes from the ledger: one in the future, which a clock set back leaves, does not keep answers out.
func TestACheckpointAfterTheClockWasSetBackTakesTheLastMinutes(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	a := s.visitor(t)
	s.begun(t, a, 1)
	s.clock.Advance(24 * time.Hour)
	must(t, s.assess.Checkpoint(t.Context()))
	s.clock.Advance(-24 * time.Hour)
	other := s.begun(t, s.visitor(t), 1)
	must(t, s.assess.Checkpoint(t.Context()))
	var named int
	must(t, s.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		named, err = db.One[int](t.Context(), tx, "SELECT COUNT(*) FROM audit_event WHERE action = 'assess.heads' AND details LIKE '%' || CAST($1 AS TEXT) || '%'", other.String())
		return err
	}))
	if named != 1 {
		t.Errorf("the head of the attempt is in %d events, want 1", named)
	}
}
