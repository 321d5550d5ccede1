package migrate

import (
	"strings"
	"testing"
)

const declared = "-- @table thing | purpose: a | basis: b | retention: c | scope: owner_id\n"

func TestParseReadsWhatAMigrationDeclares(t *testing.T) {
	tables, err := parse("x.sql", declared+`CREATE TABLE thing (
  owner_id UUID   NOT NULL, -- whose
  at       BIGINT,          -- when
  CONSTRAINT pk_thing PRIMARY KEY (owner_id)
);`)
	if err != nil || len(tables) != 1 {
		t.Fatal(tables, err)
	}
	got := tables[0]
	if got.Name != "thing" || got.Purpose != "a" || got.Basis != "b" || got.Retention != "c" || got.Scope != "owner_id" {
		t.Errorf("table %+v", got)
	}
	if len(got.Columns) != 2 || got.Columns[0] != (Declared{"owner_id", "whose"}) || got.Columns[1] != (Declared{"at", "when"}) {
		t.Errorf("columns %v", got.Columns)
	}
}

func TestParseRefusesWhatIsNotDeclared(t *testing.T) {
	for text, want := range map[string]string{
		"CREATE TABLE thing (\n);":                                          "x.sql:1: table thing has no",
		declared + "CREATE TABLE other (\n);":                               "x.sql:2: table other has no",
		declared + "CREATE TABLE thing (\n  at BIGINT\n);":                  "x.sql:3: column thing.at does not say",
		"-- @table thing | purpose: a | basis: b\n":                         "purpose, basis and retention",
		"-- @table thing | purpose: a | basis: b | retention: c | foo: d\n": `unknown "foo"`,
	} {
		if _, err := parse("x.sql", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
