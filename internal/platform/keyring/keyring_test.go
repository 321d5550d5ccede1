package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

func open(t testing.TB, dir string) *Ring {
	t.Helper()
	r, err := Open(dir, "", clock.NewManual(start))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// person returns a key in a transaction of its own.
func person(ctx context.Context, r *Ring, d *db.DB, who id.ID) (Key, error) {
	var k Key
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		k, err = r.Person(ctx, tx, who)
		return err
	})
	return k, err
}

func mustPerson(t testing.TB, r *Ring, d *db.DB, who id.ID) Key {
	t.Helper()
	k, err := person(t.Context(), r, d, who)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func erase(t testing.TB, r *Ring, d *db.DB, who id.ID) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return r.Erase(t.Context(), tx, who) }); err != nil {
		t.Fatal(err)
	}
}

func one[T any](t testing.TB, d *db.DB, statement string, args ...any) T {
	t.Helper()
	var v T
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		v, err = db.One[T](t.Context(), tx.Unscoped("test"), statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestKeyedSeparatesPurposes(t *testing.T) {
	r, other := open(t, newFolder(t)), open(t, newFolder(t))
	seen := map[string]string{}
	for _, c := range []struct {
		ring          *Ring
		purpose, data string
	}{{r, "a", "bc"}, {r, "ab", "c"}, {r, "", "abc"}, {r, "abc", ""}, {other, "a", "bc"}} {
		h := string(c.ring.Keyed(c.purpose, []byte(c.data)))
		name := fmt.Sprintf("%p %q %q", c.ring, c.purpose, c.data)
		if first, twice := seen[h]; twice || len(h) != 32 {
			t.Errorf("%s and %s have the same hash", first, name)
		}
		seen[h] = name
	}
}

func TestPersonHasOneKeyForEver(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := newFolder(t)
		r := open(t, dir)
		a, b := id.New(start), id.New(start)
		keys := map[id.ID][32]byte{}
		for _, who := range []id.ID{a, b, id.Nil} {
			keys[who] = mustPerson(t, r, d, who).Commit([]byte("message"))
		}
		if keys[a] == keys[b] || keys[a] == keys[id.Nil] {
			t.Error("two people have the same key")
		}
		if mustPerson(t, r, d, a).Commit([]byte("other")) == keys[a] {
			t.Error("two messages have the same commitment")
		}
		again := open(t, dir) // nothing in memory
		for who, want := range keys {
			if mustPerson(t, again, d, who).Commit([]byte("message")) != want || mustPerson(t, r, d, who).Commit([]byte("message")) != want {
				t.Errorf("the key of %s changed", who)
			}
		}
	})
}

func TestKeyPrintsNoSecret(t *testing.T) {
	k := Key{Person: id.Nil, secret: [32]byte{0xab, 0xcd}}
	for _, printed := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k)} {
		if printed != "key of 00000000-0000-0000-0000-000000000000" {
			t.Errorf("printed %s", printed)
		}
	}
}

func TestKeyOfAFailedTransactionIsForgotten(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		r := open(t, newFolder(t))
		who, undo := id.New(start), errors.New("undo")
		var lost Key
		err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			if lost, err = r.Person(t.Context(), tx, who); err != nil {
				return err
			}
			if again, err := r.Person(t.Context(), tx, who); err != nil || again != lost {
				t.Errorf("a second use in the same transaction gave another key (%v)", err)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		kept := mustPerson(t, r, d, who)
		if kept == lost {
			t.Error("the key of the failed transaction came back from memory")
		}
		if mustPerson(t, open(t, r.dir), d, who) != kept {
			t.Error("the key in memory is not the one in the table")
		}
	})
}

