package audit

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

var (
	alterations = flag.Int("alterations", 500, "random alterations of the log on SQLite; a quarter of it on PostgreSQL")
	seed        = flag.Uint64("seed", 1, "seed of the random alterations")
)

// newTampered fills a log with events of several people, one of them erased, sealed in batches of several sizes with
// two events left to seal, and takes the constraints and triggers off its tables.
func newTampered(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	f := newFixture(t, d)
	people := []id.ID{id.Nil, id.New(start), id.New(start), id.New(start)}
	for batch := range 12 {
		for i := range 1 + batch%5 {
			f.clock.Advance(time.Second)
			f.record(Event{
				Action: fmt.Sprintf("test.batch%d", batch), Actor: people[(batch+i)%4], Subject: people[i%4], Org: people[batch%4],
				Object: fmt.Sprintf("thing:%d", i), Details: map[string]int{"batch": batch, "i": i},
			})
		}
		f.seal()
	}
	f.record(Event{Action: "test.waits", Actor: people[1]}, Event{Action: "test.waits", Actor: people[2]})
	f.erase(people[3])
	f.strip()
	f.sound()
	return f
}

// alteration is one thing a superuser does, and the row that must be named.
type alteration struct {
	what       string
	table, key string
	apply      func(ctx context.Context, tx *db.Tx) error
}

// ledgerTable says how a table's rows are told apart and which columns can be altered.
type ledgerTable struct {
	name, key string
	columns   []string
}

var ledgerTables = []ledgerTable{
	{"audit_event", "id", []string{"id", "at", "action", "actor_id", "subject_id", "org_id", "object", "details", "key_id", "commitment"}},
	{"audit_leaf", "position", []string{"position", "event_id"}},
	{"audit_node", "position", []string{"position", "hash"}},
	{"audit_checkpoint", "size", []string{"size", "at", "note"}},
	{"person_key", "person_id", []string{"person_id", "wrapped", "master"}},
}

// tamperer draws alterations from what the tables hold.
type tamperer struct {
	f      *fixture
	rng    *rand.Rand
	keys   map[string][]string          // of each table
	values map[string]map[string]string // table.column → key → value, bytes in hexadecimal
}

func newTamperer(f *fixture, seed uint64) *tamperer {
	a := &tamperer{f: f, rng: rand.New(rand.NewPCG(seed, 0)), keys: map[string][]string{}, values: map[string]map[string]string{}}
	for _, table := range ledgerTables {
		for _, c := range table.columns {
			values := map[string]string{}
			type pair struct{ K, V any }
			for _, p := range column[pair](f, "SELECT "+table.key+" AS k, "+c+" AS v FROM "+table.name+" ORDER BY "+table.key) {
				values[text(p.K)] = text(p.V)
				if c == table.columns[0] {
					a.keys[table.name] = append(a.keys[table.name], text(p.K))
				}
			}
			a.values[table.name+"."+c] = values
		}
	}
	for _, p := range column[id.ID](f, "SELECT person_id FROM person_key WHERE wrapped IS NULL") {
		a.keys["person_key"] = slices.DeleteFunc(a.keys["person_key"], func(k string) bool { return k == p.String() })
	}
	return a
}

func text(v any) string {
	if b, ok := v.([]byte); ok {
		return fmt.Sprintf("%x", b)
	}
	return fmt.Sprint(v)
}

func (a *tamperer) pick(keys []string) string { return keys[a.rng.IntN(len(keys))] }

func (a *tamperer) draw() alteration {
	switch n := a.rng.IntN(20); {
	case n < 12:
		return a.update()
	case n < 15:
		return a.delete()
	case n < 17:
		return a.swap()
	case n < 19:
		return a.duplicate()
	default:
		return a.insert()
	}
}

