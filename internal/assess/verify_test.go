package assess_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

// logged is a finished attempt, and an open one whose head the ledger names.
type logged struct {
	*stack
	finished, open id.ID
	persons        [2]identity.Actor
}

func newLogged(t *testing.T, d *db.DB) *logged {
	t.Helper()
	l := &logged{stack: newStack(t, d)}
	l.persons = [2]identity.Actor{l.visitor(t), l.visitor(t)}
	report, _ := l.take(t, l.persons[0], "2", func(n int) bool { return n%2 == 0 })
	l.finished = report.Attempt.ID
	var err error
	l.open, err = l.assess.Start(t.Context(), l.persons[1], assess.Options{Scope: "1"})
	must(t, err)
	for range 3 {
		sc, err := l.assess.Screen(t.Context(), l.persons[1], l.open)
		must(t, err)
		l.clock.Advance(time.Second)
		l.answer(t, l.persons[1], sc, true)
	}
	must(t, l.assess.Checkpoint(t.Context()))
	_, err = l.audit.Seal(t.Context())
	must(t, err)
	return l
}

// strip takes constraints and triggers off, as a superuser may.
func (l *logged) strip(t *testing.T) {
	t.Helper()
	for _, table := range []string{"attempt_event", "attempt", "audit_event"} {
		for _, statement := range []string{"CREATE TABLE stripped AS SELECT * FROM " + table, "DROP TABLE " + table, "ALTER TABLE stripped RENAME TO " + table} {
			_, err := l.db.Writer().ExecContext(t.Context(), statement)
			must(t, err)
		}
	}
}

var errUndo = errors.New("undo")

// tampered runs statements as a superuser, verifies, and takes everything back.
func (l *logged) tampered(t *testing.T, statements ...string) []audit.Finding {
	t.Helper()
	var findings []audit.Finding
	err := l.db.Append(t.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			result, err := tx.SQL().ExecContext(t.Context(), s)
			if err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				return fmt.Errorf("%s: %d rows changed, %w", s, n, err)
			}
		}
		var err error
		if findings, err = l.assess.VerifyLogs(t.Context(), tx); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
	return findings
}

