package assess_test

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"galien/content"
	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/job"
	"galien/internal/platform/keyring"
	"galien/internal/scenario"
)

// stack is the real services over one database, with the real bank.
type stack struct {
	db       *db.DB
	clock    *clock.Manual
	audit    *audit.Log
	identity *identity.Service
	orgs     *org.Service
	items    *item.Service
	assess   *assess.Service
	bank     *item.Bank
	fw       *framework.Framework
}

func newStack(t *testing.T, d *db.DB) *stack {
	t.Helper()
	return openStack(t, d, t.TempDir())
}

// openStack builds the services on a database and a folder of secrets, as a process that starts does.
func openStack(t *testing.T, d *db.DB, dir string) *stack {
	t.Helper()
	s := &stack{db: d, clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))}
	ring, err := keyring.Open(dir+"/keys", "test", s.clock)
	must(t, err)
	s.audit = audit.New(s.clock, ring, d, dir+"/ledger")
	s.identity = identity.New(d, s.clock, s.audit, ring)
	s.orgs = org.New(d, s.clock, s.audit)
	frameworks := framework.New(d, s.clock, s.audit)
	s.items = item.New(d, s.clock, s.audit, frameworks)
	jobs := job.New(d, slog.New(slog.DiscardHandler))
	s.assess, err = assess.New(assess.Deps{DB: d, Clock: s.clock, Audit: s.audit, Ring: ring, Jobs: jobs,
		Log: slog.New(slog.DiscardHandler), Frameworks: frameworks, Items: s.items, Orgs: s.orgs})
	must(t, err)
	const name = "frameworks/socle-ns-1.2022.yaml"
	data, err := fs.ReadFile(content.FS(), name)
	must(t, err)
	s.fw, _, err = frameworks.Import(t.Context(), identity.Actor{}, name, data)
	must(t, err)
	s.publish(t, content.FS())
	must(t, jobs.Start(t.Context()))
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		must(t, jobs.Stop(ctx))
		s.assess.Close()
	})
	return s
}

// publish puts the bank of a file system in service.
func (s *stack) publish(t *testing.T, files fs.FS) {
	t.Helper()
	var err error
	s.bank, err = item.Load(files, "items/socle-ns", s.fw)
	must(t, err)
	_, err = s.items.Publish(t.Context(), identity.Actor{}, s.bank)
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *stack) visitor(t *testing.T) identity.Actor {
	t.Helper()
	a, _, err := s.identity.Visit(t.Context())
	must(t, err)
	return a
}

// answerRight answers the question on the screen as an expert, or passes it when right is false.
func (s *stack) answer(t *testing.T, a identity.Actor, sc assess.Screen, right bool) {
	t.Helper()
	if sc.Type == item.Scenario {
		s.play(t, a, sc)
		return
	}
	response := item.Response{}
	if right {
		response = s.right(sc)
	}
	_, err := s.assess.Answer(t.Context(), a, sc.Attempt, sc.Seq, sc.Item, response)
	must(t, err)
}

// right is the expert's response, in places of the screen.
func (s *stack) right(sc assess.Screen) item.Response {
	return sc.Shown(sc.Subject().Key())
}

// play opens everything a few acts long, then finishes.
func (s *stack) play(t *testing.T, a identity.Actor, sc assess.Screen) {
	t.Helper()
	ack, err := s.assess.Act(t.Context(), a, sc.Attempt, sc.Seq, "mail.open:"+sc.World.Widgets[0].Mailbox.Messages[0].ID, "")
	must(t, err)
	_, err = s.assess.Act(t.Context(), a, sc.Attempt, ack.Seq+1, scenario.Finish, "")
	must(t, err)
}

// take answers until the end, right where the function says so, and returns the number of answers.
func (s *stack) take(t *testing.T, a identity.Actor, scope string, right func(n int) bool) (assess.Report, int) {
	t.Helper()
	attempt, err := s.assess.Start(t.Context(), a, assess.Options{Scope: scope})
	must(t, err)
	for n := 0; ; n++ {
		sc, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		if sc.Over {
			report, err := s.assess.Report(t.Context(), a, attempt)
			must(t, err)
			return report, n
		}
		if n > 60 {
			t.Fatal("the positioning does not end")
		}
		s.clock.Advance(40 * time.Second)
		s.answer(t, a, sc, right(n))
	}
}

var registration = identity.Registration{Name: "Camille Fictive", Email: "camille@example.org", Password: "une phrase assez longue"}
