package archive

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

// zeros is a file of any size that takes no disk.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// The file of checkpoints grows by 226 bytes a second of activity and is never shortened.
func TestALedgerLargerThanAnyOtherEntryIsBackedUp(t *testing.T) {
	const size = maxEntry + 1
	key, path := newKey(t), filepath.Join(t.TempDir(), "large.age")
	f, err := os.Create(path)
	must(t, err)
	w, err := newWriter(f, key.Recipient())
	must(t, err)
	must(t, w.json(headerName, Header{Format: format}))
	must(t, w.file(ledgerName, size, zeros{}))
	must(t, w.close())
	must(t, f.Close())

	r, err := openFile(path, []age.Identity{key})
	must(t, err)
	m, err := walkAll(t.Context(), r, nowhere{})
	must(t, err)
	must(t, r.close())
	if len(m.Files) != 1 || m.Files[0].Bytes != size {
		t.Errorf("it reads back as %+v", m.Files)
	}
}

func TestAFileThatShrinksUnderTheBackupEndsIt(t *testing.T) {
	w, err := newWriter(io.Discard, newKey(t).Recipient())
	must(t, err)
	if err := w.file(ledgerName, 10, bytes.NewReader([]byte("short"))); err == nil || !strings.Contains(err.Error(), "was shortened") {
		t.Errorf("got %v", err)
	}
}

// A process that stops while it writes leaves a line without its end: it is no part of the backup.
func TestTheLedgerIsBackedUpToItsLastWholeLine(t *testing.T) {
	long := strings.Repeat("x", 20_000)
	for text, want := range map[string]string{"": "", "cut": "", "one\n": "one\n", "one\ntwo\ncut": "one\ntwo\n", "one\n" + long: "one\n", long: ""} {
		i := Installation{Data: t.TempDir()}
		must(t, os.MkdirAll(filepath.Dir(i.ledger()), 0o700))
		must(t, os.WriteFile(i.ledger(), []byte(text), 0o600))
		c, err := i.checkpoints()
		must(t, err)
		have, err := io.ReadAll(c)
		must(t, err)
		must(t, c.close())
		if string(have) != want || c.size != int64(len(want)) {
			t.Errorf("%.20q is backed up as %.20q (%d bytes)", text, have, c.size)
		}
	}
	c, err := Installation{Data: t.TempDir()}.checkpoints()
	if err != nil || c.size != 0 || c.close() != nil {
		t.Errorf("without a file: %d bytes, %v", c.size, err)
	}
}

// actions are what a ledger records of the archive's, oldest first.
func actions(t *testing.T, d *db.DB) []string {
	t.Helper()
	var all []string
	must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.Many[string](t.Context(), tx, "SELECT action || ' ' || object FROM audit_event WHERE action LIKE 'archive.%' ORDER BY id")
		return err
	}))
	return all
}

func TestTheLedgerRecordsBackupCopyAndRestoration(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		i := install(t, d, 1, 5)
		file, key := backedUp(t, i)
		backup := "archive.backup backup:2026-11-22T08:00:03Z"
		if have := actions(t, d); !slices.Equal(have, []string{backup}) {
			t.Errorf("after a backup: %v", have)
		}
		i.clock.Advance(time.Second)
		p := place(t, db.SQLite, i.clock)
		_, report, err := Restore(t.Context(), file, []age.Identity{key}, p)
		must(t, err)
		restored := []string{backup, "archive.restore backup:2026-11-22T08:00:03Z"}
		if have := actions(t, opened(t, p.Database)); !slices.Equal(have, restored) || len(report.Findings) > 0 {
			t.Errorf("in the restored ledger: %v, findings %v", have, report.Findings)
		}
		to := place(t, db.SQLite, i.clock)
		must(t, os.MkdirAll(to.Data, 0o700))
		_, report, err = Copy(t.Context(), i.Installation, i.ring, to.Database)
		must(t, err)
		copied := []string{backup, "archive.copy database:sqlite"}
		for _, in := range []*db.DB{d, opened(t, to.Database)} {
			if have := actions(t, in); !slices.Equal(have, copied) || len(report.Findings) > 0 {
				t.Errorf("after a copy: %v, findings %v", have, report.Findings)
			}
		}
	})
}

// The restored installation goes on: its ledger is sealed and verifies with its own file.
func TestTheRestoredLedgerGoesOn(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 3)
	file, key := backedUp(t, i)
	p := place(t, db.SQLite, i.clock)
	_, _, err := Restore(t.Context(), file, []age.Identity{key}, p)
	must(t, err)
	d := opened(t, p.Database)
	ring, err := keyring.Open(filepath.Join(p.Data, "keys"), "", i.clock)
	must(t, err)
	report, err := audit.New(i.clock, ring, d, filepath.Join(p.Data, "ledger")).Verify(t.Context(), audit.Options{})
	if err != nil || len(report.Findings) > 0 || report.Leaves != 17 {
		t.Errorf("%d leaves, findings %v, %v", report.Leaves, report.Findings, err)
	}
}

// Secrets that an orchestrator mounts are links into a folder that it exchanges as a whole.
func TestKeysThatAreLinksAreBackedUp(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 3)
	mounted := filepath.Join(i.keys(), "..data")
	must(t, os.Mkdir(mounted, 0o700))
	want := map[string][32]byte{}
	for _, name := range []string{"master-0001.key", "throttle.key", "ledger.key", "ledger.pub"} {
		path := filepath.Join(i.keys(), name)
		data, err := os.ReadFile(path)
		must(t, err)
		want[name] = sha256.Sum256(data)
		must(t, os.Rename(path, filepath.Join(mounted, name)))
		must(t, os.Symlink(filepath.Join("..data", name), path))
	}
	file, key := backedUp(t, i)
	p := place(t, db.SQLite, i.clock)
	_, _, err := Restore(t.Context(), file, []age.Identity{key}, p)
	must(t, err)
	for name, sum := range want {
		data, err := os.ReadFile(filepath.Join(p.Data, "keys", name))
		if err != nil || sha256.Sum256(data) != sum {
			t.Errorf("%s was not restored: %v", name, err)
		}
	}
}

func TestABackupWithoutAKeyThatItsRestorationNeedsIsRefused(t *testing.T) {
	for _, name := range []string{"throttle.key", "ledger.key", "ledger.pub", "master-0001.key"} {
		i := install(t, testkit.SQLite(t), 1, 3)
		must(t, os.Remove(filepath.Join(i.keys(), name)))
		out := filepath.Join(t.TempDir(), "backup.age")
		_, err := Backup(t.Context(), i.Installation, out, newKey(t).Recipient())
		if err == nil || !strings.Contains(err.Error(), "the key file "+name+" is missing") {
			t.Errorf("without %s: got %v", name, err)
		}
		if entries, err := os.ReadDir(filepath.Dir(out)); err != nil || len(entries) > 0 {
			t.Errorf("without %s: left %v, %v", name, entries, err)
		}
	}
}
