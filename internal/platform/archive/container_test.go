package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

func failing(*keyring.Ring) audit.Check {
	return func(context.Context, *db.Tx) ([]audit.Finding, error) { return nil, errInterrupted }
}

func TestEveryAlterationOfABackupIsRefusedAndNothingIsLeft(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 400)
	file, key := backedUp(t, i)
	whole, err := os.ReadFile(file)
	must(t, err)
	random := rand.New(rand.NewPCG(7, 7))
	refused := func(what string, data []byte) {
		t.Helper()
		altered := filepath.Join(t.TempDir(), "altered.age")
		must(t, os.WriteFile(altered, data, 0o600))
		p := place(t, db.SQLite, i.clock)
		_, _, err := Restore(t.Context(), altered, []age.Identity{key}, p)
		if err == nil {
			t.Errorf("%s was accepted", what)
		} else if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "another copy") && !strings.Contains(err.Error(), "does not open") {
			t.Errorf("%s: %q does not say what to do in one line", what, err)
		}
		absent(t, p.Data)
	}
	for range 40 {
		flipped := bytes.Clone(whole)
		at := random.IntN(len(flipped))
		flipped[at] ^= 1 << random.IntN(8)
		refused("a flipped bit", flipped)
		refused("a truncated file", whole[:random.IntN(len(whole))])
	}
	refused("a file without its last byte", whole[:len(whole)-1])
	refused("a file with a byte more", append(bytes.Clone(whole), 0))
	refused("an empty file", nil)
}

func TestAnotherKeyDoesNotOpenABackup(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 3)
	file, _ := backedUp(t, i)
	p := place(t, db.SQLite, i.clock)
	if _, _, err := Restore(t.Context(), file, []age.Identity{newKey(t)}, p); err == nil || !strings.Contains(err.Error(), "does not open with this passphrase or key") {
		t.Errorf("got %v", err)
	}
	absent(t, p.Data)
}

// crafted is a backup of anything, by somebody who knows the public key.
func crafted(t *testing.T, key *age.X25519Identity, write func(*writer) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crafted.age")
	f, err := os.Create(path)
	must(t, err)
	w, err := newWriter(f, key.Recipient())
	must(t, err)
	must(t, write(w))
	for _, c := range w.closers {
		must(t, c.Close())
	}
	must(t, f.Close())
	return path
}

func TestACraftedBackupCannotLeaveItsFolder(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 3)
	key := newKey(t)
	good := Header{Format: format, Program: "1.2.3", Schema: schemaOf(t, i)}
	begin := func(w *writer, h Header) error { return w.json(headerName, h) }
	newer, older, ancient, foreign := good, good, good, good
	newer.Schema++
	older.Schema--
	ancient.Schema, ancient.Tables = oldest-1, []Layout{{"person", []string{"id", "created_at"}}}
	foreign.Tables = []Layout{{"goose_db_version", []string{"version_id"}}}
	tests := map[string]struct {
		want  string
		write func(*writer) error
	}{
		"a newer schema": {"or a newer one", func(w *writer) error {
			must(t, begin(w, newer))
			return w.json(manifestName, Manifest{})
		}},
		"an older schema, whose columns it does not name": {"restore it with Galien 1.2.3, then upgrade", func(w *writer) error {
			must(t, begin(w, older))
			return w.json(manifestName, Manifest{})
		}},
		"a schema older than any that fits": {"restore it with Galien 1.2.3, then upgrade", func(w *writer) error {
			must(t, begin(w, ancient))
			return w.json(manifestName, Manifest{})
		}},
		"a table of the library's": {"has no place", func(w *writer) error {
			must(t, begin(w, foreign))
			return w.json(manifestName, Manifest{})
		}},
		"another format": {"use the version of Galien", func(w *writer) error { return begin(w, Header{Format: "other/1"}) }},
		"no manifest":    {"truncated", func(w *writer) error { return begin(w, good) }},
		"a parent path": {"has no place", func(w *writer) error {
			must(t, begin(w, good))
			return w.entry("keys/../../x", nil)
		}},
		"an absolute path": {"has no place", func(w *writer) error {
			must(t, begin(w, good))
			return w.entry("/etc/cron.d/x", nil)
		}},
		"a name twice": {"has no place", func(w *writer) error {
			must(t, begin(w, good))
			must(t, w.entry("keys/ledger.pub", nil))
			return w.entry("keys/ledger.pub", nil)
		}},
		"a link": {"has no place", func(w *writer) error {
			must(t, begin(w, good))
			return w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "keys/ledger.key", Linkname: "/etc/passwd"})
		}},
		"an unknown table": {"not as its manifest says", func(w *writer) error {
			must(t, begin(w, good))
			must(t, w.entry("tables/pg_authid/000001.ndjson", []byte("[1]\n")))
			return w.json(manifestName, Manifest{})
		}},
		"rows beside the manifest": {"not as its manifest says", func(w *writer) error {
			must(t, begin(w, good))
			must(t, w.entry("tables/person/000001.ndjson", []byte("[\"x\",1]\n")))
			return w.json(manifestName, Manifest{Tables: []Sum{{Table: "person", Rows: 1, SHA256: "00"}}})
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := place(t, db.SQLite, i.clock)
			_, _, err := Restore(t.Context(), crafted(t, key, test.write), []age.Identity{key}, p)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want …%s…", err, test.want)
			}
			absent(t, p.Data)
		})
	}
}

