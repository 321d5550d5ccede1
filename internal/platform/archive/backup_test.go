package archive

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/job"
	"galien/internal/testkit"
	"galien/internal/testkit/postgres"
)

func TestABackupRestoresTheSameContentOnEitherEngine(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to db.Engine) {
		for seed, rows := range []int{1, 30, 450} {
			i := install(t, engine(t, from), uint64(seed), rows)
			file, key := backedUp(t, i)
			want := i.sums(t)
			p := place(t, to, i.clock)
			m, report, err := Restore(t.Context(), file, []age.Identity{key}, p)
			must(t, err)
			have, err := Sums(t.Context(), opened(t, p.Database))
			must(t, err)
			if diff := cmp.Diff(beside(genuine, want), beside(genuine, have)); diff != "" {
				t.Errorf("sums (-backed up +restored):\n%s", diff)
			}
			if diff := cmp.Diff(want, m.Tables); diff != "" {
				t.Errorf("manifest:\n%s", diff)
			}
			if len(report.Findings) > 0 || report.Leaves != 15+2 { // the backup's record and the restoration's
				t.Errorf("the restored ledger has %d leaves, findings %v", report.Leaves, report.Findings)
			}
			sameFiles(t, i.Data, p.Data)
		}
	})
}

// beside leaves out the sums of some tables, such as the ledger's, which a restoration writes in.
func beside(tables map[string]bool, sums []Sum) []Sum {
	return slices.DeleteFunc(slices.Clone(sums), func(s Sum) bool { return tables[s.Table] })
}

// sameFiles compares the keys and the ledger, and asks that they are private.
func sameFiles(t *testing.T, want, have string) {
	t.Helper()
	for _, name := range []string{"keys/master-0001.key", "keys/ledger.key", "keys/ledger.pub", "keys/throttle.key", "ledger/checkpoints.log"} {
		a, err := os.ReadFile(filepath.Join(want, name))
		must(t, err)
		b, err := os.ReadFile(filepath.Join(have, name))
		must(t, err)
		if !bytes.HasPrefix(b, a) || name != "ledger/checkpoints.log" && len(b) > len(a) {
			t.Errorf("%s differs", name)
		}
		if info, err := os.Stat(filepath.Join(have, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, want 0600", name, info.Mode())
		}
	}
	if info, err := os.Stat(have); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%s: mode %v, want 0700", have, info.Mode())
	}
}

type note struct {
	A int    `json:"a"`
	B string `json:"b"`
}

func (note) Kind() string { return "archive.note" }

func TestAJobThatWaitedRunsAfterTheRestoration(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to db.Engine) {
		i := install(t, engine(t, from), 1, 1)
		must(t, i.DB.Append(t.Context(), func(tx *db.Tx) error {
			waiting := jobs(from)
			values := []any{"archive.note", `{"b":"é","a":7}`, "default", int64(1), int64(25), start.UnixMilli()}
			if waiting.bind != nil {
				waiting.bind(values)
			}
			_, err := tx.SQL().ExecContext(t.Context(), waiting.insert(1), values...)
			return err
		}))
		file, key := backedUp(t, i)
		p := place(t, to, i.clock)
		_, _, err := Restore(t.Context(), file, []age.Identity{key}, p)
		must(t, err)
		ran := make(chan note, 1)
		queue := job.New(opened(t, p.Database), discard())
		job.Handle(queue, func(_ context.Context, n note) error {
			ran <- n
			return nil
		})
		must(t, queue.Start(t.Context()))
		select {
		case n := <-ran:
			if n != (note{7, "é"}) {
				t.Errorf("the job came with %+v", n)
			}
		case <-time.After(20 * time.Second):
			t.Error("the job did not run")
		}
		must(t, queue.Stop(context.WithoutCancel(t.Context())))
	})
}

// The ledger goes on being written and sealed while the backup is read: what is restored verifies.
func TestABackupTakenWhileTheInstallationWorksVerifies(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		i := install(t, d, 3, 200)
		ctx, stop := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() {
			for ctx.Err() == nil {
				err := d.Write(ctx, func(tx *db.Tx) error {
					return i.log.Record(ctx, tx, audit.Event{Action: "test.meanwhile", Object: "thing:1"})
				})
				if err == nil {
					_, err = i.log.Seal(ctx)
				}
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
		var files []string
		var keys []*age.X25519Identity
		for range 4 {
			file, key := backedUp(t, i)
			files, keys = append(files, file), append(keys, key)
		}
		stop()
		work.Wait()
		for n, file := range files {
			p := place(t, db.SQLite, clock.System{})
			_, report, err := Restore(t.Context(), file, []age.Identity{keys[n]}, p)
			if err != nil || len(report.Findings) > 0 || report.Events < 15 {
				t.Errorf("backup %d: %d events, findings %v, %v", n, report.Events, report.Findings, err)
			}
		}
	})
}

