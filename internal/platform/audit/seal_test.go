package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func TestEdgeStoresWhatTlogStores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e edge
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(positions []int64) ([]tlog.Hash, error) {
			var out []tlog.Hash
			for _, p := range positions {
				out = append(out, stored[p])
			}
			return out, nil
		})
		for n := range rapid.Int64Range(1, 130).Draw(t, "size") {
			leaf := rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "leaf")
			want, err := tlog.StoredHashes(n, leaf, reader)
			if err != nil {
				t.Fatal(err)
			}
			got := e.add(tlog.RecordHash(leaf))
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("leaf %d stores %v, tlog %v", n, got, want)
			}
			stored = append(stored, got...)
			root, err := tlog.TreeHash(n+1, reader)
			if err != nil || e.root() != root || e.size != n+1 {
				t.Fatalf("root at %d is %v, tlog %v (%v)", n+1, e.root(), root, err)
			}
		}
	})
}

func TestSealPutsEveryEventInTheLogOnce(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		if n := f.seal(); n != 0 {
			t.Fatalf("sealed %d of nothing", n)
		}
		for batch, size := range []int{1, 2, 7, 1} {
			for range size {
				f.record(Event{Action: "a.b", Details: batch})
			}
			if n := f.seal(); n != size {
				t.Fatalf("batch %d sealed %d events, want %d", batch, n, size)
			}
		}
		if n := f.seal(); n != 0 {
			t.Fatalf("sealed %d events twice", n)
		}
		if r := f.sound(); r.Events != 11 || r.Leaves != 11 || r.Checkpoints != 4 || r.Erased != 0 {
			t.Errorf("report %+v", r)
		}
		if n := strings.Count(f.readFile(), "\n"); n != 4 {
			t.Errorf("%d checkpoints in the file, want 4", n)
		}
	})
}

func TestSealTakesAtMostAThousandEventsAtATime(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		events := make([]Event, 1003)
		for i := range events {
			events[i] = Event{Action: "a.b", Details: i}
		}
		f.record(events...)
		if a, b := f.seal(), f.seal(); a != 1000 || b != 3 {
			t.Errorf("sealed %d then %d, want 1000 then 3", a, b)
		}
		if r := f.sound(); r.Leaves != 1003 {
			t.Errorf("%d leaves", r.Leaves)
		}
	})
}

func TestSealFindsAnEventCommittedLateWithAnOlderID(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.record(Event{Action: "a.b"})
		f.seal()
		f.clock.Advance(-time.Hour)
		f.record(Event{Action: "a.late"})
		f.clock.Advance(time.Hour)
		if n := f.seal(); n != 1 {
			t.Fatalf("sealed %d late events, want 1", n)
		}
		f.sound()
	})
}

// Sealers and writers run at once, as several servers on one database do.
func TestConcurrentSealersLeaveNoGapAndNoDouble(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		const writers, each = 4, 25
		sealers := []*Log{f.log, f.another(), f.another()}
		var writing, sealing sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		for range writers {
			writing.Go(func() {
				person := id.New(start)
				for i := range each {
					err := d.Write(ctx, func(tx *db.Tx) error {
						return f.log.Record(ctx, tx, Event{Action: "a.b", Actor: person, Details: i})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		sealed := make([]int, len(sealers))
		for i, l := range sealers {
			sealing.Go(func() {
				for ctx.Err() == nil {
					n, err := l.Seal(ctx)
					if err != nil && ctx.Err() == nil {
						t.Error(err)
					}
					sealed[i] += n
					if n > 0 { // lets the lease run out: another takes over in the middle of the work
						f.clock.Advance(time.Minute)
					}
				}
			})
		}
		writing.Wait()
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if column[int64](f, "SELECT count(*) FROM audit_pending")[0] == 0 {
				break
			}
		}
		stop()
		sealing.Wait()
		r, err := f.log.Verify(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range r.Findings {
			t.Error(finding)
		}
		if total := sealed[0] + sealed[1] + sealed[2]; r.Leaves != writers*each || total > r.Leaves {
			t.Errorf("%d leaves for %d events; sealers count %v", r.Leaves, writers*each, sealed)
		}
	})
}

func TestVerifyHoldsWhileSealingGoesOn(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		const events = 30
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range events {
				err := d.Write(t.Context(), func(tx *db.Tx) error { return f.log.Record(t.Context(), tx, Event{Action: "a.b"}) })
				if err == nil {
					_, err = f.log.Seal(t.Context())
				}
				if err != nil {
					t.Error(err)
				}
			}
		}()
		partial := 0
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			if n := f.sound().Leaves; n > 0 && n < events {
				partial++
			}
		}
		if n := f.sound().Leaves; n != events {
			t.Errorf("%d leaves, want %d", n, events)
		}
		if partial == 0 {
			t.Error("no verification ran while the log grew")
		}
	})
}