// update changes one column of one row.
func (a *tamperer) update() alteration {
	table := ledgerTables[a.rng.IntN(len(ledgerTables))]
	key := a.pick(a.keys[table.name])
	c := table.columns[a.rng.IntN(len(table.columns))]
	old := a.values[table.name+"."+c][key]
	value := a.other(c, old)
	return alteration{
		fmt.Sprintf("%s.%s of %s: %s → %v", table.name, c, key, old, value), table.name, key,
		exec("UPDATE "+table.name+" SET "+c+" = $1 WHERE "+table.key+" = $2", value, native(table.key, key)),
	}
}

// other returns a value of the column's type that differs from the old one.
func (a *tamperer) other(c, old string) any {
	switch c {
	case "position", "size", "at":
		n, _ := strconv.ParseInt(old, 10, 64)
		return n + []int64{1000, -1 - n, 1 << 40, 12345}[a.rng.IntN(4)]
	case "hash", "commitment", "wrapped":
		b := unhex(old)
		if a.rng.IntN(5) == 0 {
			return b[:len(b)-1]
		}
		b[a.rng.IntN(len(b))] ^= 1 << a.rng.IntN(8)
		return b
	case "id", "event_id", "actor_id", "subject_id", "org_id", "key_id", "person_id":
		if others := a.keys["audit_event"]; c == "event_id" && a.rng.IntN(2) == 0 {
			if other := a.pick(others); other != old {
				return other
			}
		}
		return id.New(start).String()
	}
	b := []byte(old)
	switch {
	case len(b) == 0 || a.rng.IntN(4) == 0:
		return old + "x"
	case a.rng.IntN(4) == 0:
		return old[:len(old)-1]
	}
	for at := a.rng.IntN(len(b)); ; at = a.rng.IntN(len(b)) {
		if b[at] < 0x80 { // stays UTF-8, which PostgreSQL asks for
			b[at] = b[at]&0x60 | byte(a.rng.IntN(31)+1)&0x1f ^ b[at]&0x1f
			if string(b) != old && b[at] != 0 {
				return string(b)
			}
			b[at] = old[at]
		}
	}
}

func (a *tamperer) delete() alteration {
	table := ledgerTables[a.rng.IntN(len(ledgerTables))]
	key := a.pick(a.keys[table.name])
	return alteration{
		"delete " + table.name + " " + key, table.name, key,
		exec("DELETE FROM "+table.name+" WHERE "+table.key+" = $1", native(table.key, key)),
	}
}

// swap exchanges a column of two rows.
func (a *tamperer) swap() alteration {
	choices := [][3]string{
		{"audit_leaf", "position", "event_id"}, {"audit_leaf", "event_id", "position"}, {"audit_node", "position", "hash"},
		{"audit_checkpoint", "size", "note"}, {"audit_event", "id", "commitment"}, {"audit_event", "id", "at"}, {"person_key", "person_id", "wrapped"},
	}
	for {
		c := choices[a.rng.IntN(len(choices))]
		table, column := c[0], c[2]
		if column == "position" {
			column, c[1] = "event_id", "position" // the same exchange, seen from the other side
		}
		one, two := a.pick(a.keys[table]), a.pick(a.keys[table])
		values := a.values[table+"."+column]
		if values[one] == values[two] {
			continue
		}
		statement := "UPDATE " + table + " SET " + column + " = $1 WHERE " + c[1] + " = $2"
		return alteration{"swap " + table + "." + column + " of " + one + " and " + two, table, one, both(
			exec(statement, native(column, values[two]), native(c[1], one)),
			exec(statement, native(column, values[one]), native(c[1], two)),
		)}
	}
}

// duplicate puts a row there twice, as can be done where the primary key was dropped.
func (a *tamperer) duplicate() alteration {
	table := ledgerTables[1+a.rng.IntN(3)]
	key := a.pick(a.keys[table.name])
	return alteration{
		"duplicate " + table.name + " " + key, table.name, key,
		exec("INSERT INTO "+table.name+" SELECT * FROM "+table.name+" WHERE "+table.key+" = $1", native(table.key, key)),
	}
}

