package identity

import (
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"galien/internal/platform/clock"
	"galien/internal/platform/id"
)

// recentLife is how long an identification serves again. A page and the form sent from it follow within it; a sign-in that
// ends takes effect at once in the process that ends it, and in any other of the same database within this time.
const recentLife = 2 * time.Second

// recentSize bounds what is remembered: sign-ins, and persons whose sign-ins ended.
const recentSize = 100_000

// recent remembers who was identified by a token a moment ago: a question and its answer are two requests, and a page
// of an examination is asked for by thousands at once.
type recent struct {
	clock   clock.Clock
	changes atomic.Uint64                     // counts the calls of forget
	seen    *lru.Cache[tokenHash, identified] // by token
	changed *lru.Cache[id.ID, uint64]         // the last change of a person
}

type tokenHash [32]byte

type identified struct {
	actor Actor
	as    uint64    // count of changes before it was read
	until time.Time // serves until then
}

func newRecent(c clock.Clock) *recent {
	seen, _ := lru.New[tokenHash, identified](recentSize) // fails on a size below 1 only
	changed, _ := lru.New[id.ID, uint64](recentSize)
	return &recent{clock: c, seen: seen, changed: changed}
}

// find returns the actor of a token, if it was read a moment ago and nothing of that person has changed since.
func (r *recent) find(token tokenHash) (Actor, bool) {
	e, ok := r.seen.Get(token)
	if !ok || !r.clock.Now().Before(e.until) {
		return Actor{}, false
	}
	if changed, ok := r.changed.Get(e.actor.Person); ok && changed > e.as {
		return Actor{}, false
	}
	return e.actor, true
}

// mark is to be taken before the database is read, and given to keep after: what changes in between is not kept.
func (r *recent) mark() uint64 { return r.changes.Load() }

// keep remembers an actor whose sign-in ends at an instant.
func (r *recent) keep(token tokenHash, a Actor, ends time.Time, mark uint64) {
	until := r.clock.Now().Add(recentLife)
	if ends.Before(until) {
		until = ends
	}
	r.seen.Add(token, identified{actor: a, as: mark, until: until})
}

// forget makes the next request of a person ask the database. To be called once the change is committed.
func (r *recent) forget(person id.ID) { r.changed.Add(person, r.changes.Add(1)) }
