package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"galien/internal/platform/db"
	"galien/internal/testkit"
)

// Guarantee: nothing is lost between concurrent writers, whoever has to begin again.
func TestConcurrentIncrementsAreAllKept(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		run(t, d, "INSERT INTO probe (id, open, parent) VALUES (0, true, 0)")
		const workers, each = 4, 15
		var all sync.WaitGroup
		var mu sync.Mutex
		done, given := int64(0), 0
		for range workers {
			all.Go(func() {
				for range each {
					err := d.Write(t.Context(), func(tx *db.Tx) error {
						n, err := db.One[float64](t.Context(), tx, "SELECT coalesce(score, 0) FROM probe WHERE id = 0")
						if err != nil {
							return err
						}
						_, err = tx.Exec(t.Context(), "UPDATE probe SET score = $1 WHERE id = 0", n+1)
						return err
					})
					mu.Lock()
					if err == nil {
						done++
					} else {
						given++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		read(t, d, func(ctx context.Context, tx *db.Tx) {
			n, err := db.One[float64](ctx, tx, "SELECT score FROM probe WHERE id = 0")
			if err != nil || int64(n) != done {
				t.Errorf("the counter is at %v after %d acknowledged increments (%v)", n, done, err)
			}
		})
		if given > workers*each/10 {
			t.Errorf("%d of %d writers gave up", given, workers*each)
		}
	})
}

func TestTransactionIsRunAgainAfterASerialisationFailure(t *testing.T) {
	d := testkit.PostgreSQL(t)
	probe(t, d)
	add(t, d, 1, 2)
	runs := 0
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		runs++
		if _, err := db.One[int64](t.Context(), tx, "SELECT id FROM probe WHERE id = 1"); err != nil {
			return err
		}
		if runs == 1 { // another transaction changes what this one read and is about to write
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), "UPDATE probe SET name = 'other' WHERE id = 1")
				return err
			}); err != nil {
				return err
			}
		}
		_, err := tx.Exec(t.Context(), "UPDATE probe SET note = 'mine' WHERE id = 1")
		return err
	})
	if err != nil || runs != 2 {
		t.Errorf("ran %d times: %v", runs, err)
	}
}

// Two programs on one SQLite file, as the server and a command beside it are.
func TestTwoProgramsOnOneSQLiteFileLoseNothing(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "galien.db")
	programs := []*db.DB{testkit.Open(t, dsn), testkit.Open(t, dsn)}
	probe(t, programs[0])
	run(t, programs[0], "INSERT INTO probe (id, open, parent) VALUES (0, true, 0)")
	const each = 40
	var all sync.WaitGroup
	for _, d := range programs {
		all.Go(func() {
			for range each {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), "UPDATE probe SET score = coalesce(score, 0) + 1 WHERE id = 0")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	read(t, programs[0], func(ctx context.Context, tx *db.Tx) {
		if n, err := db.One[float64](ctx, tx, "SELECT score FROM probe WHERE id = 0"); n != 2*each || err != nil {
			t.Errorf("the counter is at %v, want %d (%v)", n, 2*each, err)
		}
	})
}

func TestFailureAndPanicRollBackAndFreeTheConnection(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		failed := errors.New("failed")
		insert := func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO probe (id, open) VALUES (1, true)")
			return err
		}
		for range 30 {
			err := d.Write(t.Context(), func(tx *db.Tx) error { return errors.Join(insert(tx), failed) })
			if !errors.Is(err, failed) {
				t.Fatal(err)
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the panic was swallowed")
					}
				}()
				_ = d.Write(t.Context(), func(tx *db.Tx) error {
					if err := insert(tx); err != nil {
						t.Error(err)
					}
					panic("mistake")
				})
			}()
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows were kept", n)
		}
	})
}

func TestAfterCommitRunsOnceAndOnlyAfterACommit(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		var calls []string
		note := func(tx *db.Tx, name string) { tx.AfterCommit(func() { calls = append(calls, name) }) }
		failed := errors.New("failed")
		err := d.Write(t.Context(), func(tx *db.Tx) error { note(tx, "failed"); return failed })
		if !errors.Is(err, failed) || len(calls) > 0 {
			t.Fatalf("after a failure: %v (%v)", calls, err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			note(tx, "first")
			note(tx.Unscoped("test"), "through the unscoped transaction")
			if len(calls) > 0 {
				t.Errorf("called before the commit: %v", calls)
			}
			return nil
		})
		if err != nil || strings.Join(calls, ", ") != "first, through the unscoped transaction" {
			t.Errorf("calls %v (%v)", calls, err)
		}
	})
}

func TestAfterCommitOfAnAttemptThatWasRunAgainIsForgotten(t *testing.T) {
	d := testkit.PostgreSQL(t)
	probe(t, d)
	add(t, d, 1)
	runs, calls := 0, 0
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		runs++
		tx.AfterCommit(func() { calls++ })
		if _, err := db.One[int64](t.Context(), tx, "SELECT id FROM probe WHERE id = 1"); err != nil {
			return err
		}
		if runs == 1 {
			run(t, d, "UPDATE probe SET name = 'other' WHERE id = 1")
		}
		_, err := tx.Exec(t.Context(), "UPDATE probe SET note = 'mine' WHERE id = 1")
		return err
	})
	if err != nil || runs != 2 || calls != 1 {
		t.Errorf("%d runs, %d calls: %v", runs, calls, err)
	}
}

func TestReadIsOneSnapshotAndCannotWrite(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		add(t, d, 1)
		counts := func(ctx context.Context, tx *db.Tx) int64 {
			n, err := db.One[int64](ctx, tx, "SELECT count(*) FROM probe")
			if err != nil {
				t.Error(err)
			}
			return n
		}
		read(t, d, func(ctx context.Context, tx *db.Tx) {
			before := counts(ctx, tx)
			add(t, d, 2)
			if after := counts(ctx, tx); before != 1 || after != 1 {
				t.Errorf("%d rows, then %d in the same snapshot", before, after)
			}
		})
		if n := count(t, d); n != 2 {
			t.Errorf("%d rows in the next snapshot", n)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO probe (id, open) VALUES (3, true)")
			return err
		})
		if err == nil || count(t, d) != 2 {
			t.Errorf("a reading transaction wrote: %v", err)
		}
	})
}

// Many goroutines run new and known statements at once, so that compiling and using overlap.
func TestCompiledStatementsUnderConcurrency(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		add(t, d, 0, 1, 2, 3)
		var all sync.WaitGroup
		for worker := range 8 {
			all.Go(func() {
				for i := range 25 {
					statement := fmt.Sprintf("SELECT id + %d FROM probe WHERE id = $1", i%5)
					err := d.Read(t.Context(), func(tx *db.Tx) error {
						n, err := db.One[int64](t.Context(), tx, statement, worker%4)
						if err == nil && n != int64(worker%4+i%5) {
							err = fmt.Errorf("%s of %d gave %d", statement, worker%4, n)
						}
						return err
					})
					if err == nil && i%5 == 0 {
						err = d.Append(t.Context(), func(tx *db.Tx) error {
							_, err := tx.Exec(t.Context(), "INSERT INTO probe (id, open) VALUES ($1, true)", 100+worker*25+i)
							return err
						})
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if n := count(t, d); n != 4+8*5 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestCancelledContextEndsATransaction(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		for range 30 {
			ctx, cancel := context.WithCancel(t.Context())
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO probe (id, open) VALUES (1, true)")
				cancel()
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows were kept", n)
		}
	})
}
