package identity

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

const (
	network  = "192.0.2.7"
	password = "correct horse battery"
)

// fixture is the service on a fresh database, with hashes that cost little.
type fixture struct {
	*testing.T
	db    *db.DB
	clock *clock.Manual
	log   *audit.Log
	s     *Service
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	c := clock.NewManual(start)
	ring, err := keyring.Open(filepath.Join(t.TempDir(), "keys"), "", c)
	if err != nil {
		t.Fatal(err)
	}
	log := audit.New(c, ring, d, filepath.Join(t.TempDir(), "ledger"))
	s := New(d, c, log, ring)
	s.hasher = newHasher(cost{memory: 8, time: 1})
	return &fixture{T: t, db: d, clock: c, log: log, s: s}
}

// each runs a test on a fresh service over each engine.
func each(t *testing.T, f func(f *fixture)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) { f(newFixture(t, d)) })
}

func ada() Registration {
	return Registration{Name: "Ada Petit", Email: "ada@example.org", Password: password}
}

func (f *fixture) register(a Actor, r Registration) (Actor, Token) {
	f.Helper()
	actor, token, err := f.s.Register(f.Context(), a, network, r)
	if err != nil {
		f.Fatal(err)
	}
	return actor, token
}

func (f *fixture) signIn(a Actor, email, password string) (Actor, Token) {
	f.Helper()
	actor, token, err := f.s.SignIn(f.Context(), a, network, email, password)
	if err != nil {
		f.Fatal(err)
	}
	return actor, token
}

func (f *fixture) visit() (Actor, Token) {
	f.Helper()
	actor, token, err := f.s.Visit(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return actor, token
}

func (f *fixture) identify(token Token) Actor {
	f.Helper()
	a, err := f.s.Identify(f.Context(), token)
	if err != nil {
		f.Fatal(err)
	}
	return a
}

// refused checks an error's code.
func (f *fixture) refused(err error, code string) {
	f.Helper()
	if !errs.HasCode(err, code) {
		f.Errorf("got error %v, want %s", err, code)
	}
}

// faults checks the faulty fields of a form, as name:code.
func (f *fixture) faults(err error, want ...string) {
	f.Helper()
	var got []string
	if err != nil {
		for _, field := range errs.As(err).Fields {
			got = append(got, field.Name+":"+field.Code)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.Errorf("faulty fields (-want +got):\n%s", diff)
	}
}

func many[T any](f *fixture, statement string, args ...any) []T {
	f.Helper()
	var out []T
	err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Many[T](f.Context(), tx.Unscoped("test"), statement, args...)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return out
}

func count(f *fixture, statement string, args ...any) int {
	f.Helper()
	return many[int](f, statement, args...)[0]
}

// actions are the audited actions, sorted: the clock stands still, so the events have no order of their own.
func (f *fixture) actions() []string {
	f.Helper()
	return many[string](f, "SELECT action FROM audit_event ORDER BY action")
}

// exec changes the database as the kit's users may.
func (f *fixture) exec(statement string, args ...any) {
	f.Helper()
	err := f.db.Write(f.Context(), func(tx *db.Tx) error {
		_, err := tx.Unscoped("test").Exec(f.Context(), statement, args...)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) persons(person id.ID) []id.ID {
	f.Helper()
	var out []id.ID
	err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
		out, err = Persons(f.Context(), tx, person)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return out
}
