package study

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
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
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/job"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// fixture is an installation with the real bank, a psychometrician, and answers that are inserted.
type fixture struct {
	*testing.T
	db      *db.DB
	dir     string
	clock   *clock.Manual
	audit   *audit.Log
	orgs    *org.Service
	items   *item.Service
	studies *Service
	nation  org.Organisation
	chief   identity.Actor
	psy     identity.Actor
	n       int
	random  *rand.Rand
}

func each(t *testing.T, f func(f *fixture)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) { f(newFixture(t, d)) })
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	f := &fixture{T: t, db: d, dir: t.TempDir(), clock: clock.NewManual(start), random: rand.New(rand.NewPCG(7, 7))}
	f.open(f.clock)
	f.chief, f.psy = f.person("Chief"), f.person("Psi")
	var err error
	f.nation, err = f.orgs.Found(t.Context(), "Nation", f.chief.Person)
	f.must(err)
	f.must(f.orgs.Grant(t.Context(), f.chief, f.nation.ID, f.psy.Person, org.Psychometrician, nil))
	return f
}

// open builds the services on the database, as a process that starts does.
func (f *fixture) open(c clock.Clock) {
	f.Helper()
	log := slog.New(slog.DiscardHandler)
	ring, err := keyring.Open(filepath.Join(f.dir, "keys"), "test", c)
	f.must(err)
	f.audit = audit.New(c, ring, f.db, filepath.Join(f.dir, "ledger"))
	f.orgs = org.New(f.db, c, f.audit)
	frameworks := framework.New(f.db, c, f.audit)
	f.items = item.New(f.db, c, f.audit, frameworks)
	jobs := job.New(f.db, log)
	attempts, err := assess.New(assess.Deps{DB: f.db, Clock: c, Audit: f.audit, Ring: ring, Jobs: jobs, Log: log, Frameworks: frameworks, Items: f.items, Orgs: f.orgs})
	f.must(err)
	f.studies = New(Deps{DB: f.db, Clock: c, Audit: f.audit, Jobs: jobs, Orgs: f.orgs, Items: f.items, Assess: attempts})
	const name = "frameworks/socle-ns-1.2022.yaml"
	data, err := fs.ReadFile(content.FS(), name)
	f.must(err)
	fw, _, err := frameworks.Import(f.Context(), identity.Actor{}, name, data)
	f.must(err)
	bank, err := item.Load(content.FS(), "items/socle-ns", fw)
	f.must(err)
	_, err = f.items.Publish(f.Context(), identity.Actor{}, bank)
	f.must(err)
	f.must(jobs.Start(f.Context()))
	studies := f.studies
	f.Cleanup(func() {
		studies.Close()
		f.must(jobs.Stop(context.WithoutCancel(f.Context())))
		attempts.Close()
	})
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) refused(err error, code string) {
	f.Helper()
	if !errs.HasCode(err, code) {
		f.Errorf("got error %v, want %s", err, code)
	}
}

func (f *fixture) exec(statement string, args ...any) {
	f.Helper()
	f.must(f.db.Write(f.Context(), func(tx *db.Tx) error {
		_, err := tx.Unscoped("test").Exec(f.Context(), statement, args...)
		return err
	}))
}

func one[T any](f *fixture, statement string, args ...any) (out T) {
	f.Helper()
	f.must(f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
		out, err = db.One[T](f.Context(), tx.Unscoped("test"), statement, args...)
		return err
	}))
	return out
}

func (f *fixture) person(name string) identity.Actor {
	f.Helper()
	f.n++
	a := identity.Actor{Person: id.New(f.clock.Now()), Name: name, Email: fmt.Sprintf("p%d@example.org", f.n)}
	f.exec("INSERT INTO person (id, created_at) VALUES ($1, 0)", a.Person)
	f.exec("INSERT INTO account (person_id, email, name, sort_name, password_hash, lang, created_at, version) VALUES ($1, $2, $3, $3, '', 'fr', 0, 1)", a.Person, a.Email, name)
	return a
}

func (f *fixture) current() *item.Published {
	f.Helper()
	p, err := f.items.Current(f.Context())
	f.must(err)
	return p
}

// entries are items of the release in service that are right or wrong, one a competency.
func (f *fixture) entries(count int) []item.Entry {
	f.Helper()
	var out []item.Entry
	for _, e := range f.current().Manifest.Items {
		if len(e.Parameters.B) == 1 && len(out) < count {
			out = append(out, e)
		}
	}
	return out
}

// attempt gives a person an attempt with the given answers, category by item.
func (f *fixture) attempt(tx *db.Tx, person id.ID, scope string, at time.Time, entries []item.Entry, category func(item.Entry) int) {
	f.Helper()
	ctx, attempt := f.Context(), id.New(at)
	_, err := tx.Exec(ctx, "INSERT INTO attempt (person_id, id, kind, scope, release, state, started_at) VALUES ($1, $2, 'positioning', $3, $4, 'open', $5)",
		person, attempt, scope, f.current().SHA256, at.UnixMicro())
	f.must(err)
	for i, e := range entries {
		body, err := json.Marshal(map[string]any{"item": e.ID, "category": category(e), "max": 1})
		f.must(err)
		_, err = tx.Exec(ctx, "INSERT INTO attempt_event (person_id, attempt_id, seq, at, kind, body, commitment) VALUES ($1, $2, $3, $4, 'answer', $5, $6)",
			person, attempt, i+2, at.UnixMicro()+int64(i), string(body), []byte{1})
		f.must(err)
	}
}

// crowd has people answer items by their models, with one ability each.
func (f *fixture) crowd(people int, entries []item.Entry) {
	f.Helper()
	f.must(f.db.Write(f.Context(), func(tx *db.Tx) error {
		tx = tx.Unscoped("test")
		for range people {
			person, ability := id.New(f.clock.Now()), f.random.NormFloat64()
			if _, err := tx.Exec(f.Context(), "INSERT INTO person (id, created_at) VALUES ($1, 0)", person); err != nil {
				return err
			}
			f.attempt(tx, person, "", start.Add(-time.Hour), entries, func(e item.Entry) int {
				curve, err := e.Parameters.Curve(e.ID)
				f.must(err)
				if f.random.Float64() < curve.Probabilities(ability, nil)[1] {
					return 1
				}
				return 0
			})
		}
		return nil
	}))
}

// usual is a choice that takes all answers, with little asked for.
func usual() Choice {
	return Choice{To: start.Add(time.Hour).UnixMicro(), Extent: assess.WholeExtent, Minimum: MinPersons, Models: ModelsTwoPL, Priors: WeakPriors}
}

// done asks for a study and waits until it is over.
func (f *fixture) done(c Choice) Report {
	f.Helper()
	study, err := f.studies.Create(f.Context(), f.psy, c)
	f.must(err)
	for began := clock.Start(); ; {
		r, err := f.studies.Get(f.Context(), f.psy, study)
		f.must(err)
		if r.Status.Over() {
			return r
		}
		if began.Elapsed() > time.Minute {
			f.Fatalf("the study is still %s", r.Status)
		}
		f.must(clock.Pause(f.Context(), 20*time.Millisecond))
	}
}

// refs are those of entries.
func refs(entries []item.Entry) []item.Ref {
	var out []item.Ref
	for _, e := range entries {
		out = append(out, item.Ref{ID: e.ID, Version: e.Version})
	}
	return out
}
