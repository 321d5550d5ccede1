package audit

import (
	"context"
	crand "crypto/rand"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

func TestErasureLeavesAVerifiableLogWithoutThePerson(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		gone, stays := id.New(start), id.New(start)
		f.record(
			Event{Action: "a.b", Subject: gone, Actor: stays, Details: "canary one"},
			Event{Action: "a.b", Actor: gone, Details: "canary two"},
			Event{Action: "a.b", Subject: stays, Actor: gone, Details: "kept"},
			Event{Action: "a.b", Details: "system"},
		)
		f.seal()
		f.erase(gone)
		f.seal()
		if r := f.sound(); r.Events != 5 || r.Leaves != 5 || r.Erased != 2 {
			t.Errorf("report %+v", r)
		}
		details := strings.Join(column[string](f, "SELECT details FROM audit_event ORDER BY id"), " ")
		if strings.Contains(details, "canary") || !strings.Contains(details, "kept") {
			t.Errorf("details after the erasure: %s", details)
		}
	})
}

func TestDetailsEmptiedWithoutErasureAreFound(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.record(Event{Action: "a.b", Details: "what happened"})
		f.seal()
		f.strip()
		f.exec("UPDATE audit_event SET details = ''")
		if r := f.verify(); len(r.Findings) != 1 || r.Findings[0].Table != "audit_event" {
			t.Errorf("findings %v", r.Findings)
		}
	})
}

func TestTriggersRefuseToRewriteTheLog(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.record(Event{Action: "a.b", Details: "x"})
		f.seal()
		other := id.New(start).String()
		for _, statement := range []string{
			"UPDATE audit_event SET action = 'c.d'", "UPDATE audit_event SET details = 'y'", "UPDATE audit_event SET details = ''",
			"UPDATE audit_event SET at = 1", "UPDATE audit_event SET actor_id = '" + other + "'", "UPDATE audit_event SET subject_id = '" + other + "'",
			"UPDATE audit_event SET org_id = '" + other + "'", "UPDATE audit_event SET object = 'y'", "DELETE FROM audit_event",
			"UPDATE audit_leaf SET position = 7", "DELETE FROM audit_leaf", "UPDATE audit_node SET position = 7", "DELETE FROM audit_node",
			"UPDATE audit_checkpoint SET note = ''", "DELETE FROM audit_checkpoint",
		} {
			if _, err := d.Writer().ExecContext(t.Context(), statement); !db.Refused(err) {
				t.Errorf("%s: %v", statement, err)
			}
		}
		f.sound()
	})
}

func TestTruncationIsFound(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newTampered(t, d)
		size := column[int64](f, "SELECT max(size) FROM audit_checkpoint")[0]
		for cut := range int64(8) {
			from := size - 1 - cut
			events := exec("DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_leaf WHERE position >= $1)", from)
			leaves := exec("DELETE FROM audit_leaf WHERE position >= $1", from)
			nodes := exec("DELETE FROM audit_node WHERE position >= $1", tlog.StoredHashCount(from))
			heads := exec("DELETE FROM audit_checkpoint WHERE size > $1", from)
			for name, alter := range map[string]func(context.Context, *db.Tx) error{
				"leaves":                       leaves,
				"leaves and nodes":             both(leaves, nodes),
				"events, leaves and nodes":     both(events, both(leaves, nodes)),
				"everything, checkpoints too":  both(events, both(leaves, both(nodes, heads))),
				"checkpoints and nothing else": heads,
			} {
				r := f.tampered(alter)
				if name != "checkpoints and nothing else" && !names(r, "audit_leaf", itoa(from)) {
					t.Errorf("%d %s cut: position %d is not named: %v", cut+1, name, from, r.Findings)
				}
				if strings.Contains(name, "checkpoints") && !names(r, "audit_checkpoint", itoa(size)) {
					t.Errorf("%d %s cut: checkpoint %d is not named: %v", cut+1, name, size, r.Findings)
				}
			}
		}
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// A superuser who rewrites an event, the leaves, the hashes and the checkpoints, with all but the keys.
func TestResealingWithoutTheKeysIsFound(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		for i := range 9 {
			f.record(Event{Action: "a.b", Details: i})
			f.seal()
		}
		victim := column[id.ID](f, "SELECT event_id FROM audit_leaf WHERE position = 6")[0]
		f.strip()
		forged, err := keyring.Open(filepath.Join(t.TempDir(), "forged"), "", f.clock)
		if err != nil {
			t.Fatal(err)
		}
		f.exec("UPDATE audit_event SET details = '{}' WHERE id = $1", victim.String())
		f.exec("DELETE FROM lease")
		f.exec("DELETE FROM audit_leaf")
		f.exec("DELETE FROM audit_node")
		f.exec("DELETE FROM audit_checkpoint")
		f.exec("INSERT INTO audit_pending SELECT id, at FROM audit_event WHERE id <> $1", victim.String())
		attacker := New(f.clock, forged, d, t.TempDir())
		if n, err := attacker.Seal(t.Context()); n != 8 || err != nil {
			t.Fatalf("the attacker sealed %d: %v", n, err)
		}
		r := f.verify()
		for _, row := range [][2]string{{"audit_event", victim.String()}, {"audit_checkpoint", "8"}, {"audit_checkpoint", "9"}} {
			if !names(r, row[0], row[1]) {
				t.Errorf("%v is not named: %v", row, r.Findings)
			}
		}
		f.clock.Advance(time.Minute)
		f.record(Event{Action: "a.c"})
		if n, err := f.log.Seal(t.Context()); !errors.Is(err, ErrDamaged) {
			t.Errorf("the installation went on sealing: %d, %v", n, err)
		}
	})
}

