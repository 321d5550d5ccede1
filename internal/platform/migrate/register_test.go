package migrate

import (
	"strings"
	"testing"
)

const declared = "-- @table thing | purpose: a | basis: b | retention: c | scope: owner_id\n"

func TestParseReadsWhatAMigrationDeclares(t *testing.T) {
	tables, err := parse(nil, "x.sql", declared+`CREATE TABLE thing (
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

func TestParseReadsAColumnAddedByALaterMigration(t *testing.T) {
	first, err := parse(nil, "x.sql", declared+"CREATE TABLE thing (\n  at BIGINT -- when\n);")
	if err != nil {
		t.Fatal(err)
	}
	both, err := parse(first, "y.sql", "ALTER TABLE thing ADD COLUMN done BOOLEAN NOT NULL DEFAULT FALSE; -- whether it is over")
	if err != nil || len(both) != 1 || len(both[0].Columns) != 2 || both[0].Columns[1] != (Declared{"done", "whether it is over"}) {
		t.Errorf("%+v, %v", both, err)
	}
	for _, text := range []string{"ALTER TABLE thing ADD COLUMN done BOOLEAN;", "ALTER TABLE other ADD COLUMN done BOOLEAN; -- why"} {
		if _, err := parse(first, "y.sql", text); err == nil {
			t.Errorf("%s: accepted", text)
		}
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
		if _, err := parse(nil, "x.sql", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