func TestEveryAlterationOfTheAnswerLogsIsNamed(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		l := newLogged(t, d)
		l.strip(t)
		var report assess.LogReport
		must(t, l.db.Read(t.Context(), func(tx *db.Tx) error {
			var findings []audit.Finding
			var err error
			report, findings, err = l.assess.VerifyLogsByPortions(t.Context(), tx, 1000)
			for _, f := range findings {
				t.Errorf("sound logs have a finding: %s", f)
			}
			return err
		}))
		if report.Attempts != 2 || report.Heads != 2 || report.Events < 10 {
			t.Errorf("read %+v", report)
		}
		finished, open := l.finished.String(), l.open.String()
		event := " WHERE attempt_id = '" + finished + "' AND seq = 3"
		attempt := " WHERE id = '" + finished + "'"
		other := id.New(l.clock.Now()).String()
		for what, test := range map[string]struct {
			statements []string
			key        string
		}{
			"attempt.person_id":   {[]string{"UPDATE attempt SET person_id = '" + other + "'" + attempt}, finished},
			"attempt.id":          {[]string{"UPDATE attempt SET id = '" + other + "'" + attempt}, finished},
			"attempt.kind":        {[]string{"UPDATE attempt SET kind = 'mock'" + attempt}, finished},
			"attempt.scope":       {[]string{"UPDATE attempt SET scope = '1'" + attempt}, finished},
			"attempt.release":     {[]string{"UPDATE attempt SET release = 'x'" + attempt}, finished},
			"attempt.state":       {[]string{"UPDATE attempt SET state = 'open'" + attempt}, finished},
			"attempt.started_at":  {[]string{"UPDATE attempt SET started_at = started_at + 1" + attempt}, finished},
			"attempt.finished_at": {[]string{"UPDATE attempt SET finished_at = finished_at + 1" + attempt}, finished},
			"attempt.result":      {[]string{"UPDATE attempt SET result = result || ' '" + attempt}, finished},
			"attempt.result gone": {[]string{"UPDATE attempt SET result = NULL" + attempt}, finished},
			"open: a result":      {[]string{"UPDATE attempt SET result = '{}' WHERE id = '" + open + "'"}, open},
			"open: finished":      {[]string{"UPDATE attempt SET state = 'finished', finished_at = 1, result = '{}' WHERE id = '" + open + "'"}, open},
			"attempt deleted":     {[]string{"DELETE FROM attempt" + attempt}, finished},
			"event.person_id":     {[]string{"UPDATE attempt_event SET person_id = '" + other + "'" + event}, finished},
			"event.attempt_id":    {[]string{"UPDATE attempt_event SET attempt_id = '" + other + "'" + event}, finished + "/3"},
			"event.seq":           {[]string{"UPDATE attempt_event SET seq = 99" + event}, finished + "/3-3"},
			"event.at":            {[]string{"UPDATE attempt_event SET at = at + 1" + event}, finished + "/3"},
			"event.kind":          {[]string{"UPDATE attempt_event SET kind = 'act'" + event}, finished + "/3"},
			"event.body":          {[]string{"UPDATE attempt_event SET body = replace(body, '\"category\":', '\"category\":1')" + event}, finished + "/3"},
			"event.body: a space": {[]string{"UPDATE attempt_event SET body = body || ' '" + event}, finished + "/3"},
			"event.commitment": {[]string{"UPDATE attempt_event SET commitment = (SELECT e.commitment FROM attempt_event e WHERE e.attempt_id = '" +
				finished + "' AND e.seq = 2)" + event}, finished + "/3"},
			"event deleted":        {[]string{"DELETE FROM attempt_event" + event}, finished + "/3-3"},
			"first event deleted":  {[]string{"DELETE FROM attempt_event WHERE attempt_id = '" + finished + "' AND seq = 1"}, finished + "/1-1"},
			"event twice":          {[]string{"INSERT INTO attempt_event SELECT * FROM attempt_event" + event}, finished + "/3"},
			"events swapped":       {[]string{"UPDATE attempt_event SET seq = 7 - seq WHERE attempt_id = '" + finished + "' AND seq IN (3, 4)"}, finished + "/3"},
			"tail of the finished": {[]string{"DELETE FROM attempt_event WHERE attempt_id = '" + finished + "' AND seq > 5"}, finished + "/6"},
			"tail of the finished, made open": {[]string{"DELETE FROM attempt_event WHERE attempt_id = '" + finished + "' AND seq > 5",
				"UPDATE attempt SET state = 'open', finished_at = NULL, result = NULL" + attempt}, finished},
			"tail of the open":   {[]string{"DELETE FROM attempt_event WHERE attempt_id = '" + open + "' AND seq > 3"}, open + "/4"},
			"all events":         {[]string{"DELETE FROM attempt_event WHERE attempt_id = '" + finished + "'"}, finished},
			"attempt and events": {[]string{"DELETE FROM attempt_event WHERE attempt_id = '" + open + "'", "DELETE FROM attempt WHERE id = '" + open + "'"}, open},
			"a key":              {[]string{"UPDATE person_key SET master = '0002' WHERE person_id = '" + l.persons[0].Person.String() + "'"}, l.persons[0].Person.String()},
			"a key gone":         {[]string{"DELETE FROM person_key WHERE person_id = '" + l.persons[0].Person.String() + "'"}, l.persons[0].Person.String()},
			"the ledger's head":  {[]string{"UPDATE audit_event SET details = replace(details, '\"seq\":', '\"seq\":9') WHERE action = 'assess.finish'"}, finished},
		} {
			t.Run(what, func(t *testing.T) {
				findings := l.tampered(t, test.statements...)
				for _, f := range findings {
					if strings.HasPrefix(f.Key, test.key) && f.Problem != "" {
						return
					}
				}
				t.Errorf("%s is not named: %v", test.key, findings)
			})
		}
	})
}

// SQLite lets a superuser put anything anywhere: it becomes a finding, not a failure to verify.
func TestAColumnOfAnotherTypeIsAFinding(t *testing.T) {
	l := newLogged(t, testkit.SQLite(t))
	l.strip(t)
	for _, column := range []string{"person_id", "attempt_id", "seq", "at", "kind", "body", "commitment"} {
		for _, value := range []string{"1.5", "x'00'", "'text'", "NULL"} {
			findings := l.tampered(t, "UPDATE attempt_event SET "+column+" = "+value+" WHERE attempt_id = '"+l.finished.String()+"' AND seq = 3")
			if len(findings) == 0 {
				t.Errorf("%s = %s was not found", column, value)
			}
		}
	}
}

// Heads are compared in portions that fit in memory; the findings are those of one portion.
func TestHeadsByPortionsFindTheSame(t *testing.T) {
	l := newLogged(t, testkit.SQLite(t))
	l.strip(t)
	_, err := l.db.Writer().ExecContext(t.Context(), "DELETE FROM attempt_event WHERE seq > 2")
	must(t, err)
	found := func(heads int) (missing int) {
		must(t, l.db.Read(t.Context(), func(tx *db.Tx) error {
			_, findings, err := l.assess.VerifyLogsByPortions(t.Context(), tx, heads)
			for _, f := range findings {
				if strings.Contains(f.Problem, "the log was cut before it") {
					missing++
				}
			}
			return err
		}))
		return missing
	}
	if all, one := found(1000), found(1); all != 2 || one != 2 {
		t.Errorf("%d heads missing in one portion and %d by ones, want 2 and 2", all, one)
	}
}
