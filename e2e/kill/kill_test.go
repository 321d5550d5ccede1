package main

import (
	"strings"
	"testing"

	"galien/e2e/learner"
	"galien/e2e/server"
	"galien/internal/assess"
	"galien/internal/item"
)

func build(t *testing.T) string {
	t.Helper()
	binary, err := server.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func campaignOf(t *testing.T, c command) report {
	t.Helper()
	r, err := c.campaign(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r)
	return r
}

func TestShortKillsLoseNoAcknowledgedAnswer(t *testing.T) {
	binary := build(t)
	for engine, kills := range map[string]int{"sqlite": 5, "postgres": 6} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" && testing.Short() {
				t.Skip("-short: no PostgreSQL server")
			}
			c := command{Kills: kills, Learners: 20, Database: engine, Seed: 1, Binary: binary, Dir: t.TempDir()}
			r := campaignOf(t, c)
			if err := c.verdict(r); err != nil {
				t.Error(err)
			}
			killed := 0
			for _, n := range r.kills {
				killed += n
			}
			if killed != kills || r.acknowledged < kills*c.Learners {
				t.Errorf("%d kills under %d acknowledged answers: too few to prove anything", killed, r.acknowledged)
			}
			if !strings.Contains(r.verified, "everything agrees") {
				t.Errorf("verify-log says %q", r.verified)
			}
		})
	}
}

func TestAnEarlyAcknowledgementIsNoticed(t *testing.T) {
	c := command{Kills: 3, Learners: 20, Database: "sqlite", Seed: 1, Binary: build(t), Dir: t.TempDir(), PlantEarlyAck: true}
	if err := c.verdict(campaignOf(t, c)); err != nil {
		t.Error(err)
	}
}

func TestTheCheckerSeesEachWayToBreakAPromise(t *testing.T) {
	c, err := newChecker("", newLedger())
	if err != nil {
		t.Fatal(err)
	}
	var single, world *item.Item
	for _, it := range c.bank.Items() {
		switch it.Type {
		case item.Single:
			single = it
		case item.Scenario:
			world = it
		}
	}
	const seed = 9
	response := single.Shown(seed, single.Key())
	answer := func(seq int, r item.Response) event {
		body := `{"item":"` + single.ID + `","response":{"choices":["` + r.Choices[0] + `"]}}`
		return event{seq, assess.EventAnswer, body}
	}
	start := event{1, assess.EventStart, `{"seed":"9"}`}
	act := event{3, assess.EventAct, `{"act":{"do":"finish"}}`}
	score := event{4, assess.EventAnswer, `{"item":"` + world.ID + `"}`}
	other := item.Response{Choices: []string{"other"}}
	promised := map[int]learner.Answer{2: {Seq: 2, Item: "q", Response: response}, 3: {Seq: 3, Act: "finish"}}
	for name, k := range map[string]struct {
		events []event
		lost   int
		faults int
	}{
		"kept":           {[]event{start, answer(2, single.Key()), act, score}, 0, 0},
		"shortened":      {[]event{start, answer(2, single.Key())}, 1, 1},
		"empty":          {nil, 2, 2},
		"other content":  {[]event{start, answer(2, other), act, score}, 1, 1},
		"other kind":     {[]event{start, {2, assess.EventAct, act.Body}, act, score}, 1, 1},
		"without score":  {[]event{start, answer(2, single.Key()), act}, 1, 1},
		"a gap":          {[]event{start, answer(2, single.Key()), act, {5, assess.EventAnswer, score.Body}}, 0, 1},
		"unasked":        {[]event{start, answer(2, single.Key()), act, score, {5, assess.EventAct, act.Body}}, 0, 1},
		"answered twice": {[]event{start, answer(2, single.Key()), act, score, {5, assess.EventAnswer, answer(2, single.Key()).Body}}, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c.ledger = newLedger()
			c.attempt("a", k.events, promised, true)
			if len(c.ledger.lost) != k.lost || len(c.ledger.faults) != k.faults {
				t.Errorf("%d lost, %d faults; want %d and %d: %v", len(c.ledger.lost), len(c.ledger.faults), k.lost, k.faults, c.ledger.faults)
			}
		})
	}
}