func TestOneSealerHoldsTheLeaseUntilItEnds(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		other := f.another()
		f.record(Event{Action: "a.b"})
		f.seal()
		f.record(Event{Action: "a.c"})
		seal := func() int {
			n, err := other.Seal(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := seal(); n != 0 {
			t.Fatalf("another process sealed %d events during the lease", n)
		}
		if err := f.log.release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := seal(); n != 1 {
			t.Fatalf("another process sealed %d events after the lease was given back", n)
		}
		f.record(Event{Action: "a.d"})
		f.clock.Advance(11 * time.Second)
		if n := f.seal(); n != 1 {
			t.Fatalf("sealed %d events after the other's lease ran out", n)
		}
		f.sound()
	})
}

func TestSealCompletesTheFileAfterAStopBetweenDatabaseAndFile(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	for range 3 {
		f.record(Event{Action: "a.b"})
		f.seal()
	}
	whole := f.readFile()
	lines := strings.SplitAfter(whole, "\n")
	for name, left := range map[string]string{
		"nothing written":  lines[0],
		"line cut short":   lines[0] + lines[1][:40],
		"only its end":     lines[0] + strings.TrimSuffix(lines[1], "\n"),
		"file not created": "",
	} {
		t.Run(name, func(t *testing.T) {
			f.writeFile(left)
			again := f.another()
			if _, err := again.Seal(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.sound()
			if got := f.readFile(); !strings.HasSuffix(got, lines[2]) {
				t.Errorf("the file ends with %q", got)
			}
			f.clock.Advance(time.Hour)
			f.sound()
		})
	}
}

func TestSealRefusesToSignDamage(t *testing.T) {
	damage := map[string]func(*fixture){
		"leaf cut off": func(f *fixture) { f.exec("DELETE FROM audit_leaf WHERE position = 4") },
		"leaf added":   func(f *fixture) { f.exec("INSERT INTO audit_leaf VALUES (5, $1)", id.New(start).String()) },
		"edge hash altered": func(f *fixture) {
			f.exec("UPDATE audit_node SET hash = (SELECT hash FROM audit_node WHERE position = 0) WHERE position = 7")
		},
		"edge hash missing":         func(f *fixture) { f.exec("DELETE FROM audit_node WHERE position = 7") },
		"checkpoint altered":        func(f *fixture) { f.exec("UPDATE audit_checkpoint SET note = replace(note, '5', '6') WHERE size = 5") },
		"tail cut with checkpoints": cutTail,
		"file cut":                  func(f *fixture) { f.writeFile(strings.SplitAfter(f.readFile(), "\n")[0]) },
	}
	for name, alter := range damage {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, testkit.SQLite(t))
			for range 5 {
				f.record(Event{Action: "a.b"})
				f.seal()
			}
			f.strip()
			alter(f)
			f.record(Event{Action: "a.c"})
			before := column[int64](f, "SELECT count(*) FROM audit_checkpoint")[0]
			if n, err := f.log.Seal(t.Context()); !errors.Is(err, ErrDamaged) || n != 0 {
				t.Errorf("sealed %d events: %v", n, err)
			}
			if after := column[int64](f, "SELECT count(*) FROM audit_checkpoint")[0]; after != before {
				t.Error("a checkpoint was signed")
			}
		})
	}
}

// cutTail removes the last sealed event with all that says it existed in the database.
func cutTail(f *fixture) {
	f.exec("DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_leaf WHERE position = 4)")
	f.exec("DELETE FROM audit_leaf WHERE position = 4")
	f.exec("DELETE FROM audit_node WHERE position >= 7")
	f.exec("DELETE FROM audit_checkpoint WHERE size = 5")
}

func TestSealReportsAFileThatCannotBeWrittenAndCatchesUp(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	if err := os.WriteFile(f.dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	f.record(Event{Action: "a.b"})
	if _, err := f.log.Seal(t.Context()); err == nil {
		t.Fatal("no error for a file that cannot be written")
	}
	if err := os.Remove(f.dir); err != nil {
		t.Fatal(err)
	}
	f.seal()
	if !strings.Contains(f.readFile(), `tree\n1\n`) {
		t.Errorf("the file lacks the checkpoint: %q", f.readFile())
	}
	f.sound()
}

func TestLagTellsHowFarSealingIsBehind(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		lag := func() Lag {
			got, err := f.log.Lag(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := lag(); got != (Lag{}) {
			t.Errorf("lag of an empty log: %+v", got)
		}
		f.record(Event{Action: "a.b"})
		f.clock.Advance(3 * time.Second)
		f.record(Event{Action: "a.c"})
		if got := lag(); got != (Lag{2, 3 * time.Second}) {
			t.Errorf("lag %+v, want 2 events, 3 s", got)
		}
		f.seal()
		if got := lag(); got != (Lag{}) {
			t.Errorf("lag after the seal: %+v", got)
		}
	})
}

func TestRunSealsAndGivesTheLeaseBack(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	f.record(Event{Action: "a.b"})
	ctx, stop := context.WithCancel(t.Context())
	var logged bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.log.Run(ctx, slog.New(slog.NewTextHandler(&logged, nil)))
	}()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(f.dir, "checkpoints.log")); err == nil {
			break
		}
	}
	stop()
	<-done
	if logged.Len() > 0 {
		t.Errorf("logged: %s", logged.String())
	}
	if until := column[int64](f, "SELECT until FROM lease"); len(until) != 1 || until[0] != 0 {
		t.Errorf("the lease runs until %v", until)
	}
	f.sound()
}
