package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"galien/e2e/learner"
	"galien/e2e/server"
)

// eachEngine runs the test on SQLite and, but for -short, on PostgreSQL.
func eachEngine(t *testing.T, f func(t *testing.T, to target)) {
	binary, err := server.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" && testing.Short() {
				t.Skip("-short: no PostgreSQL server")
			}
			f(t, target{Database: engine, Binary: binary, Dir: t.TempDir()})
		})
	}
}

// Times depend on the machine: only correctness is asserted.
func TestShortLoadIsServedWithoutAnError(t *testing.T) {
	eachEngine(t, func(t *testing.T, to target) {
		l := load{target: to, Rate: 40, Pages: 60, Seconds: 4, Warmup: time.Second, Learners: 10}
		m, err := l.measure(t.Context(), to.Dir, to.Binary, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.verdict(); err != nil {
			t.Errorf("%v\n%s", err, m.report(l))
		}
		if m.answers.offered != 160 || m.others.offered != 80 {
			t.Errorf("offered %d answers and %d other pages, want 160 and 80", m.answers.offered, m.others.offered)
		}
		if m.starts.done == 0 {
			t.Error("no learner finished and was replaced: the run does not cover starts")
		}
		if m.cpu.program <= 0 {
			t.Error("no processor time was measured")
		}
	})
}

func TestTheBaselineKeepsEveryRowItCounts(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" && testing.Short() {
				t.Skip("-short: no PostgreSQL server")
			}
			b, err := raw(t.Context(), engine, t.TempDir(), 20, 300*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			if b.shared <= 0 || b.single <= 0 {
				t.Errorf("measured %s", b)
			}
		})
	}
}

func TestASummaryCountsItsWindowAndNamesFailures(t *testing.T) {
	from := time.Now()
	var s series
	for i := range 100 {
		s.done = append(s.done, request{intended: from.Add(time.Duration(i) * time.Millisecond), latency: time.Duration(i+1) * time.Millisecond})
	}
	s.done = append(s.done,
		request{intended: from.Add(-1), latency: time.Hour},
		request{intended: from.Add(time.Second), latency: time.Hour},
		request{intended: from, latency: time.Hour, kind: kindOf(&learner.StatusError{Status: 503, What: "send an answer"})},
		request{intended: from, latency: 1, kind: kindOf(context.DeadlineExceeded)})
	got := s.summary(from, from.Add(time.Second))
	if got.offered != 102 || got.done != 100 || got.failed() != 2 {
		t.Errorf("offered %d, done %d, failed %d; want 102, 100, 2", got.offered, got.done, got.failed())
	}
	if got.p50 != 50*time.Millisecond || got.p99 != 99*time.Millisecond || got.max != 100*time.Millisecond {
		t.Errorf("p50 %s, p99 %s, max %s; want 50, 99 and 100 ms", got.p50, got.p99, got.max)
	}
	if text := got.String(); !strings.Contains(text, "2 errors (1 × send an answer: status 503; 1 × timeout)") {
		t.Errorf("the failures are not named: %s", text)
	}
}

func TestALatencyCountsFromTheIntendedInstant(t *testing.T) {
	var s series
	s.add(time.Now().Add(-time.Second), nil)
	s.add(time.Now(), errors.New("x"))
	if got := s.done[0].latency; got < time.Second {
		t.Errorf("a request that left a second late took %s", got)
	}
	if s.done[1].kind != "x" {
		t.Errorf("the failure is called %q", s.done[1].kind)
	}
}
