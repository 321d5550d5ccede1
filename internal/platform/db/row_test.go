package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

// probe makes a table of the kinds of columns that the schema uses.
func probe(t *testing.T, d *db.DB) {
	t.Helper()
	run(t, d, `CREATE TABLE probe (
		id BIGINT NOT NULL, person_id UUID, name TEXT, note TEXT, secret BYTEA, open BOOLEAN NOT NULL, parent BIGINT, score DOUBLE PRECISION,
		CONSTRAINT pk_probe PRIMARY KEY (id), CONSTRAINT uq_probe_name_note UNIQUE (name, note),
		CONSTRAINT fk_probe_parent FOREIGN KEY (parent) REFERENCES probe (id), CONSTRAINT ck_probe_id CHECK (id >= 0))`)
}

func run(t *testing.T, d *db.DB, statement string, args ...any) {
	t.Helper()
	if _, err := d.Writer().ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func add(t *testing.T, d *db.DB, ids ...int) {
	t.Helper()
	for _, n := range ids {
		run(t, d, "INSERT INTO probe (id, open) VALUES ($1, $2)", n, true)
	}
}

func read(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx)) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error { f(t.Context(), tx); return nil }); err != nil {
		t.Error(err)
	}
}

func count(t *testing.T, d *db.DB) int64 {
	t.Helper()
	var n int64
	read(t, d, func(ctx context.Context, tx *db.Tx) {
		var err error
		if n, err = db.One[int64](ctx, tx, "SELECT count(*) FROM probe"); err != nil {
			t.Error(err)
		}
	})
	return n
}

type row struct {
	ID       int64
	PersonID id.ID
	Name     *string
	Secret   []byte
	Open     bool
	Parent   *int64
	Score    *float64
}

func TestRowsComeBackAsTheyWentIn(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		person := id.ID{1, 2, 3, 4, 5, 6, 0x77, 8, 0x89, 10, 11, 12, 13, 14, 15, 255}
		name, parent, score := "Zoé", int64(1), 0.1
		want := []row{
			{ID: 1, PersonID: person, Secret: []byte{0, 255}, Open: true},
			{ID: 2, PersonID: id.Nil, Name: &name, Parent: &parent, Score: &score},
		}
		var got []row
		err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			for _, r := range want { // arguments out of order and used twice
				if _, err := tx.Exec(t.Context(), "INSERT INTO probe (person_id, id, name, secret, open, parent, score, note) VALUES ($2, $1, $3, $4, $5, $6, $7, $3)",
					r.ID, r.PersonID, r.Name, r.Secret, r.Open, r.Parent, r.Score); err != nil {
					return err
				}
			}
			got, err = db.Many[row](t.Context(), tx, "SELECT id, person_id, name, secret, open, parent, score FROM probe ORDER BY id")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOneManyMaybeEachAgreeOnNothingAndOnSomething(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		const all = "SELECT id FROM probe WHERE id >= $1 ORDER BY id"
		read(t, d, func(ctx context.Context, tx *db.Tx) {
			if _, err := db.One[int64](ctx, tx, all, 0); !errors.Is(err, db.ErrNoRow) {
				t.Errorf("One of nothing: %v", err)
			}
			if n, found, err := db.Maybe[int64](ctx, tx, all, 0); n != 0 || found || err != nil {
				t.Errorf("Maybe of nothing: %d %v %v", n, found, err)
			}
			if rows, err := db.Many[int64](ctx, tx, all, 0); rows != nil || err != nil {
				t.Errorf("Many of nothing: %v %v", rows, err)
			}
		})
		add(t, d, 3, 1, 2)
		stop := errors.New("stop")
		read(t, d, func(ctx context.Context, tx *db.Tx) {
			if n, err := db.One[int64](ctx, tx, all, 2); n != 2 || err != nil {
				t.Errorf("One: %d %v", n, err)
			}
			if n, found, err := db.Maybe[int64](ctx, tx, all, 3); n != 3 || !found || err != nil {
				t.Errorf("Maybe: %d %v %v", n, found, err)
			}
			if rows, err := db.Many[int64](ctx, tx, all, 0); !cmp.Equal(rows, []int64{1, 2, 3}) || err != nil {
				t.Errorf("Many: %v %v", rows, err)
			}
			var seen []int64
			err := db.Each(ctx, tx, func(n int64) error {
				if seen = append(seen, n); n == 2 {
					return stop
				}
				return nil
			}, all, 0)
			if !errors.Is(err, stop) || !cmp.Equal(seen, []int64{1, 2}) {
				t.Errorf("Each stopped at %v: %v", seen, err)
			}
			if n, err := db.One[int64](ctx, tx, all, 1); n != 1 || err != nil { // the connection is free again
				t.Errorf("One after Each: %d %v", n, err)
			}
			if _, err := db.One[row](ctx, tx, "SELECT id, note FROM probe"); err == nil || !strings.Contains(err.Error(), "column note has no field") {
				t.Errorf("a column without a field: %v", err)
			}
		})
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, _, err := db.Maybe[int64](t.Context(), tx, "SELECT nothing FROM probe")
			return err
		})
		if err == nil || errors.Is(err, db.ErrNoRow) {
			t.Errorf("a statement that fails: %v", err)
		}
	})
}

