package migrate_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
	"galien/internal/testkit"
)

const patience = 30 * time.Second

// A trigger that somebody dropped, or replaced, is there again after the next start.
func TestUpPutsADroppedTriggerBack(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		exec(t, d, "INSERT INTO audit_leaf (position, event_id) VALUES (0, '00000000-0000-0000-0000-000000000000')")
		on := ""
		if d.Engine == db.PostgreSQL {
			on = " ON audit_leaf"
		}
		exec(t, d, "DROP TRIGGER audit_leaf_fixed"+on)
		exec(t, d, "UPDATE audit_leaf SET position = 0")
		if err := migrate.Up(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Writer().ExecContext(t.Context(), "UPDATE audit_leaf SET position = 0"); !db.Refused(err) {
			t.Errorf("the leaf was rewritten: %v", err)
		}
	})
}

// begin opens a transaction that has written to the table.
func begin(t *testing.T, d *db.DB, table string) *sql.Tx {
	t.Helper()
	tx, err := d.Writer().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	writes(t, tx, table)
	return tx
}

// writes takes the lock of whoever writes to the table.
func writes(t *testing.T, tx *sql.Tx, table string) {
	t.Helper()
	if _, err := tx.ExecContext(t.Context(), "LOCK TABLE "+table+" IN ROW EXCLUSIVE MODE"); err != nil {
		t.Error(err)
	}
}

// A program that starts beside one that serves: answers are being written.
func TestUpDoesNotWaitForAnswersWhenNothingIsToBeHardened(t *testing.T) {
	d := testkit.PostgreSQL(t)
	tx := begin(t, d, "attempt_event")
	writes(t, tx, "audit_event")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := migrate.Up(ctx, d); err != nil {
		t.Errorf("the start waits for the answers: %v", err)
	}
}

// Whoever answers writes to attempt_event, then to the ledger; a script that locks them in the other order is a deadlock.
func TestHardeningWaitsForAnswersAndLetsThemEnd(t *testing.T) {
	d := testkit.PostgreSQL(t)
	exec(t, d, "COMMENT ON FUNCTION galien_append_only() IS 'an older script'")
	tx := begin(t, d, "attempt_event")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- migrate.Up(ctx, d) }()
	const waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
	for query[int](t, d, waiting)[0] == 0 {
		if err := clock.Pause(ctx, 10*time.Millisecond); err != nil {
			t.Fatal("the script waits for nobody: the test proves nothing")
		}
	}
	writes(t, tx, "audit_event")
	writes(t, tx, "audit_pending")
	if err := tx.Commit(); err != nil {
		t.Errorf("the answer's transaction: %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("the hardening: %v", err)
	}
}