func TestEveryByteOfTheCheckpointFileCounts(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	for range 4 {
		f.record(Event{Action: "a.b"})
		f.seal()
	}
	f.clock.Advance(time.Hour)
	f.sound()
	whole := f.readFile()
	rng := rand.New(rand.NewPCG(*seed, 1))
	for at := range len(whole) {
		altered := []byte(whole)
		altered[at] ^= 1 << rng.IntN(8)
		f.writeFile(string(altered))
		if r := f.verify(); len(r.Findings) == 0 {
			t.Errorf("byte %d altered (%q → %q): not found", at, whole[at], altered[at])
		}
	}
	lines := strings.SplitAfter(whole, "\n")
	for name, text := range map[string]string{
		"line removed":      lines[0] + lines[2] + lines[3],
		"first removed":     lines[1] + lines[2] + lines[3],
		"last removed":      lines[0] + lines[1] + lines[2],
		"lines exchanged":   lines[0] + lines[2] + lines[1] + lines[3],
		"garbage":           whole + "garbage\n",
		"too long":          whole + strings.Repeat("x", 3*maxLine) + "\n",
		"emptied":           "",
		"a foreign line in": lines[0] + foreignLine(t) + lines[1] + lines[2] + lines[3],
	} {
		f.writeFile(text)
		if r := f.verify(); len(r.Findings) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	f.writeFile(whole + lines[2]) // two processes wrote the same one
	f.sound()
}

func foreignLine(t *testing.T) string {
	skey, _, err := note.GenerateKey(crand.Reader, keyring.DefaultOrigin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	c, err := checkpoint{tree: tlog.Tree{N: 2}, previous: 1}.sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	line, err := encode(c.signed)
	if err != nil {
		t.Fatal(err)
	}
	return string(line) + "\n"
}

func TestUnsealedEventIsReportedAfterAMinute(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.record(Event{Action: "a.b"})
		f.clock.Advance(time.Minute)
		if r := f.sound(); r.Events != 1 || r.Leaves != 0 {
			t.Errorf("report %+v", r)
		}
		f.clock.Advance(time.Microsecond)
		if r := f.verify(); len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Problem, "older than a minute") {
			t.Errorf("findings %v", r.Findings)
		}
		f.seal()
		f.sound()
	})
}