// SQLite only: PostgreSQL answers one statement of a connection at a time.
func TestStatementInsideTheSameStatement(t *testing.T) {
	d := testkit.SQLite(t)
	probe(t, d)
	add(t, d, 1, 2, 3)
	const after = "SELECT id FROM probe WHERE id >= $1 ORDER BY id"
	for range 3 { // compiled at first use, cached afterwards
		var outer, inner []int64
		read(t, d, func(ctx context.Context, tx *db.Tx) {
			err := db.Each(ctx, tx, func(n int64) error {
				outer = append(outer, n)
				rows, err := db.Many[int64](ctx, tx, after, n)
				inner = append(inner, rows...)
				return err
			}, after, 1)
			if err != nil {
				t.Error(err)
			}
		})
		if !cmp.Equal(outer, []int64{1, 2, 3}) || !cmp.Equal(inner, []int64{1, 2, 3, 2, 3, 3}) {
			t.Errorf("outer %v, inner %v", outer, inner)
		}
	}
}

func TestColumnOfAField(t *testing.T) {
	for field, want := range map[string]string{
		"ID": "id", "PersonID": "person_id", "URL": "url", "ItemURLs": "item_ur_ls", "HTMLBody": "html_body", "SHA256": "sha256", "At": "at",
		"CreatedAt": "created_at", "JoinCode": "join_code", "IDOfOrg": "id_of_org", "A": "a",
	} {
		if got := db.Column(field); got != want {
			t.Errorf("Column(%s) = %s, want %s", field, got, want)
		}
	}
}

func TestAppendAllCountsEachRowAndKeepsAllOrNothing(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		const insert = "INSERT INTO probe (id, open) VALUES ($1, $2) ON CONFLICT DO NOTHING"
		changed, err := d.AppendAll(t.Context(), insert, [][]any{{1, true}, {2, false}, {1, true}})
		if err != nil || !cmp.Equal(changed, []int64{1, 1, 0}) {
			t.Fatalf("changed %v: %v", changed, err)
		}
		for range 30 { // more than there are connections: each must be given back in order
			if changed, err := d.AppendAll(t.Context(), insert, [][]any{{3, true}, {-1, true}, {4, true}}); db.Violated(err) != "ck_probe_id" || changed != nil {
				t.Fatalf("a batch that breaks a constraint: %v %v", changed, err)
			}
		}
		if n := count(t, d); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		if changed, err := d.AppendAll(t.Context(), insert, nil); err != nil || len(changed) != 0 {
			t.Errorf("an empty batch: %v %v", changed, err)
		}
		d.SetScopes(db.Scopes{"probe": "person_id"})
		if _, err := d.AppendAll(t.Context(), insert, [][]any{{9, true}}); err == nil {
			t.Error("a batch escaped the scope check")
		}
	})
}
