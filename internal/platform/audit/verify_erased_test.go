package audit

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

// A superuser destroys a key and empties the details, as Erase does, to hide what the key would refute: only the event that
// Erase records, which nobody can make with the database alone, tells the two apart.
func TestAKeyDestroyedByAnotherHandIsFound(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		person, gone := id.New(start), id.New(start)
		f.record(Event{Action: "a.b", Subject: person, Details: "what happened"}, Event{Action: "a.b", Subject: gone})
		f.seal()
		f.erase(gone)
		f.sound() // before the seal too
		f.seal()
		f.strip()
		f.sound()
		destroy := both(exec("UPDATE person_key SET wrapped = NULL, erased_at = 1 WHERE person_id = $1", person.String()),
			exec("UPDATE audit_event SET details = '' WHERE key_id = $1", person.String()))
		object := "person:" + person.String()
		copied := exec(`INSERT INTO audit_event SELECT id, at, action, actor_id, subject_id, org_id, CAST($1 AS TEXT), details, key_id, commitment
			FROM audit_event WHERE action = 'identity.forget'`, object)
		moved := exec("UPDATE audit_event SET object = $1 WHERE action = 'identity.forget'", object)
		renamed := exec("UPDATE audit_event SET action = 'identity.forget', object = $1 WHERE subject_id = $2", object, person.String())
		for what, alter := range map[string]func(context.Context, *db.Tx) error{
			"alone": destroy, "with a copy of another's erasure": both(destroy, copied), "with another's erasure": both(destroy, moved),
			"with an event of theirs": both(destroy, renamed),
		} {
			if r := f.tampered(alter); !names(r, "person_key", person.String()) {
				t.Errorf("%s: the key is not named: %v", what, r.Findings)
			}
		}
		r := f.tampered(exec("DELETE FROM audit_event WHERE action = 'identity.forget'"))
		if !names(r, "person_key", gone.String()) {
			t.Errorf("without the event of the erasure, the key is not named: %v", r.Findings)
		}
	})
}

// What an erasure keeps, it keeps as it was: only the details are gone.
func TestWhatAnErasureKeepsCannotBeAltered(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		person := id.New(start)
		f.record(Event{Action: "a.b", Subject: person, Actor: id.New(start), Org: id.New(start), Object: "thing:1", Details: "x"})
		f.seal()
		event := column[id.ID](f, "SELECT event_id FROM audit_leaf WHERE position = 0")[0].String()
		f.erase(person)
		f.strip()
		for _, change := range []string{"object = 'thing:2'", "org_id = '" + person.String() + "'", "actor_id = '" + person.String() + "'"} {
			if r := f.tampered(exec("UPDATE audit_event SET "+change+" WHERE id = $1", event)); !names(r, "audit_event", event) {
				t.Errorf("%s: not found: %v", change, r.Findings)
			}
		}
	})
}

// Logs sealed before leaves held who, where and on what still verify, and go on in the new format.
func TestLeavesOfTheFirstFormatAreStillRead(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		for i := range 5 {
			f.record(Event{Action: "a.b", Object: "thing:1", Details: i})
		}
		f.sealFirstFormat()
		f.sound()
		f.record(Event{Action: "a.c", Object: "thing:2"})
		f.seal()
		f.sound()
		f.strip()
		for _, event := range f.ids("SELECT event_id FROM audit_leaf ORDER BY position") {
			r := f.tampered(exec("UPDATE audit_event SET object = 'x' WHERE id = $1", event.String()))
			if !names(r, "audit_event", event.String()) {
				t.Errorf("%s is not named: %v", event, r.Findings)
			}
		}
		swap := both(exec("UPDATE audit_leaf SET event_id = (SELECT event_id FROM audit_leaf WHERE position = 1) WHERE position = 0"),
			exec("DELETE FROM audit_leaf WHERE position = 1"))
		if r := f.tampered(swap); !slices.ContainsFunc(r.Findings, func(x Finding) bool { return x.Table == "audit_leaf" && strings.HasPrefix(x.Key, "1") }) {
			t.Errorf("the missing leaf is not named: %v", r.Findings)
		}
	})
}

// sealFirstFormat seals what waits as the first version of the program did.
func (f *fixture) sealFirstFormat() {
	f.t.Helper()
	ctx := f.t.Context()
	var c checkpoint
	err := f.db.Append(ctx, func(tx *db.Tx) error {
		tx, tree := tx.Unscoped("test"), &edge{}
		if _, err := tx.Exec(ctx, insertLeaves, 0, sealBatch); err != nil {
			return err
		}
		var pairs []any
		err := db.Each(ctx, tx, func(r record) error {
			for _, h := range tree.add(tlog.RecordHash(r.firstLeaf())) {
				pairs = append(pairs, len(pairs)/2, h[:])
			}
			return nil
		}, readLeaves, 0)
		if err != nil {
			return err
		}
		if err := storeNodes(ctx, tx, pairs); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, unqueue, 0); err != nil {
			return err
		}
		c = checkpoint{tree: tlog.Tree{N: tree.size, Hash: tree.root()}, at: start.UnixMicro()}
		if c, err = c.sign(f.ring.Signer()); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, insertCheckpoint, c.tree.N, c.at, c.signed)
		return err
	})
	if err == nil {
		err = f.log.file.append([]checkpoint{c})
	}
	if err != nil {
		f.t.Fatal(err)
	}
}