func TestVerifyRunsTheExtraChecksOnItsSnapshot(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	want := Finding{"attempt_event", "7", "broken chain"}
	r := f.verify(func(ctx context.Context, tx *db.Tx) ([]Finding, error) {
		_, err := db.One[int64](ctx, tx, "SELECT count(*) FROM attempt_event")
		return []Finding{want}, err
	})
	if len(r.Findings) != 1 || r.Findings[0] != want {
		t.Errorf("findings %v", r.Findings)
	}
	broken := errors.New("cannot read")
	_, err := f.log.Verify(t.Context(), Options{}, func(context.Context, *db.Tx) ([]Finding, error) { return nil, broken })
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestVerifyReadsPageAfterPageAndBoundsWhatItKeeps(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		const events = 2*pageSize + 10
		all := make([]Event, events)
		for i := range all {
			all[i] = Event{Action: "a.b"}
		}
		f.record(all...)
		for range 3 {
			f.seal()
		}
		if r := f.sound(); r.Leaves != events {
			t.Fatalf("%d leaves", r.Leaves)
		}
		f.strip()
		for _, position := range []int64{0, pageSize - 1, pageSize, pageSize + 1, 2*pageSize - 1} {
			for _, table := range []string{"audit_leaf", "audit_node"} {
				r := f.tampered(exec("INSERT INTO "+table+" SELECT * FROM "+table+" WHERE position = $1", position))
				if !names(r, table, itoa(position)) || len(r.Findings) > 1 {
					t.Errorf("%s %d twice: %v", table, position, r.Findings)
				}
			}
		}
		f.exec("UPDATE audit_event SET object = 'x'")
		r, err := f.log.Verify(t.Context(), Options{Limit: 25})
		if err != nil || len(r.Findings) != 25 || r.More != events-25 {
			t.Errorf("%d findings kept, %d more (%v)", len(r.Findings), r.More, err)
		}
	})
}

func TestManyAlterationsAtOnceAreAllNamed(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		const events = 200
		all := make([]Event, events)
		for i := range all {
			all[i] = Event{Action: "a.b", Details: i}
		}
		f.record(all...)
		f.seal()
		f.strip()
		ids := f.ids("SELECT event_id FROM audit_leaf ORDER BY position")
		rng := rand.New(rand.NewPCG(*seed, 2))
		chosen := rng.Perm(events)[:60]
		alter := func(ctx context.Context, tx *db.Tx) error {
			for _, i := range chosen {
				if err := exec("UPDATE audit_event SET details = 'x' WHERE id = $1", ids[i])(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		}
		r := f.tampered(alter)
		for _, i := range chosen {
			if !names(r, "audit_event", ids[i].String()) {
				t.Errorf("event %d is not named", i)
			}
		}
		if len(r.Findings) != len(chosen) {
			t.Errorf("%d findings for %d alterations", len(r.Findings), len(chosen))
		}
	})
}

// SQLite lets anything into any column.
func TestValuesOfAnotherTypeAreFindings(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	f.record(Event{Action: "a.b"}, Event{Action: "a.c"})
	f.seal()
	f.strip()
	for _, table := range ledgerTables {
		for _, c := range table.columns {
			for _, value := range []string{"NULL", "'text'", "x'00'", "1.5"} {
				r := f.tampered(exec("UPDATE " + table.name + " SET " + c + " = " + value + " WHERE rowid = 1"))
				if !slices.ContainsFunc(r.Findings, func(found Finding) bool { return found.Table == table.name }) {
					t.Errorf("%s.%s = %s: %v", table.name, c, value, r.Findings)
				}
			}
		}
	}
}

func TestMissingLedgerFileIsOneFinding(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	for range 3 {
		f.record(Event{Action: "a.b"})
		f.seal()
	}
	if err := os.Remove(filepath.Join(f.dir, "checkpoints.log")); err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(time.Hour)
	if r := f.verify(); len(r.Findings) != 1 || r.Findings[0].Table != fileName {
		t.Errorf("findings %v", r.Findings)
	}
}

func TestAnotherInstallationsKeysAreSaidToBeSo(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	f.record(Event{Action: "a.b"})
	f.seal()
	ring, err := keyring.Open(filepath.Join(t.TempDir(), "keys"), "", clock.NewManual(start))
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(f.clock, ring, f.db, f.dir).Verify(t.Context(), Options{})
	if err != nil || !names(r, "audit_checkpoint", "1") || !names(r, fileName, "0") {
		t.Errorf("findings %v (%v)", r.Findings, err)
	}
}
