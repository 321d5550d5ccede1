package migrate_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
	"galien/internal/testkit"
	"galien/internal/testkit/postgres"
)

func TestUpRefusesANewerSchema(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		exec(t, d, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (90000, true)")
		before := schema(t, d)
		err := migrate.Up(t.Context(), d)
		if err == nil || !regexp.MustCompile(`^the database has schema 90000 and this program knows schema \d+: install the version of Galien that wrote it, or a newer one$`).MatchString(err.Error()) {
			t.Errorf("error %v", err)
		}
		if diff := cmp.Diff(before, schema(t, d)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestUpRefusesAnotherProgramsDatabase(t *testing.T) {
	for name, foreign := range map[string]string{
		"plain":           "CREATE TABLE bookmark (url TEXT)",
		"goose's as well": "CREATE TABLE bookmark (url TEXT); CREATE TABLE goose_db_version (id INTEGER, version_id BIGINT, is_applied BOOLEAN, tstamp TIMESTAMP)",
	} {
		t.Run(name, func(t *testing.T) {
			eachEmpty(t, func(t *testing.T, d *db.DB) {
				exec(t, d, foreign)
				before, err := migrate.Tables(t.Context(), d)
				if err != nil {
					t.Fatal(err)
				}
				want := fmt.Sprintf("the database holds %d tables that are not Galien's (bookmark…): give Galien an empty database of its own", len(before))
				for _, err := range []error{migrate.Up(t.Context(), d), second(migrate.Check(t.Context(), d))} {
					if err == nil || err.Error() != want {
						t.Errorf("error %v, want %s", err, want)
					}
				}
				if after, err := migrate.Tables(t.Context(), d); err != nil || !slices.Equal(before, after) {
					t.Errorf("tables after the refusal: %v (%v)", after, err)
				}
			})
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestAnotherProgramsSQLiteFileIsLeftByteForByte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foreign.db")
	foreign, err := db.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, foreign, "PRAGMA journal_mode = DELETE")
	exec(t, foreign, "CREATE TABLE bookmark (url TEXT)")
	if err := foreign.Close(); err != nil {
		t.Fatal(err)
	}
	before := content(t, path)
	d, err := db.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), d); err == nil {
		t.Error("it was migrated")
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, content(t, path)) {
		t.Error("the file changed")
	}
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCorruptSQLiteFileIsRefusedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	sound := filepath.Join(dir, "sound.db")
	d, err := db.Open(t.Context(), "sqlite:"+sound)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	pages := content(t, sound)
	torn := slices.Clone(pages)
	for i := 4096 + 100; i < 3*4096; i++ {
		torn[i] = 0xa5
	}
	for name, text := range map[string][]byte{
		"text":        []byte(strings.Repeat("not a database\n", 1000)),
		"bad header":  append([]byte("SQLite format 4\x00"), pages[16:]...),
		"torn page":   torn,
		"half a file": pages[:len(pages)/2],
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "galien.db")
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			d, err := db.Open(t.Context(), "sqlite:"+path)
			if err == nil {
				_ = d.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore a backup with `galien restore`") {
				t.Errorf("error %v", err)
			}
			if !bytes.Equal(text, content(t, path)) {
				t.Error("the file changed")
			}
		})
	}
}

func TestSQLitePathThatCannotBeUsedIsSaidSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"no such folder":       filepath.Join(t.TempDir(), "nowhere", "galien.db"),
		"a file as folder":     filepath.Join(file, "galien.db"),
		"a folder as file":     t.TempDir(),
		"a kernel file system": "/proc/galien.db",
	} {
		d, err := db.Open(t.Context(), "sqlite:"+path)
		if err == nil {
			_ = d.Close()
			t.Errorf("%s: it was opened", name)
			continue
		}
		want := "the database " + path + " cannot be opened: check that its folder exists and can be written, or choose another with --data"
		if err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPostgreSQLThatDoesNotAnswerIsSaidSoWithoutThePassword(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = db.Open(t.Context(), "postgres://galien:s3cret-pass@"+address+"/galien")
	if err == nil || !strings.HasPrefix(err.Error(), "PostgreSQL at "+address+" does not answer: check that it runs, that the address and the account are right") {
		t.Errorf("error %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "s3cret-pass") {
		t.Error("the password is in the message")
	}
	for _, dsn := range []string{"mysql://root:s3cret-pass@host/db", "galien.db", "postgres://galien:s3cret-pass@[bad/db", ""} {
		_, err := db.Open(t.Context(), dsn)
		if err == nil || strings.Contains(err.Error(), "s3cret-pass") || !strings.Contains(err.Error(), "postgres://USER") {
			t.Errorf("%q: %v", dsn, err)
		}
	}
}

func TestWrongPasswordIsSaidSo(t *testing.T) {
	dsn := regexp.MustCompile(`://([^:]+):[^@]*@`).ReplaceAllString(postgres.DSN(t), "://$1:wr0ng-pass@")
	_, err := db.Open(t.Context(), dsn)
	if err == nil || !strings.Contains(err.Error(), "the account") || strings.Contains(err.Error(), "wr0ng-pass") {
		t.Errorf("error %v", err)
	}
}
