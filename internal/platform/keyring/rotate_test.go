package keyring

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func masters(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*master*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return strings.Join(found, " ")
}

func fill(t *testing.T, r *Ring, d *db.DB, n int) map[id.ID]Key {
	t.Helper()
	var keys map[id.ID]Key
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		keys = map[id.ID]Key{}
		for range n {
			who := id.New(start)
			k, err := r.Person(t.Context(), tx, who)
			if err != nil {
				return err
			}
			keys[who] = k
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func sameKeys(t *testing.T, r *Ring, d *db.DB, keys map[id.ID]Key) {
	t.Helper()
	for who, want := range keys {
		if mustPerson(t, r, d, who) != want {
			t.Fatalf("the key of %s changed", who)
		}
	}
}

func TestRotateKeepsEveryKeyAndRemovesTheOldMaster(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := newFolder(t)
		r := open(t, dir)
		keys := fill(t, r, d, rewrapBatch+20)
		gone := id.New(start)
		mustPerson(t, r, d, gone)
		erase(t, r, d, gone)
		before := one[[]byte](t, d, "SELECT wrapped FROM person_key WHERE wrapped IS NOT NULL ORDER BY person_id LIMIT 1")
		n, err := r.Rotate(t.Context(), d)
		if err != nil || n != len(keys)+1 {
			t.Fatalf("%d keys wrapped anew, want %d and the system's (%v)", n, len(keys), err)
		}
		if got := masters(t, dir); got != "master-0002.key" {
			t.Errorf("masters left: %s", got)
		}
		if one[int64](t, d, "SELECT count(*) FROM person_key WHERE wrapped = $1", before) != 0 {
			t.Error("a key is still wrapped under the old master")
		}
		sameKeys(t, r, d, keys)
		sameKeys(t, open(t, dir), d, keys)
		if _, err := person(t.Context(), open(t, dir), d, gone); !errors.Is(err, ErrErased) {
			t.Errorf("erased person after the rotation: %v", err)
		}
		if _, err := r.Rotate(t.Context(), d); err != nil || masters(t, dir) != "master-0003.key" {
			t.Errorf("second rotation: %v, masters %s", err, masters(t, dir))
		}
		sameKeys(t, open(t, dir), d, keys)
	})
}

// Stops the rotation at every statement it runs in turn, and then lets another process finish it.
func TestRotateStoppedAnywhereIsFinishedByTheNextOne(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := newFolder(t)
		keys := fill(t, open(t, dir), d, 7)
		keys[id.Nil] = mustPerson(t, open(t, dir), d, id.Nil)
		r := open(t, dir)
		target, err := r.beginRotation() // stopped after the new file
		if err != nil || target != "0002" {
			t.Fatal(target, err)
		}
		fresh := mustPerson(t, open(t, dir), d, id.New(start)) // still wrapped under the master that the system's key names
		keys[fresh.Person] = fresh
		if n := one[int64](t, d, "SELECT count(*) FROM person_key WHERE master = '0001'"); n != int64(len(keys)) {
			t.Fatalf("%d keys under the old master, want %d", n, len(keys))
		}
		if target, err = open(t, dir).beginRotation(); err != nil || target != "0002" {
			t.Fatalf("a second start rotates to %s (%v)", target, err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return r.rewrapSystem(t.Context(), tx, target) }); err != nil {
			t.Fatal(err)
		}
		late := mustPerson(t, open(t, dir), d, id.New(start))
		keys[late.Person] = late
		if m := one[string](t, d, "SELECT master FROM person_key WHERE person_id = $1", late.Person); m != target {
			t.Fatalf("a new key is wrapped under %s", m)
		}
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.Rotate(stopped, d); err == nil {
			t.Fatal("a stopped rotation reports success")
		}
		if masters(t, dir) != "master-0001.key master-0002.key" {
			t.Fatalf("masters during the rotation: %s", masters(t, dir))
		}
		sameKeys(t, open(t, dir), d, keys)
		if n, err := open(t, dir).Rotate(t.Context(), d); err != nil || n != 9 { // 7 people, the fresh one and the system
			t.Fatalf("finished with %d keys: %v", n, err)
		}
		if masters(t, dir) != "master-0002.key" {
			t.Errorf("masters after the rotation: %s", masters(t, dir))
		}
		sameKeys(t, open(t, dir), d, keys)
		sameKeys(t, r, d, keys) // the process that was stopped reads the folder again
	})
}

func TestRotateWhilePeopleArriveLosesNoKey(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := newFolder(t)
		open(t, dir)
		var mu sync.Mutex
		keys := map[id.ID]Key{}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				r := open(t, dir)
				for range 20 {
					k, err := person(t.Context(), r, d, id.New(start))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					keys[k.Person] = k
					mu.Unlock()
				}
			})
		}
		rotator := open(t, dir)
		for range 3 {
			if _, err := rotator.Rotate(t.Context(), d); err != nil {
				t.Error(err)
			}
		}
		all.Wait()
		sameKeys(t, open(t, dir), d, keys)
	})
}

func TestRotateStopsWhenTheOldMasterIsMissing(t *testing.T) {
	d := testkit.SQLite(t)
	dir := newFolder(t)
	r := open(t, dir)
	fill(t, r, d, 3)
	if _, err := r.beginRotation(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "master-0001.key")); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, dir).Rotate(t.Context(), d)
	if err == nil || !strings.Contains(err.Error(), "master-0001.key is missing") {
		t.Errorf("error %v", err)
	}
	if !strings.HasPrefix(masters(t, dir), "master-0002.key") {
		t.Errorf("a rotation that failed removed a master: %s are left", masters(t, dir))
	}
}