func schemaOf(t *testing.T, i *installed) int64 {
	t.Helper()
	file, key := backedUp(t, i)
	r, err := openFile(file, []age.Identity{key})
	must(t, err)
	must(t, r.close())
	return r.header.Schema
}

func TestALineReadsBackAsTheRowItWasWrittenFrom(t *testing.T) {
	row := &table{name: "any", columns: []column{{"i", integers, 0}, {"b", booleans, 0}, {"t", texts, 0}, {"u", uuids, 0}, {"x", binaries, 0}}}
	rapid.Check(t, func(t *rapid.T) {
		values := []any{
			rapid.Int64().Draw(t, "i"), rapid.Bool().Draw(t, "b"),
			strings.ReplaceAll(rapid.String().Draw(t, "t"), "\x00", ""),
			id.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "u")).String(), rapid.SliceOf(rapid.Byte()).Draw(t, "x"),
		}
		for i := range values {
			if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
				values[i] = nil
			}
		}
		line, err := row.line(nil, values)
		if err != nil {
			t.Fatal(err)
		}
		back, err := row.values(line)
		if err != nil {
			t.Fatal(err)
		}
		again, err := row.line(nil, back)
		if err != nil || !bytes.Equal(line, again) || bytes.Count(line, []byte("\n")) != 1 {
			t.Fatalf("%q reads back as %q (%v)", line, again, err)
		}
	})
}

func TestAValueOfAnotherTypeThanItsColumnIsNamed(t *testing.T) {
	row := &table{name: "attempt", columns: []column{{"started_at", integers, 0}}}
	for _, value := range []any{"text", []byte{1}, 1.5, true} {
		if _, err := row.line(nil, []any{value}); err == nil || !strings.Contains(err.Error(), "attempt holds in column started_at") {
			t.Errorf("%T: got %v", value, err)
		}
	}
	for _, line := range []string{`["x"]`, `[1.5]`, `[1,2]`, `[]`, `{}`, `[1] [2]`, `[99999999999999999999]`} {
		if _, err := row.values([]byte(line)); err == nil {
			t.Errorf("%s was read", line)
		}
	}
}

func TestPassphrasesAndKeysThatCannotServeAreRefusedInWords(t *testing.T) {
	dir := t.TempDir()
	short, long := filepath.Join(dir, "short"), filepath.Join(dir, "long")
	must(t, os.WriteFile(short, []byte("abc\n"), 0o600))
	must(t, os.WriteFile(long, []byte("une phrase assez longue\n"), 0o600))
	for _, test := range []struct{ recipient, file, want string }{
		{"", "", "always encrypted"},
		{"age1x", long, "either"},
		{"age1x", "", "no age public key"},
		{"", short, "fewer than 12"},
		{"", filepath.Join(dir, "none"), "cannot be read"},
	} {
		if _, err := Recipients(test.recipient, test.file); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v", test, err)
		}
	}
	for _, test := range []struct{ identity, file, want string }{
		{"", "", "either"}, {long, "", "no age key"}, {filepath.Join(dir, "none"), "", "cannot be read"}, {"", short, "fewer than 12"},
	} {
		if _, err := Identities(test.identity, test.file); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v", test, err)
		}
	}
}
