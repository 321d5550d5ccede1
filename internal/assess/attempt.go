// Package assess runs attempts: an answer in, the next item out, a result at the end.
//
// An attempt is its log of events. Every screen, score and result is a function of that log and of the bank release it
// is pinned to: an attempt resumes on another device, survives a crash, and is recomputed years later from it.
package assess

import (
	"galien/internal/item"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

// Kind is the purpose of an attempt.
type Kind string

// Positioning is free, adaptive, of variable length, and gives feedback at its end.
const Positioning Kind = "positioning"

// State is whether an attempt still takes answers.
type State string

// The states of an attempt.
const (
	Open     State = "open"
	Finished State = "finished"
)

// Attempt is one assessment taken by one person.
type Attempt struct {
	PersonID   id.ID
	ID         id.ID
	Kind       Kind
	Scope      string // code of a domain; empty: the whole framework
	Release    string // SHA-256 of the bank release it is pinned to
	State      State
	StartedAt  int64
	FinishedAt *int64
	Result     *string // canonical JSON of Result
}

// Algorithm names the version of everything that decides: estimation, selection, stop rule, scoring. It changes when
// the same answers could lead to another item or another result.
const Algorithm = "positioning-2"

// EventKind is what happened.
type EventKind string

// The kinds of event.
const (
	EventStart  EventKind = "start"
	EventAct    EventKind = "act" // in a scenario
	EventAnswer EventKind = "answer"
	EventFinish EventKind = "finish"
)

// Event is one line of an attempt's log, as stored.
type Event struct {
	PersonID   id.ID
	AttemptID  id.ID
	Seq        int
	At         int64
	Kind       EventKind
	Body       string // canonical JSON of the kind's body
	Commitment []byte
}

// StartBody pins what decides.
type StartBody struct {
	Algorithm  string `json:"algorithm"`
	Framework  string `json:"framework"`
	Version    string `json:"version"`
	Release    string `json:"release"`
	Scope      string `json:"scope"`
	Seed       uint64 `json:"seed,string"`
	Accessible bool   `json:"accessible"` // only items that every assistive technology can present
	Next       string `json:"next"`
}

// ActBody is one act in a scenario.
type ActBody struct {
	Item string         `json:"item"`
	Act  scenario.Event `json:"act"`
}

// AnswerBody is an answer, what it was worth, and what the engine then believed.
type AnswerBody struct {
	Item     string        `json:"item"`
	Response item.Response `json:"response"`
	Category int           `json:"category"`
	Max      int           `json:"max"`
	Rule     string        `json:"rule"`
	Estimate Number        `json:"estimate"` // of the attempt's main score, after this answer
	Next     string        `json:"next,omitempty"`
	Stop     string        `json:"stop,omitempty"` // why there is no next item
}

// FinishBody closes the log.
type FinishBody struct {
	Reason string `json:"reason"`
	Result string `json:"result"` // SHA-256 of the canonical result
}

// Why an attempt ended, besides the stop rule's own reasons.
const (
	ReasonChosen    = "chosen"    // the learner wished to stop
	ReasonExhausted = "exhausted" // no item is left that the plan allows
)

// Number is an estimate rounded to 1e-6, the precision at which two scorers must agree (trust.md G8).
type Number struct {
	Mean float64 `json:"mean"`
	SE   float64 `json:"se"`
}
