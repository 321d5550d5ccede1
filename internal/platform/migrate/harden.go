package migrate

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"

	"galien/internal/platform/db"
)

//go:embed hardening/*.sql
var hardening embed.FS

// harden runs the engine's script, unless the database holds what it makes: on PostgreSQL its triggers lock tables that
// answers are being written to. It goes through the kit, which tries again after a deadlock.
func harden(ctx context.Context, d *db.DB) error {
	text, err := hardening.ReadFile("hardening/" + string(d.Engine) + ".sql")
	if err != nil {
		return err
	}
	script, isHard := string(text), hardSQLite
	if d.Engine == db.PostgreSQL {
		sum := sha256.Sum256(text)
		script, isHard = strings.Replace(script, "THIS SCRIPT", hex.EncodeToString(sum[:]), 1), hardPostgreSQL
	}
	done, err := isHard(ctx, d, script)
	if err == nil && !done {
		err = d.Append(ctx, func(tx *db.Tx) error {
			_, err := tx.SQL().ExecContext(ctx, script)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("the hardening script failed: %w", err)
	}
	return nil
}

//galien:engine sqlite
const sqliteTriggers = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"

// hardSQLite reports whether the triggers are, word for word, those of the script.
func hardSQLite(ctx context.Context, d *db.DB, script string) (bool, error) {
	var triggers []string
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		triggers, err = db.Many[string](ctx, tx, sqliteTriggers)
		return err
	})
	for _, t := range triggers {
		if !strings.Contains(script, t) {
			return false, err
		}
	}
	return len(triggers) == strings.Count(script, "CREATE TRIGGER"), err
}

// The triggers that somebody switched off or dropped do not count.
//
//galien:engine postgres
const postgresHardening = `SELECT coalesce(obj_description(to_regproc('galien_append_only'), 'pg_proc'), '') AS script,
	(SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
		WHERE p.proname LIKE 'galien%' AND t.tgenabled = 'O' AND c.relnamespace = current_schema()::regnamespace) AS triggers`

// hardPostgreSQL reports whether the last script that ran was this one, by the digest that it leaves, and whether its
// triggers are there.
func hardPostgreSQL(ctx context.Context, d *db.DB, script string) (bool, error) {
	type row struct {
		Script   string
		Triggers int
	}
	var r row
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = db.One[row](ctx, tx, postgresHardening)
		return err
	})
	known := r.Script != "" && strings.Contains(script, "'"+r.Script+"'")
	return known && r.Triggers == strings.Count(script, "CREATE OR REPLACE TRIGGER"), err
}
