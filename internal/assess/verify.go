package assess

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

// LogReport counts what a verification of the answer logs read.
type LogReport struct {
	Attempts int // attempts that have events
	Events   int
	Heads    int // heads of logs that the ledger names
	Erased   int // heads of logs that an erasure deleted
}

// maxFindings bounds the memory of a verification, however much is damaged.
const maxFindings = 10_000

// VerifyLogs recomputes the log of every attempt on the transaction's snapshot: no event altered, missing, inserted or
// moved, none left under a destroyed key, the attempt's own row and result as the log says, and every head that the ledger
// names in its place. It holds one event in memory, and the ledger's heads by portions. It is an audit.Check, given beside
// the ledger's own, which finds the keys that were destroyed without an erasure and the heads that were altered there.
func (s *Service) VerifyLogs(ctx context.Context, tx *db.Tx) ([]audit.Finding, error) {
	_, findings, err := VerifyLogs(ctx, tx, s.ring)
	return findings, err
}

// VerifyLogs is Service.VerifyLogs for a database that no service runs on, with its counts.
//
// What it cannot see: the events at the end of an open log that came after the last head in the ledger, at most a
// minute while the program runs, when they are all taken away.
func VerifyLogs(ctx context.Context, tx *db.Tx, ring *keyring.Ring) (LogReport, []audit.Finding, error) {
	v := &logVerifier{tx: tx.Unscoped("verification reads everybody's logs"), ring: ring, portion: headsAtOnce}
	err := v.all(ctx)
	return v.report, v.findings, err
}

type logVerifier struct {
	tx       *db.Tx
	ring     *keyring.Ring
	portion  int // heads held at once
	report   LogReport
	findings []audit.Finding
	more     int

	key    keyring.Key // of the person whose events are being read
	keyOf  id.ID
	keyErr error
}

func (v *logVerifier) all(ctx context.Context) error {
	if err := v.chains(ctx); err != nil {
		return err
	}
	if err := v.lonely(ctx); err != nil {
		return err
	}
	if err := v.heads(ctx); err != nil {
		return err
	}
	if v.more > 0 {
		v.findings = append(v.findings, audit.Finding{Table: "attempt_event", Key: "…", Problem: fmt.Sprintf("%d more findings", v.more)})
	}
	return nil
}

func (v *logVerifier) find(table, key, problem string, args ...any) {
	if len(v.findings) == maxFindings {
		v.more++
		return
	}
	v.findings = append(v.findings, audit.Finding{Table: table, Key: key, Problem: fmt.Sprintf(problem, args...)})
}

// The result comes with the finish event only: it is long.
const everyEvent = `SELECT e.person_id, e.attempt_id, e.seq, e.at, e.kind, e.body, e.commitment, k.wrapped, k.master, k.erased_at,
  a.id AS owner, a.kind AS owner_kind, a.scope, a.release, a.state, a.started_at, a.finished_at,
  CASE WHEN a.result IS NULL THEN 0 ELSE 1 END AS has_result, CASE WHEN e.kind = 'finish' THEN a.result END AS result
FROM attempt_event e
LEFT JOIN attempt a ON a.person_id = e.person_id AND a.id = e.attempt_id
LEFT JOIN person_key k ON k.person_id = e.person_id
ORDER BY e.person_id, e.attempt_id, e.seq`

// loggedCells is an event, its attempt and its key as the database returns them: SQLite lets a superuser write anything
// anywhere, and it must become a finding, not an error.
type loggedCells struct {
	PersonID, AttemptID, Seq, At, Kind, Body, Commitment           any
	Wrapped, Master, ErasedAt                                      any
	Owner, OwnerKind, Scope, Release, State, StartedAt, FinishedAt any
	HasResult, Result                                              any
}

// chain is the log being read.
type chain struct {
	attempt id.ID
	last    Event
	broken  bool         // the event before the next one is unknown
	row     *loggedCells // of the last event
}

func (v *logVerifier) chains(ctx context.Context) error {
	var c *chain
	err := db.Each(ctx, v.tx, func(row loggedCells) error {
		v.report.Events++
		e, fault := row.event()
		if fault != "" {
			v.find("attempt_event", fmt.Sprintf("%v/%v", row.AttemptID, row.Seq), "altered: column %s cannot hold what it holds", fault)
			if c != nil {
				c.broken = true
			}
			return nil
		}
		if c == nil || c.attempt != e.AttemptID || c.last.PersonID != e.PersonID {
			v.endChain(c)
			c = &chain{attempt: e.AttemptID, last: Event{PersonID: e.PersonID, AttemptID: e.AttemptID}}
			v.report.Attempts++
			if row.Owner == nil {
				v.find("attempt", e.AttemptID.String(), "missing: its events are there; it was deleted, or given another id or person")
			}
		}
		v.event(c, e, &row)
		return nil
	}, everyEvent)
	v.endChain(c)
	return err
}

