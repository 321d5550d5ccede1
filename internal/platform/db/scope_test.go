package db_test

import (
	"testing"

	"galien/internal/platform/db"
	"galien/internal/testkit"
)

func TestStatementMustBindTheScopeOfEveryScopedTable(t *testing.T) {
	scopes := db.Scopes{"attempt": "person_id", "attempt_event": "person_id", "role_grant": "org_id"}
	for statement, want := range map[string]bool{
		"SELECT id FROM attempt WHERE person_id = $1":                                                                  true,
		"SELECT id FROM attempt WHERE person_id=$1":                                                                    true,
		"SELECT id FROM Attempt WHERE Person_ID IN ($1, $2)":                                                           true,
		"INSERT INTO attempt (person_id, id) VALUES ($1, $2)":                                                          true,
		"INSERT INTO attempt (id) VALUES ($1)":                                                                         false,
		"SELECT id FROM attempt":                                                                                       false,
		"SELECT person_id FROM attempt ORDER BY person_id":                                                             false,
		"SELECT id FROM attempt WHERE person_id <> $1":                                                                 false,
		"SELECT id FROM attempt WHERE org_id = $1":                                                                     false,
		"DELETE FROM attempt WHERE id = $1":                                                                            false,
		"SELECT 1 FROM attempt a JOIN role_grant g ON g.person_id = a.person_id WHERE g.org_id = $1":                   true,
		"SELECT 1 FROM attempt a JOIN role_grant g ON g.person_id = a.person_id WHERE a.person_id = $1":                false,
		"SELECT id FROM person WHERE id = $1":                                                                          true,
		"SELECT id FROM attempt WHERE created_person_id = $1":                                                          false,
		"UPDATE attempt SET state = $3 WHERE person_id = $1 AND id = $2":                                               true,
		"SELECT e.seq FROM attempt_event e JOIN attempt a ON e.person_id = a.person_id":                                false,
		"SELECT e.seq FROM attempt_event AS e JOIN attempt a ON a.person_id = e.person_id WHERE e.person_id = $1":      true,
		"SELECT e.seq FROM attempt_event e JOIN attempt a ON e.person_id = a.person_id AND a.id = $1":                  false,
		"SELECT a.id FROM attempt a JOIN person p ON p.id = a.person_id WHERE p.id = $1":                               false,
		"SELECT 1 FROM role_grant g WHERE g.person_id = $1 AND EXISTS (SELECT 1 FROM attempt WHERE g.org_id = $2)":     false,
		"SELECT a.id FROM attempt a WHERE EXISTS (SELECT 1 FROM attempt_event e WHERE e.person_id = a.person_id)":      false,
		"SELECT id FROM attempt WHERE person_id IN (SELECT person_id FROM person)":                                     false,
		"SELECT a.id FROM attempt a JOIN attempt_event e ON e.attempt_id = a.id WHERE e.person_id = $1":                false,
		"INSERT INTO person (person_id) SELECT person_id FROM attempt":                                                 false,
		"INSERT INTO attempt_event (person_id) SELECT a.person_id FROM attempt a WHERE a.person_id = $1 AND a.id = $2": true,
	} {
		if err := scopes.Vet(statement); (err == nil) != want {
			t.Errorf("%s: %v, want it allowed: %v", statement, err, want)
		}
	}
	if err := db.Scopes(nil).Vet("SELECT id FROM attempt"); err != nil {
		t.Errorf("without scopes: %v", err)
	}
}

func TestScopeIsCheckedByEveryDoorAndLiftedOnlyByUnscoped(t *testing.T) {
	d := testkit.SQLite(t)
	const bare = "SELECT count(*) FROM attempt"
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		if _, err := db.One[int64](t.Context(), tx, bare); err == nil {
			t.Error("One let it through")
		}
		if _, err := db.Many[int64](t.Context(), tx, bare); err == nil {
			t.Error("Many let it through")
		}
		if _, _, err := db.Maybe[int64](t.Context(), tx, bare); err == nil {
			t.Error("Maybe let it through")
		}
		if err := db.Each(t.Context(), tx, func(int64) error { return nil }, bare); err == nil {
			t.Error("Each let it through")
		}
		if _, err := tx.Exec(t.Context(), "DELETE FROM attempt"); err == nil {
			t.Error("Exec let it through")
		}
		if n, err := db.One[int64](t.Context(), tx.Unscoped("test"), bare); n != 0 || err != nil {
			t.Errorf("unscoped: %d %v", n, err)
		}
		_, err := db.One[int64](t.Context(), tx, bare)
		if err == nil {
			t.Error("Unscoped lifted the check for the original transaction")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// What ran before the scopes were declared, as migrations do, is checked again afterwards.
func TestScopesDeclaredLateHoldForStatementsAlreadySeen(t *testing.T) {
	d := testkit.SQLite(t)
	d.SetScopes(nil)
	const bare = "SELECT count(*) FROM attempt"
	ask := func() error {
		return d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := db.One[int64](t.Context(), tx, bare)
			return err
		})
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	d.SetScopes(db.Scopes{"attempt": "person_id"})
	if err := ask(); err == nil {
		t.Error("a statement seen before is no longer checked")
	}
}