func TestABackupNeverOverwritesAndLeavesNothingWhenItFails(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 5)
	dir := t.TempDir()
	out := filepath.Join(dir, "backup.age")
	must(t, os.WriteFile(out, []byte("precious"), 0o600))
	if _, err := Backup(t.Context(), i.Installation, out, newKey(t).Recipient()); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("got %v, want a refusal to overwrite", err)
	}
	if data, err := os.ReadFile(out); err != nil || string(data) != "precious" {
		t.Errorf("the file was changed: %q, %v", data, err)
	}
	must(t, os.Remove(filepath.Join(i.keys(), "master-0001.key")))
	if _, err := Backup(t.Context(), i.Installation, filepath.Join(dir, "other.age"), newKey(t).Recipient()); err == nil || !strings.Contains(err.Error(), "master-0001.key is missing") {
		t.Errorf("got %v, want the key that the rows need", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestABackupIsPrivate(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 5)
	file, _ := backedUp(t, i)
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
	secret, err := os.ReadFile(filepath.Join(i.keys(), "master-0001.key"))
	must(t, err)
	data, err := os.ReadFile(file)
	must(t, err)
	if bytes.Contains(data, bytes.TrimSpace(secret)) {
		t.Error("the backup shows a key")
	}
}

func TestACopyHasTheSameContentAndALedgerThatVerifies(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to db.Engine) {
		i := install(t, engine(t, from), 2, 300)
		p := place(t, to, i.clock)
		must(t, os.MkdirAll(p.Data, 0o700))
		m, report, err := Copy(t.Context(), i.Installation, i.ring, p.Database)
		must(t, err)
		have, err := Sums(t.Context(), opened(t, p.Database))
		must(t, err)
		if diff := cmp.Diff(i.sums(t), have); diff != "" || m.Rows() == 0 {
			t.Errorf("sums (-source +copy):\n%s", diff)
		}
		if report.Leaves != 16 {
			t.Errorf("%d leaves verified, want 16 with the copy's own", report.Leaves)
		}
		if _, _, err := Copy(t.Context(), i.Installation, i.ring, p.Database); err == nil {
			t.Error("a second copy into the same database was accepted")
		}
	})
}

// What happens in the source during the copy would be missing from it: the copy is refused and the target is empty again.
func TestACopyOfADatabaseInUseIsRefused(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to db.Engine) {
		i := install(t, engine(t, from), 2, 5)
		p := place(t, to, i.clock)
		must(t, os.MkdirAll(p.Data, 0o700))
		meanwhile := func(ctx context.Context, _ *db.Tx) ([]audit.Finding, error) {
			return nil, i.DB.Append(ctx, func(tx *db.Tx) error {
				_, err := tx.SQL().ExecContext(ctx, "INSERT INTO person (id, created_at) VALUES ($1, 1)", id.New(start))
				return err
			})
		}
		_, _, err := Copy(t.Context(), i.Installation, i.ring, p.Database, meanwhile)
		if err == nil || !strings.Contains(err.Error(), "person changed during the copy") {
			t.Fatalf("got %v, want a refusal", err)
		}
		if to == db.SQLite {
			if entries, err := os.ReadDir(p.Data); err != nil || len(entries) > 0 {
				t.Errorf("left behind: %v, %v", entries, err)
			}
			return
		}
		if clean, err := empty(t.Context(), opened(t, p.Database)); err != nil || !clean {
			t.Errorf("rows were left behind (%v)", err)
		}
	})
}

func TestABackupOfADamagedLedgerIsRestoredOnlyWhenAskedTo(t *testing.T) {
	i := install(t, testkit.SQLite(t), 1, 5)
	for _, statement := range []string{"DROP TRIGGER audit_event_fixed", "UPDATE audit_event SET object = 'forged'"} {
		_, err := i.DB.Writer().ExecContext(t.Context(), statement)
		must(t, err)
	}
	file, key := backedUp(t, i)
	p := place(t, db.SQLite, i.clock)
	if _, _, err := Restore(t.Context(), file, []age.Identity{key}, p); err == nil || !strings.Contains(err.Error(), "15 findings") {
		t.Errorf("got %v, want the findings", err)
	}
	absent(t, p.Data)
	p.Damaged = true
	_, report, err := Restore(t.Context(), file, []age.Identity{key}, p)
	if err != nil || len(report.Findings) != 15 {
		t.Errorf("%d findings, %v; want 15 and the restoration", len(report.Findings), err)
	}
}

var errInterrupted = errors.New("interrupted")

// A failure after the rows were written takes them back.
func TestAFailureAtTheEndLeavesNothing(t *testing.T) {
	for _, to := range []db.Engine{db.SQLite, db.PostgreSQL} {
		t.Run(string(to), func(t *testing.T) {
			if testing.Short() && to == db.PostgreSQL {
				t.Skip("-short: no PostgreSQL server")
			}
			i := install(t, testkit.SQLite(t), 1, 5)
			file, key := backedUp(t, i)
			p := place(t, to, i.clock)
			p.Check = failing
			if to == db.PostgreSQL {
				p.Database = postgres.DSN(t) // without any table
			}
			if _, _, err := Restore(t.Context(), file, []age.Identity{key}, p); !errors.Is(err, errInterrupted) {
				t.Fatalf("got %v", err)
			}
			absent(t, p.Data)
			p.Check = nil
			if _, _, err := Restore(t.Context(), file, []age.Identity{key}, p); err != nil {
				t.Errorf("the next restoration: %v", err)
			}
			if _, _, err := Restore(t.Context(), file, []age.Identity{key}, p); err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("got %v, want a refusal of a folder that holds something", err)
			}
		})
	}
}
