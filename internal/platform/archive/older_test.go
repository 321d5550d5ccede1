package archive

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
)

// olderLayout is a schema before the one that made attempts, before organisations closed and persons were settled.
func olderLayout(t *testing.T) []Layout {
	t.Helper()
	own, err := ownLayout()
	must(t, err)
	later := []string{"framework", "item_document", "bank_release", "attempt", "attempt_event", "study", "item_parameters"}
	layout := slices.DeleteFunc(own, func(l Layout) bool { return slices.Contains(later, l.Name) })
	for i, l := range layout {
		layout[i].Columns = slices.DeleteFunc(l.Columns, func(c string) bool { return c == "closed_at" || c == "settled" })
	}
	return layout
}

// olderBackup is what a program of that schema would have written.
func olderBackup(t *testing.T, i *installed, key *age.X25519Identity) (file string, sums []Sum) {
	t.Helper()
	layout := olderLayout(t)
	return crafted(t, key, func(w *writer) error {
		header := Header{Format: format, Program: "0.9.0", Schema: oldest, Engine: string(i.DB.Engine), Tables: layout}
		must(t, w.json(headerName, header))
		keys, err := i.readKeys(nil)
		must(t, err)
		sealed, err := i.checkpoints()
		must(t, err)
		must(t, i.DB.Read(t.Context(), func(tx *db.Tx) error {
			all, err := tables(t.Context(), tx, layout)
			must(t, err)
			return w.content(t.Context(), tx, keys, sealed, all)
		}))
		must(t, sealed.close())
		sums = w.manifest.Tables
		return w.json(manifestName, w.manifest)
	}), sums
}

func TestABackupOfAnOlderSchemaIsRestoredIntoThisOne(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to db.Engine) {
		i := install(t, engine(t, from), 4, 40)
		key := newKey(t)
		file, sums := olderBackup(t, i, key)
		p := place(t, to, i.clock)
		_, report, err := Restore(t.Context(), file, []age.Identity{key}, p)
		must(t, err)
		d := opened(t, p.Database)
		var have []Sum
		must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
			have, err = sumsIn(t.Context(), tx, olderLayout(t))
			return err
		}))
		if diff := cmp.Diff(beside(genuine, sums), beside(genuine, have)); diff != "" {
			t.Errorf("sums (-backed up +restored):\n%s", diff)
		}
		if len(report.Findings) > 0 || report.Leaves != 15+1 {
			t.Errorf("%d leaves, findings %v", report.Leaves, report.Findings)
		}
		if status, err := migrate.Check(t.Context(), d); err != nil || status.Have != status.Want {
			t.Errorf("schema %+v, %v", status, err)
		}
	})
}

var (
	comments  = regexp.MustCompile(`--[^\n]*`)
	expanding = regexp.MustCompile(`^(CREATE TABLE |CREATE (UNIQUE )?INDEX |ALTER TABLE \w+ ADD COLUMN )`)
	demanding = regexp.MustCompile(`^ALTER TABLE .* NOT NULL`)
)

// What lets an older backup in: a migration after the oldest schema that changes rows, or asks something of those that are
// there, must raise oldest.
func TestMigrationsAfterTheOldestSchemaOnlyExpand(t *testing.T) {
	files, err := filepath.Glob("../migrate/sql/*.sql")
	must(t, err)
	seen := int64(0)
	for _, file := range files {
		number, _, _ := strings.Cut(filepath.Base(file), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		must(t, err)
		seen = max(seen, version)
		text, err := os.ReadFile(file)
		must(t, err)
		for _, fault := range contracting(string(text)) {
			if version > oldest {
				t.Errorf("%s does more than expand: %s", filepath.Base(file), fault)
			}
		}
	}
	if seen <= oldest {
		t.Fatalf("no migration after schema %d was found", oldest)
	}
}

// contracting returns the statements that an older row may not survive.
func contracting(migration string) []string {
	var faults []string
	for statement := range strings.SplitSeq(comments.ReplaceAllString(migration, ""), ";") {
		s := strings.Join(strings.Fields(statement), " ")
		if s != "" && (!expanding.MatchString(s) || demanding.MatchString(s) && !strings.Contains(s, " DEFAULT ")) {
			faults = append(faults, s)
		}
	}
	return faults
}

func TestAMigrationThatDoesMoreThanExpandIsFound(t *testing.T) {
	for migration, want := range map[string]int{
		"-- +goose Up\nCREATE TABLE a (\n  b TEXT NOT NULL -- c; d\n);\nCREATE INDEX ix_a ON a (b);": 0,
		"ALTER TABLE a ADD COLUMN c BIGINT;":                       0,
		"ALTER TABLE a ADD COLUMN c BIGINT NOT NULL DEFAULT 0;":    0,
		"ALTER TABLE a ADD COLUMN c BIGINT NOT NULL;":              1,
		"ALTER TABLE a ADD COLUMN c BIGINT; UPDATE a SET c = 1;":   1,
		"ALTER TABLE a DROP COLUMN c; DELETE FROM b; DROP TABLE d": 3,
	} {
		if have := contracting(migration); len(have) != want {
			t.Errorf("%s: %v", migration, have)
		}
	}
}