func TestPersonMadeByManyTransactionsAtOnceHasOneKey(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		dir := newFolder(t)
		open(t, dir)
		who := id.New(start)
		const users = 8
		keys := make([]Key, users)
		var all sync.WaitGroup
		for i := range users {
			all.Go(func() {
				r := open(t, dir)
				write := d.Write
				if i%2 == 0 {
					write = d.Append
				}
				err := write(t.Context(), func(tx *db.Tx) (err error) {
					keys[i], err = r.Person(t.Context(), tx, who)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, k := range keys {
			if k != keys[0] {
				t.Error("two keys for one person")
			}
		}
	})
}

func TestErasedKeyIsGoneForGood(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		r := open(t, newFolder(t))
		used, never := id.New(start), id.New(start)
		mustPerson(t, r, d, used)
		for _, who := range []id.ID{used, never} {
			erase(t, r, d, who)
			if _, err := person(t.Context(), r, d, who); !errors.Is(err, ErrErased) {
				t.Errorf("key after the erasure: %v", err)
			}
			first := one[int64](t, d, "SELECT erased_at FROM person_key WHERE person_id = $1", who)
			r.clock.(*clock.Manual).Advance(time.Hour)
			erase(t, r, d, who)
			if again := one[int64](t, d, "SELECT erased_at FROM person_key WHERE person_id = $1", who); again != first {
				t.Error("a second erasure changed the date")
			}
		}
		if n := one[int64](t, d, "SELECT count(*) FROM person_key WHERE wrapped IS NOT NULL"); n != 0 {
			t.Errorf("%d wrapped keys are left", n)
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error { return r.Erase(t.Context(), tx, id.Nil) })
		if err == nil {
			t.Error("the system's key was erased")
		}
	})
}

func TestErasureThatFailsKeepsTheKey(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		r := open(t, newFolder(t))
		who, undo := id.New(start), errors.New("undo")
		want := mustPerson(t, r, d, who)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(r.Erase(t.Context(), tx, who), undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if mustPerson(t, r, d, who) != want {
			t.Error("the key changed")
		}
	})
}

// A transaction that read the key before an erasure must not bring it back into memory after it.
func TestErasureDuringAReadIsNotUndoneByTheCache(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		r := open(t, newFolder(t))
		who := id.New(start)
		mustPerson(t, r, d, who)
		r.Forget(who)
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := r.Person(t.Context(), tx, who)
			erase(t, r, d, who)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := person(t.Context(), r, d, who); !errors.Is(err, ErrErased) {
			t.Errorf("key after the erasure: %v", err)
		}
	})
}

func TestAlteredRowsDoNotOpen(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		r := open(t, newFolder(t))
		a, b := id.New(start), id.New(start)
		mustPerson(t, r, d, a)
		mustPerson(t, r, d, b)
		row := one[Stored](t, d, "SELECT wrapped, master, erased_at FROM person_key WHERE person_id = $1", a)
		if _, err := r.Unwrap(a, row); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Unwrap(b, row); err == nil {
			t.Error("a key opened for another person")
		}
		for i := range row.Wrapped {
			row.Wrapped[i] ^= 1
			if _, err := r.Unwrap(a, row); err == nil {
				t.Errorf("byte %d altered: it opened", i)
			}
			row.Wrapped[i] ^= 1
		}
		now := int64(1)
		for name, bad := range map[string]Stored{
			"cut":          {Wrapped: row.Wrapped[:5], Master: row.Master},
			"other master": {Wrapped: row.Wrapped, Master: "0042"},
			"half erased":  {Wrapped: row.Wrapped, Master: row.Master, ErasedAt: &now},
			"lost":         {Master: row.Master},
		} {
			if _, err := r.Unwrap(a, bad); err == nil || errors.Is(err, ErrErased) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.Unwrap(a, Stored{Wrapped: row.Wrapped, Master: "0042"}); !strings.Contains(err.Error(), "master-0042.key is missing") {
			t.Errorf("missing master: %v", err)
		}
	})
}

func TestCacheKeepsTheKeysUsedLast(t *testing.T) {
	c := newCache(2)
	a, b, e := Key{Person: id.New(start)}, Key{Person: id.New(start)}, Key{Person: id.New(start)}
	c.put(a, c.era())
	c.put(b, c.era())
	c.get(a.Person)
	c.put(e, c.era())
	for key, want := range map[Key]bool{a: true, b: false, e: true} {
		if _, got := c.get(key.Person); got != want {
			t.Errorf("key kept: %v, want %v", got, want)
		}
	}
	before := c.era()
	c.drop(a.Person)
	c.put(a, before)
	if _, ok := c.get(a.Person); ok || len(c.places) != c.order.Len() {
		t.Error("a dropped key came back")
	}
}
