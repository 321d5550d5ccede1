package main

import (
	"fmt"
	"maps"
	"sync"

	"galien/e2e/learner"
)

// ledger is what the learners were promised. It is safe for concurrent use.
type ledger struct {
	mu       sync.Mutex
	promises map[string]map[int]learner.Answer // by the attempt's id and the number of the event
	fresh    map[string]bool                   // attempts with a promise since the last check
	count    int
	resent   int             // answers sent again because their acknowledgement did not arrive
	lost     map[string]bool // acknowledged answers that are gone, by attempt and number
	faults   []string
}

func newLedger() *ledger {
	return &ledger{promises: map[string]map[int]learner.Answer{}, fresh: map[string]bool{}, lost: map[string]bool{}}
}

// promise notes an acknowledged answer.
func (g *ledger) promise(attempt string, a learner.Answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.promises[attempt]
	if of == nil {
		of = map[int]learner.Answer{}
		g.promises[attempt] = of
	}
	if _, twice := of[a.Seq]; twice {
		g.fault("attempt %s: number %d was acknowledged twice to different requests", attempt, a.Seq)
	}
	of[a.Seq] = a
	g.fresh[attempt] = true
	g.count++
}

// fault notes what must not happen. The mutex is held.
func (g *ledger) fault(format string, args ...any) {
	g.faults = append(g.faults, fmt.Sprintf(format, args...))
}

// lose notes an acknowledged answer that is gone, once. The mutex is held.
func (g *ledger) lose(attempt string, seq int, format string, args ...any) {
	key := fmt.Sprintf("attempt %s, number %d", attempt, seq)
	if !g.lost[key] {
		g.lost[key] = true
		g.fault("LOST "+key+": "+format, args...)
	}
}

func (g *ledger) note(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fault(format, args...)
}

func (g *ledger) noteResent() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.resent++
}

// renewed returns a copy of the promises of the attempts that moved since the last call.
func (g *ledger) renewed() map[string]map[int]learner.Answer {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[string]map[int]learner.Answer{}
	for attempt := range g.fresh {
		out[attempt] = maps.Clone(g.promises[attempt])
	}
	clear(g.fresh)
	return out
}

// all returns a copy of all promises.
func (g *ledger) all() map[string]map[int]learner.Answer {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[string]map[int]learner.Answer{}
	for attempt, of := range g.promises {
		out[attempt] = maps.Clone(of)
	}
	return out
}

func (g *ledger) total() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.count
}

func (g *ledger) losses() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.lost)
}
