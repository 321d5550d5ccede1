package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"galien/content"
	"galien/e2e/learner"
	"galien/internal/app"
	"galien/internal/assess"
	"galien/internal/item"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

const (
	owners = `SELECT id, person_id FROM attempt`
	logOf  = `SELECT seq, kind, body FROM attempt_event WHERE person_id = $1 AND attempt_id = $2 ORDER BY seq`
)

// event is a line of an attempt's log.
type event struct {
	Seq  int
	Kind assess.EventKind
	Body string
}

// checker compares promises with the log.
type checker struct {
	dsn    string
	bank   *item.Bank
	ledger *ledger
}

func newChecker(dsn string, g *ledger) (*checker, error) {
	bank, err := app.LoadBank(content.FS())
	return &checker{dsn: dsn, bank: bank, ledger: g}, err
}

// check reads the logs of the attempts and notes every promise that they do not keep. With whole, nothing is in flight:
// what is in the log must have been promised, too. The database is opened for the check only, so that the program is the
// first to open it after a kill.
func (c *checker) check(ctx context.Context, promises map[string]map[int]learner.Answer, whole bool) error {
	d, err := db.Open(ctx, c.dsn)
	if err != nil {
		return err
	}
	err = d.Read(ctx, func(tx *db.Tx) error { return c.compare(ctx, tx, promises, whole) })
	return errors.Join(err, d.Close())
}

func (c *checker) compare(ctx context.Context, tx *db.Tx, promises map[string]map[int]learner.Answer, whole bool) error {
	type owner struct{ ID, PersonID id.ID }
	all, err := db.Many[owner](ctx, tx, owners)
	if err != nil {
		return err
	}
	personOf := map[string]id.ID{}
	for _, o := range all {
		personOf[o.ID.String()] = o.PersonID
	}
	for attempt, promised := range promises {
		key, ok := id.Parse(attempt)
		if !ok {
			return fmt.Errorf("the attempt %q is no identifier", attempt)
		}
		events, err := db.Many[event](ctx, tx, logOf, personOf[attempt], key)
		if err != nil {
			return err
		}
		c.ledger.mu.Lock()
		c.attempt(attempt, events, promised, whole)
		c.ledger.mu.Unlock()
	}
	return nil
}

// attempt notes what one attempt's log does not keep. The ledger's mutex is held.
func (c *checker) attempt(attempt string, events []event, promised map[int]learner.Answer, whole bool) {
	g := c.ledger
	answered := map[string]int{}     // by item
	questions := map[string]string{} // items, by what the screen called them; acts have none
	var start assess.StartBody
	for i, e := range events {
		if e.Seq != i+1 {
			g.fault("attempt %s: event %d stands at place %d", attempt, e.Seq, i+1)
		}
		var b assess.AnswerBody
		switch {
		case e.Kind == assess.EventStart:
			if err := json.Unmarshal([]byte(e.Body), &start); err != nil {
				g.fault("attempt %s: %v", attempt, err)
			}
		case e.Kind == assess.EventAnswer && json.Unmarshal([]byte(e.Body), &b) == nil:
			if before := answered[b.Item]; before > 0 {
				g.fault("attempt %s: item %s is answered twice, at %d and %d", attempt, b.Item, before, e.Seq)
			}
			answered[b.Item] = e.Seq
		}
		if _, ok := promised[e.Seq]; whole && !ok && c.asksPromise(e) {
			g.fault("attempt %s: event %d (%s) answers no request", attempt, e.Seq, e.Kind)
		}
	}
	for seq, a := range promised {
		if seq > len(events) {
			g.lose(attempt, seq, "the log ends at %d", len(events))
			continue
		}
		why, named := c.kept(start, events, a)
		if other := questions[a.Item]; why == "" && other != "" && other != named {
			why = "one question on the screen is two items in the log, " + other + " and " + named
		}
		questions[a.Item] = named
		if why != "" {
			g.lose(attempt, seq, "other content than was acknowledged: %s", why)
		}
	}
}

// asksPromise reports whether an event comes from a request of its own: the score of a scenario, which follows its last
// act, does not, nor do the start and the end.
func (c *checker) asksPromise(e event) bool {
	if e.Kind != assess.EventAnswer {
		return e.Kind == assess.EventAct
	}
	var b assess.AnswerBody
	if json.Unmarshal([]byte(e.Body), &b) != nil {
		return true
	}
	it, ok := c.bank.Item(b.Item)
	return !ok || it.Type != item.Scenario
}

// kept says how an event differs from the answer that was acknowledged under its number, "" when it does not, and which
// item it answers: the screen does not tell.
func (c *checker) kept(start assess.StartBody, events []event, a learner.Answer) (why, itemID string) {
	if a.Act != "" {
		return keptAct(events, a), ""
	}
	e := events[a.Seq-1]
	var b assess.AnswerBody
	if e.Kind != assess.EventAnswer || json.Unmarshal([]byte(e.Body), &b) != nil {
		return fmt.Sprintf("%s %s instead of an answer", e.Kind, e.Body), ""
	}
	return c.keptResponse(start, b, a), b.Item
}

func (c *checker) keptResponse(start assess.StartBody, b assess.AnswerBody, a learner.Answer) string {
	it, ok := c.bank.Item(b.Item)
	if !ok {
		return "the bank has no item " + b.Item
	}
	want, err := it.Decode(start.Seed, a.Response)
	if err != nil {
		return err.Error()
	}
	has, err1 := b.Response.Canonical()
	wanted, err2 := want.Canonical()
	if err := errors.Join(err1, err2); err != nil {
		return err.Error()
	}
	if string(has) != string(wanted) {
		return fmt.Sprintf("%s instead of %s", has, wanted)
	}
	return ""
}

// keptAct also wants the score after the act that ends a scenario: both were acknowledged together.
func keptAct(events []event, a learner.Answer) string {
	e := events[a.Seq-1]
	var b assess.ActBody
	if e.Kind != assess.EventAct || json.Unmarshal([]byte(e.Body), &b) != nil || b.Act.Do != a.Act {
		return fmt.Sprintf("%s %s instead of the act %s", e.Kind, e.Body, a.Act)
	}
	if strings.HasPrefix(a.Act, scenario.Finish) && (len(events) == a.Seq || events[a.Seq].Kind != assess.EventAnswer) {
		return "the scenario has no score"
	}
	return ""
}
