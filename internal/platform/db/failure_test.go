package db_test

import (
	"context"
	"errors"
	"testing"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/testkit"
)

func TestViolatedNamesTheConstraint(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		probe(t, d)
		run(t, d, "CREATE UNIQUE INDEX uq_probe_secret ON probe (secret)")
		run(t, d, "CREATE UNIQUE INDEX uq_probe_lower ON probe (lower(name)) WHERE open")
		run(t, d, "INSERT INTO probe (id, name, note, secret, open) VALUES (1, 'a', 'b', $1, $2)", []byte{1}, true)
		foreign := "fk_probe_parent"
		if d.Engine == db.SQLite {
			foreign = "fk"
		}
		for statement, want := range map[string]string{
			"INSERT INTO probe (id, open) VALUES (1, false)":                             "pk_probe",
			"INSERT INTO probe (id, name, note, open) VALUES (2, 'a', 'b', false)":       "uq_probe_name_note",
			"INSERT INTO probe (id, open, secret) SELECT 2, false, secret FROM probe":    "uq_probe_secret",
			"INSERT INTO probe (id, open, name) VALUES (2, true, 'A')":                   "uq_probe_lower",
			"INSERT INTO probe (id, open, parent) VALUES (2, false, 77)":                 foreign,
			"INSERT INTO probe (id, open) VALUES (-1, false)":                            "ck_probe_id",
			"INSERT INTO nowhere (id) VALUES (1)":                                        "",
			"UPDATE probe SET parent = 99 WHERE id = 1":                                  foreign,
			"INSERT INTO probe (id, open) VALUES (1, false) ON CONFLICT (id) DO NOTHING": "none",
		} {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			})
			if want == "none" {
				if err != nil {
					t.Errorf("%s: %v", statement, err)
				}
				continue
			}
			if got := db.Violated(err); err == nil || got != want {
				t.Errorf("%s violates %q, want %q (%v)", statement, got, want, err)
			}
		}
		if db.Violated(nil) != "" || db.Violated(errors.New("other")) != "" {
			t.Error("a constraint is named where none was broken")
		}
	})
}

func TestRefusedTellsOurTriggersFromOtherFailures(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		run(t, d, "INSERT INTO audit_node (position, hash) VALUES (0, $1)", []byte{1})
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "DELETE FROM audit_node")
			return err
		})
		if !db.Refused(err) || db.Violated(err) != "" || db.Full(err) {
			t.Errorf("deleting from a ledger: %v", err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO audit_node (position, hash) VALUES (0, $1)", []byte{1})
			return err
		})
		if db.Refused(err) || db.Violated(err) != "pk_audit_node" {
			t.Errorf("a key twice: %v", err)
		}
	})
}

func TestFullDiskIsRecognised(t *testing.T) {
	d := testkit.SQLite(t)
	probe(t, d)
	run(t, d, "PRAGMA max_page_count = 1") // never below what the file has: no page can be added
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "INSERT INTO probe (id, open, secret) VALUES (1, true, $1)", make([]byte, 1<<20))
		return err
	})
	if !db.Full(err) {
		t.Errorf("writing to a full disk: %v", err)
	}
	if db.Full(context.Canceled) || db.Full(nil) {
		t.Error("another failure is taken for a full disk")
	}
}

// A server that stops under a running program is an outage to its callers, never an internal error, and once it is back the
// same pool serves again.
func TestAServerThatDropsItsConnectionsIsAnOutage(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no PostgreSQL server")
	}
	d := testkit.PostgreSQL(t)
	const endAll = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := db.One[int](t.Context(), tx, endAll)
		return err
	})
	if !errs.Is(err, errs.Unavailable) || !errs.HasCode(err, "web.database") {
		t.Errorf("a transaction whose connection is ended: %v", err)
	}
	read := func() error {
		return d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := db.One[int](t.Context(), tx, "SELECT 1")
			return err
		})
	}
	if err := read(); err != nil && !errs.Is(err, errs.Unavailable) {
		t.Errorf("right after: %v", err)
	}
	if err := read(); err != nil {
		t.Errorf("once the server answers again: %v", err)
	}
}