// insert adds a row that was never recorded.
func (a *tamperer) insert() alteration {
	event := a.pick(a.keys["audit_event"])
	fresh := id.New(start).String()
	at := int64(1000 + a.rng.IntN(1000))
	position := strconv.FormatInt(at, 10)
	copied := exec(`INSERT INTO audit_event SELECT CAST($1 AS `+a.uuid()+`), at, action, actor_id, subject_id, org_id, object, details, key_id, commitment
		FROM audit_event WHERE id = $2`, fresh, event)
	switch a.rng.IntN(5) {
	case 0:
		return alteration{"insert an event", "audit_event", fresh, copied}
	case 1:
		return alteration{"insert an event and queue it", "audit_event", fresh, both(copied, exec("INSERT INTO audit_pending VALUES ($1, $2)", fresh, start.UnixMicro()))}
	case 2:
		return alteration{"insert a leaf", "audit_leaf", position, exec("INSERT INTO audit_leaf VALUES ($1, $2)", at, fresh)}
	case 3:
		return alteration{"insert a node", "audit_node", position, exec("INSERT INTO audit_node VALUES ($1, $2)", at, make([]byte, 32))}
	default:
		forged := checkpoint{tree: tlog.Tree{N: at}, at: start.UnixMicro()}
		return alteration{"insert a checkpoint", "audit_checkpoint", position,
			exec("INSERT INTO audit_checkpoint VALUES ($1, $2, $3)", at, forged.at, forged.text()+"\n— galien AAAA\n")}
	}
}

func (a *tamperer) uuid() string {
	if a.f.db.Engine == db.PostgreSQL {
		return "UUID"
	}
	return "TEXT"
}

func exec(statement string, args ...any) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, statement, args...)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s %v altered nothing", statement, args)
		}
		return err
	}
}

func both(f, g func(context.Context, *db.Tx) error) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		if err := f(ctx, tx); err != nil {
			return err
		}
		return g(ctx, tx)
	}
}

// native turns a column's text back into what the drivers bind.
func native(column, value string) any {
	switch column {
	case "position", "size", "at":
		n, _ := strconv.ParseInt(value, 10, 64)
		return n
	case "hash", "commitment", "wrapped":
		return unhex(value)
	}
	return value
}

func unhex(s string) []byte {
	var b []byte
	if _, err := fmt.Sscanf(s, "%x", &b); err != nil {
		panic(err)
	}
	return bytes.Clone(b)
}

// names reports whether a finding is about the row, alone or in a range of positions. An event taken out before it was
// sealed is named by its place in the queue.
func names(r Report, table, key string) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		if f.Table != table && !(table == "audit_event" && f.Table == "audit_pending") {
			return false
		}
		from, to, isRange := strings.Cut(f.Key, "-")
		n, err := strconv.ParseInt(key, 10, 64)
		if !isRange || err != nil {
			return f.Key == key
		}
		a, errA := strconv.ParseInt(from, 10, 64)
		b, errB := strconv.ParseInt(to, 10, 64)
		return errA == nil && errB == nil && a <= n && n <= b
	})
}

// Guarantee of the ledger: whatever a superuser of the database alters is found and named.
func TestEveryRandomAlterationIsFoundAndNamed(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newTampered(t, d)
		count := *alterations
		if d.Engine == db.PostgreSQL {
			count /= 4
		}
		a := newTamperer(f, *seed)
		for i := range count {
			alteration := a.draw()
			r := f.tampered(alteration.apply)
			if !names(r, alteration.table, alteration.key) {
				t.Fatalf("alteration %d (%s): %s %s is not named in %d findings: %v", i, alteration.what, alteration.table, alteration.key, len(r.Findings), r.Findings)
			}
			if len(r.Findings) > 6 {
				t.Errorf("alteration %d (%s) is told in %d findings: %v", i, alteration.what, len(r.Findings), r.Findings)
			}
		}
		f.sound()
	})
}
