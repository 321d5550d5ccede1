package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
	"galien/internal/platform/migrate"
	"galien/internal/testkit"
	"galien/internal/testkit/postgres"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// installed is an installation with random content, a genuine ledger, and a job that waits.
type installed struct {
	Installation
	clock *clock.Manual
	ring  *keyring.Ring
	log   *audit.Log
}

// install fills a database. rows is about how many a table gets: over 200 fills more than one statement.
func install(t *testing.T, d *db.DB, seed uint64, rows int) *installed {
	t.Helper()
	c := clock.NewManual(start)
	i := &installed{Installation: Installation{DB: d, Data: t.TempDir(), Program: "1.2.3", Clock: c}, clock: c}
	var err error
	i.ring, err = keyring.Open(i.keys(), "test", c)
	must(t, err)
	i.log = audit.New(c, i.ring, d, filepath.Join(i.Data, "ledger"))
	i.Log = i.log
	g := &generator{random: rand.New(rand.NewPCG(seed, 1)), rows: rows, ids: map[string][]string{}}
	must(t, d.Append(t.Context(), func(tx *db.Tx) error { return g.fill(t.Context(), tx) }))
	for range 3 {
		i.record(t, g)
	}
	return i
}

// record adds a batch of events about people of the database and seals it.
func (i *installed) record(t *testing.T, g *generator) {
	t.Helper()
	i.clock.Advance(time.Second)
	must(t, i.DB.Write(t.Context(), func(tx *db.Tx) error {
		for n := range 5 {
			person, _ := id.Parse(g.pick("person"))
			if err := i.log.Record(t.Context(), tx, audit.Event{Action: "test.did", Subject: person, Object: fmt.Sprintf("thing:%d", n), Details: map[string]int{"n": n}}); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err := i.log.Seal(t.Context())
	must(t, err)
}

// sums are what the installation's database holds.
func (i *installed) sums(t *testing.T) []Sum {
	t.Helper()
	sums, err := Sums(t.Context(), i.DB)
	must(t, err)
	return sums
}

// generator draws rows that the constraints accept.
type generator struct {
	random *rand.Rand
	rows   int
	ids    map[string][]string // of the rows already drawn, by table
}

// genuine are the tables whose rows must be made by the code that owns them.
var genuine = map[string]bool{"person_key": true, "audit_event": true, "audit_pending": true, "audit_leaf": true,
	"audit_node": true, "audit_checkpoint": true, "lease": true}

func (g *generator) fill(ctx context.Context, tx *db.Tx) error {
	layout, err := ownLayout()
	if err != nil {
		return err
	}
	all, err := tables(ctx, tx, layout)
	if err != nil {
		return err
	}
	for _, t := range all {
		if genuine[t.name] {
			continue
		}
		loader, err := newLoader(ctx, tx, t)
		if err != nil {
			return err
		}
		count := 1 + g.random.IntN(g.rows)
		if t.name == "person" || t.name == "organisation" {
			count = g.rows
		}
		for n := range count {
			line, err := t.line(nil, g.row(t, n))
			if err != nil {
				return err
			}
			if err := loader.add(ctx, line); err != nil {
				return err
			}
		}
		if err := loader.close(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) pick(table string) string {
	return g.ids[table][g.random.IntN(len(g.ids[table]))]
}

// row draws the n-th row of a table.
func (g *generator) row(t *table, n int) []any {
	values := make([]any, len(t.columns))
	for i, c := range t.columns {
		values[i] = g.value(t.name, c, n)
	}
	switch t.name {
	case "attempt_event": // belongs to an attempt of the same person
		pair := g.pick("attempt")
		values[0], values[1] = pair[:36], pair[36:]
	case "attempt":
		g.ids["attempt"] = append(g.ids["attempt"], values[0].(string)+values[1].(string))
	case "bank_release":
		g.ids["bank_release"] = append(g.ids["bank_release"], values[0].(string))
	case "person", "organisation", "study":
		g.ids[t.name] = append(g.ids[t.name], values[0].(string))
	}
	return values
}

func (g *generator) value(table string, c column, n int) any {
	switch table + "." + c.name {
	case "organisation.kind":
		return "school"
	case "result_grant.ground":
		return "consent"
	case "attempt.state":
		return "open"
	case "study.status":
		return "done"
	case "attempt.release", "study.release":
		return g.pick("bank_release")
	case "item_parameters.study_id":
		return g.pick("study")
	case "attempt_event.seq":
		return int64(n)
	case "account.person_id":
		return g.ids["person"][n%len(g.ids["person"])]
	case "river_job.args":
		return fmt.Sprintf(`{"a": %d, "b": "é<&"}`, n)
	case "river_job.priority", "river_job.max_attempts":
		return int64(1 + n%4)
	case "river_job.scheduled_ms":
		return start.UnixMilli() + int64(n*7)
	case "river_job.kind", "river_job.queue":
		return "test"
	}
	switch {
	case table == "result_grant" && c.name == "ends_at":
		return g.any(c, n)
	case c.name == "person_id":
		return g.pick("person")
	case c.name == "alias_id":
		return g.ids["person"][n%len(g.ids["person"])]
	case c.name == "org_id":
		return g.pick("organisation")
	case nullable[c.name] && g.random.IntN(2) == 0:
		return nil
	}
	return g.any(c, n)
}

var nullable = map[string]bool{"closed_at": true, "ends_at": true, "finished_at": true, "result": true, "state": true, "fault": true, "ended_at": true,
	"parameters": true}

// any draws a value of the kind: awkward texts, all bytes, both ends of the integers.
func (g *generator) any(c column, n int) any {
	switch c.kind {
	case integers:
		if slices.Contains([]string{"version", "failures", "seq", "iteration", "revision"}, c.name) {
			return g.random.Int64N(1 << 31)
		}
		return int64(g.random.Uint64())
	case booleans:
		return g.random.IntN(2) == 0
	case uuids:
		return id.New(start.Add(time.Duration(g.random.Int64N(1e15)))).String()
	case binaries:
		b := make([]byte, 1+g.random.IntN(40))
		for i := range b {
			b[i] = byte(g.random.Uint32())
		}
		return append(b, fmt.Sprint(n)...)
	}
	awkward := []string{"", "é", "Ω\u2028", "\"<&>\\", "a\nb\r\tc", "🩺", "e\u0301", "null", "0"}
	return awkward[g.random.IntN(len(awkward))] + fmt.Sprintf("#%d#", n) + awkward[g.random.IntN(len(awkward))]
}

// engine gives a fresh, migrated database of an engine.
func engine(t *testing.T, name db.Engine) *db.DB {
	t.Helper()
	if name == db.SQLite {
		return testkit.SQLite(t)
	}
	return testkit.Open(t, migrated(t))
}

// migrated is a PostgreSQL database with the schema and no rows: migrating each anew takes seconds.
func migrated(t *testing.T) string {
	t.Helper()
	return postgres.DSNFrom(t, fmt.Sprintf("archive_%d", os.Getpid()), func(dsn string) error {
		d, err := db.Open(t.Context(), dsn)
		if err != nil {
			return err
		}
		return errors.Join(migrate.Up(t.Context(), d), d.Close())
	})
}

// place is an empty folder with an empty database of an engine.
func place(t *testing.T, name db.Engine, c clock.Clock) Place {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	p := Place{Data: dir, Database: "sqlite:" + filepath.Join(dir, "galien.db"), Clock: c}
	if name == db.PostgreSQL {
		p.Database = migrated(t)
	}
	return p
}

// eachPair runs a test from each engine to each; only SQLite to SQLite under -short.
func eachPair(t *testing.T, f func(t *testing.T, from, to db.Engine)) {
	for _, from := range []db.Engine{db.SQLite, db.PostgreSQL} {
		for _, to := range []db.Engine{db.SQLite, db.PostgreSQL} {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				if testing.Short() && (from == db.PostgreSQL || to == db.PostgreSQL) {
					t.Skip("-short: no PostgreSQL server")
				}
				f(t, from, to)
			})
		}
	}
}

func opened(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

func newKey(t testing.TB) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	must(t, err)
	return key
}

// backedUp is a backup of a small installation, with the key that opens it.
func backedUp(t *testing.T, i *installed) (string, *age.X25519Identity) {
	t.Helper()
	key, out := newKey(t), filepath.Join(t.TempDir(), "backup.age")
	_, err := Backup(t.Context(), i.Installation, out, key.Recipient())
	must(t, err)
	return out, key
}

// absent fails when a restoration left something.
func absent(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err == nil {
		t.Errorf("%s was left behind, with %v", dir, entries)
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