// event checks one event against its place, its key and what its attempt's row says.
func (v *logVerifier) event(c *chain, e Event, row *loggedCells) {
	key := fmt.Sprintf("%s/%d", e.AttemptID, e.Seq)
	switch next := c.last.Seq + 1; {
	case e.Seq < next:
		v.find("attempt_event", key, "inserted: the number is there twice, or below 1")
		return
	case e.Seq > next:
		v.find("attempt_event", fmt.Sprintf("%s/%d-%d", e.AttemptID, next, e.Seq-1), "missing: deleted, or given another place")
		c.broken = true
	}
	v.commitment(c, e, row, key)
	if e.Kind == EventStart != (e.Seq == 1) {
		v.find("attempt_event", key, "out of place: a log begins with its start, and only there")
	}
	if c.last.Kind == EventFinish {
		v.find("attempt_event", key, "out of place: nothing follows the finish")
	}
	if e.Kind == EventStart && row.Owner != nil {
		v.start(e, row)
	}
	if e.Kind == EventFinish && row.Owner != nil {
		v.finish(e, row)
	}
	c.last, c.row = e, row
}

// commitment recomputes the event's commitment from its content and the one before.
func (v *logVerifier) commitment(c *chain, e Event, row *loggedCells, key string) {
	broken := c.broken
	c.broken = false
	person, err := v.personKey(e.PersonID, row)
	switch {
	case errors.Is(err, keyring.ErrErased):
		if c.row == nil { // once for an attempt
			v.find("attempt_event", e.AttemptID.String(), "left, or inserted, although the person's key was destroyed: an erasure deletes it, and nothing vouches for it")
		}
		return
	case err != nil:
		v.find("person_key", e.PersonID.String(), "%v", err)
		return
	}
	if text, err := canonical(json.RawMessage(e.Body)); err != nil || text != e.Body {
		v.find("attempt_event", key, "altered: the body is not written as this program writes it")
		return
	}
	want, err := e.commitment(person, c.last.Commitment)
	if err != nil || !broken && !hmac.Equal(want, e.Commitment) {
		v.find("attempt_event", key, "altered, forged or moved: the commitment is not that of its content after the event before")
	}
}

// personKey opens the key once for all the events of a person, which follow one another.
func (v *logVerifier) personKey(person id.ID, row *loggedCells) (keyring.Key, error) {
	if v.keyOf == person && person != id.Nil {
		return v.key, v.keyErr
	}
	v.keyOf = person
	stored, fault := row.stored()
	switch {
	case row.Master == nil:
		v.keyErr = errors.New("missing: the events committed under it cannot be checked")
	case fault != "":
		v.keyErr = fmt.Errorf("altered: column %s cannot hold what it holds", fault)
	default:
		v.key, v.keyErr = v.ring.Unwrap(person, stored)
	}
	return v.key, v.keyErr
}

// start compares the attempt's row with what the log says it was begun with.
func (v *logVerifier) start(e Event, row *loggedCells) {
	var b StartBody
	if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
		v.find("attempt_event", fmt.Sprintf("%s/%d", e.AttemptID, e.Seq), "altered: the body is not that of a start")
		return
	}
	v.column(e, "kind", row.OwnerKind, string(Positioning))
	v.column(e, "scope", row.Scope, b.Scope)
	v.column(e, "release", row.Release, b.Release)
	v.column(e, "started_at", row.StartedAt, e.At)
}

// finish compares the attempt's result with the digest in the log.
func (v *logVerifier) finish(e Event, row *loggedCells) {
	var b FinishBody
	if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
		v.find("attempt_event", fmt.Sprintf("%s/%d", e.AttemptID, e.Seq), "altered: the body is not that of a finish")
		return
	}
	text, _ := row.Result.(string)
	sum := sha256.Sum256([]byte(text))
	v.column(e, "result", hex.EncodeToString(sum[:]), b.Result)
	v.column(e, "finished_at", row.FinishedAt, e.At)
}

func (v *logVerifier) column(e Event, name string, has, want any) {
	if has != want {
		v.find("attempt", e.AttemptID.String(), "altered: %s is not what the log says", name)
	}
}

// endChain compares the attempt's state with how its log ends.
func (v *logVerifier) endChain(c *chain) {
	if c == nil || c.row == nil || c.row.Owner == nil {
		return
	}
	finished := c.last.Kind == EventFinish
	switch {
	case finished && c.row.State != string(Finished):
		v.find("attempt", c.attempt.String(), "altered: the log is finished and the state says %v", c.row.State)
	case !finished && c.row.State == string(Finished):
		v.find("attempt_event", fmt.Sprintf("%s/%d", c.attempt, c.last.Seq+1), "missing: the attempt is finished and its log does not end so")
	case !finished && (c.row.State != string(Open) || c.row.FinishedAt != nil || c.row.HasResult != int64(0)):
		v.find("attempt", c.attempt.String(), "altered: the log is open and the state, the end or the result say otherwise")
	}
}
