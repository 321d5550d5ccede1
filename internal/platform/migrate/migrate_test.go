package migrate_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
	"galien/internal/testkit"
	"galien/internal/testkit/postgres"
)

// others are the tables that libraries make and describe themselves.
func others(table string) bool {
	return table == "goose_db_version" || strings.HasPrefix(table, "river_")
}

// schema is table.column → type of all our tables, as the engine says.
func schema(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	statement := `SELECT m.name AS "table", c.name AS "column", c.type AS kind FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'`
	if d.Engine == db.PostgreSQL {
		statement = `SELECT table_name AS "table", column_name AS "column", data_type AS kind FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	columns := map[string]string{}
	for _, c := range query[struct{ Table, Column, Kind string }](t, d, statement) {
		if !others(c.Table) && !strings.HasPrefix(c.Table, "sqlite_") {
			columns[c.Table+"."+c.Column] = c.Kind
		}
	}
	return columns
}

func query[T any](t *testing.T, d *db.DB, statement string) []T {
	t.Helper()
	var rows []T
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		rows, err = db.Many[T](t.Context(), tx.Unscoped("test"), statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func exec(t *testing.T, d *db.DB, statement string) {
	t.Helper()
	if _, err := d.Writer().ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestEveryTableAndColumnIsDeclared(t *testing.T) {
	register, err := migrate.Register()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, table := range register {
		for _, c := range table.Columns {
			want = append(want, table.Name+"."+c.Name)
		}
	}
	slices.Sort(want)
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		var got []string
		for c := range schema(t, d) {
			got = append(got, c)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("declared (-) and real (+) columns differ:\n%s", diff)
		}
	})
}

func TestScopesAreColumnsOfTheirTables(t *testing.T) {
	scopes, err := migrate.Scopes()
	if err != nil {
		t.Fatal(err)
	}
	if len(scopes) == 0 {
		t.Fatal("no table declares a scope")
	}
	columns := schema(t, testkit.SQLite(t))
	for table, scope := range scopes {
		if _, ok := columns[table+"."+scope]; !ok {
			t.Errorf("%s declares the scope %s, which it has not", table, scope)
		}
	}
	for c := range columns { // a row that belongs to a person says so to the kit
		if table, ok := strings.CutSuffix(c, ".person_id"); ok && scopes[table] == "" {
			t.Errorf("%s has a person_id and no scope", table)
		}
	}
}

func TestUpTwiceChangesNothing(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		before := schema(t, d)
		exec(t, d, "INSERT INTO lease (name, holder, until) VALUES ('a', '00000000-0000-0000-0000-000000000000', 1)")
		if err := migrate.Up(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, schema(t, d)); diff != "" {
			t.Error(diff)
		}
		if n := query[int64](t, d, "SELECT count(*) FROM lease"); n[0] != 1 {
			t.Error("a row was lost")
		}
		status, err := migrate.Check(t.Context(), d)
		if err != nil || status.Have != status.Want || status.Want == 0 {
			t.Errorf("status %+v (%v)", status, err)
		}
	})
}

func TestCheckSaysWhatIsMissing(t *testing.T) {
	eachEmpty(t, func(t *testing.T, d *db.DB) {
		status, err := migrate.Check(t.Context(), d)
		if err != nil || status.Have != 0 || status.Want == 0 {
			t.Errorf("status %+v (%v)", status, err)
		}
	})
}

// eachEmpty runs the test on an empty database of each engine.
func eachEmpty(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	open := func(t *testing.T, dsn string) *db.DB {
		d, err := db.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		return d
	}
	eachEmptyDSN(t, func(t *testing.T, dsn string) { f(t, open(t, dsn)) })
}

func eachEmptyDSN(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, "sqlite:"+filepath.Join(t.TempDir(), "galien.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, postgres.DSN(t)) })
}

func TestSQLiteIsOpenedForDurability(t *testing.T) {
	d := testkit.SQLite(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := d.Writer().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, want %s (%v)", pragma, got, want, err)
		}
	}
}

// Violated maps a failure to a name, so each constraint must have the name that the rule gives it.
func TestConstraintsAreNamedByTheRule(t *testing.T) {
	d := testkit.PostgreSQL(t)
	const statement = `SELECT t.relname AS "table", c.conname AS name, c.contype::text AS kind,
		coalesce((SELECT string_agg(a.attname, '_' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num), '') AS columns
		FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace s ON s.oid = t.relnamespace
		WHERE s.nspname = current_schema()`
	seen := 0
	for _, c := range query[struct{ Table, Name, Kind, Columns string }](t, d, statement) {
		if others(c.Table) || c.Kind == "n" {
			continue
		}
		seen++
		ok := false
		switch c.Kind {
		case "p":
			ok = c.Name == "pk_"+c.Table
		case "u":
			ok = c.Name == "uq_"+c.Table+"_"+c.Columns
		case "f":
			ok = strings.HasPrefix(c.Name, "fk_"+c.Table+"_")
		case "c":
			ok = strings.HasPrefix(c.Name, "ck_"+c.Table+"_")
		}
		if !ok {
			t.Errorf("constraint %s of %s (%s) is not named by the rule", c.Name, c.Table, c.Columns)
		}
	}
	if seen == 0 {
		t.Fatal("no constraint was found")
	}
}

func TestIndexesAreNamedByTheRule(t *testing.T) {
	d := testkit.SQLite(t)
	const statement = `SELECT tbl_name AS "table", name, coalesce(sql, '') AS text FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`
	for _, i := range query[struct{ Table, Name, Text string }](t, d, statement) {
		prefix := "ix_"
		if strings.Contains(i.Text, "UNIQUE INDEX") {
			prefix = "uq_"
		}
		if !others(i.Table) && !strings.HasPrefix(i.Name, prefix+i.Table+"_") {
			t.Errorf("index %s of %s is not named by the rule", i.Name, i.Table)
		}
	}
}

func TestBothEnginesHaveTheSameColumns(t *testing.T) {
	kinds := map[string]string{"BIGINT": "bigint", "UUID": "uuid", "TEXT": "text", "BYTEA": "bytea", "INTEGER": "integer", "BOOLEAN": "boolean", "DOUBLE PRECISION": "double precision"}
	lite, pg := schema(t, testkit.SQLite(t)), schema(t, testkit.PostgreSQL(t))
	for c, kind := range lite {
		if kinds[kind] != pg[c] {
			t.Errorf("%s is %s on SQLite and %s on PostgreSQL", c, kind, pg[c])
		}
	}
	if len(lite) != len(pg) {
		t.Errorf("%d columns on SQLite, %d on PostgreSQL", len(lite), len(pg))
	}
}

// Two servers started at the same moment on one empty database.
func TestUpByTwoProgramsAtOnce(t *testing.T) {
	eachEmptyDSN(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		failures := make(chan error, 2)
		for range cap(failures) {
			go func() {
				failures <- func() error {
					d, err := db.Open(ctx, dsn)
					if err != nil {
						return err
					}
					return errors.Join(migrate.Up(ctx, d), d.Close())
				}()
			}()
		}
		for range cap(failures) {
			if err := <-failures; err != nil {
				t.Error(err)
			}
		}
	})
}
