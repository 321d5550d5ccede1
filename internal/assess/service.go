package assess

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/job"
	"galien/internal/platform/keyring"
)

// Service is the entry to attempts.
type Service struct {
	db         *db.DB
	clock      clock.Clock
	audit      *audit.Log
	ring       *keyring.Ring
	jobs       *job.Queue
	log        *slog.Logger
	frameworks *framework.Service
	items      *item.Service
	orgs       *org.Service
	writer     *writer
	live       *lru.Cache[id.ID, *live]
	plans      *lru.Cache[planKey, *plan]
}

// Deps are what the service works with.
type Deps struct {
	DB         *db.DB
	Clock      clock.Clock
	Audit      *audit.Log
	Ring       *keyring.Ring
	Jobs       *job.Queue
	Log        *slog.Logger
	Frameworks *framework.Service
	Items      *item.Service
	Orgs       *org.Service
}

// liveAttempts is how many attempts stay in memory, about 20 kB each; the others are rebuilt from their log in
// milliseconds when they go on.
const liveAttempts = 50_000

// New returns the service and starts its answer writer; Close stops it.
func New(d Deps) (*Service, error) {
	lives, err := lru.New[id.ID, *live](liveAttempts)
	if err != nil {
		return nil, err
	}
	plans, err := lru.New[planKey, *plan](256)
	if err != nil {
		return nil, err
	}
	s := &Service{db: d.DB, clock: d.Clock, audit: d.Audit, ring: d.Ring, jobs: d.Jobs, log: d.Log, frameworks: d.Frameworks,
		items: d.Items, orgs: d.Orgs, writer: newWriter(d.DB), live: lives, plans: plans}
	job.Handle(d.Jobs, s.recompute)
	return s, nil
}

// Close writes what is pending and stops the writer. No request may be running.
func (s *Service) Close() { s.writer.close() }

func (s *Service) start(ctx context.Context, tx *db.Tx, a identity.Actor, o Options, p *plan, published *item.Published) (id.ID, error) {
	now := s.clock.Now()
	attempt := id.New(now)
	post, err := measure.NewPosterior(p.prior)
	if err != nil {
		return id.Nil, err
	}
	body := StartBody{Algorithm: Algorithm, Framework: p.framework.Code, Version: p.framework.Version, Release: published.Release.SHA256,
		Scope: o.Scope, Seed: newSeed(), Accessible: o.Accessible}
	next, _, err := p.next(post, nil, body.Seed)
	if err != nil {
		return id.Nil, err
	}
	body.Next = p.items[next].ID
	if _, err := tx.Exec(ctx, insertAttempt, a.Person, attempt, Positioning, o.Scope, body.Release, now.UnixMicro()); err != nil {
		return id.Nil, err
	}
	key, err := s.ring.Person(ctx, tx, a.Person)
	if err != nil {
		return id.Nil, err
	}
	e, err := newEvent(key, Event{PersonID: a.Person, AttemptID: attempt}, now.UnixMicro(), EventStart, body)
	if err != nil {
		return id.Nil, err
	}
	if _, err := tx.Exec(ctx, appendEvent, e.args()...); err != nil {
		return id.Nil, err // under a destroyed key nothing is added, and the ledger's event, below, is refused
	}
	return attempt, s.audit.Record(ctx, tx, audit.Event{Action: "assess.start", Actor: a.Person, Subject: a.Person,
		Object: "attempt:" + attempt.String(), Details: map[string]any{"release": body.Release, "scope": o.Scope}})
}

func newSeed() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:])
}

type planKey struct {
	release, scope string
	accessible     bool
}

// plan returns the plan for a release and options; plans are built once and shared.
func (s *Service) plan(ctx context.Context, key planKey) (*plan, error) {
	if p, ok := s.plans.Get(key); ok {
		return p, nil
	}
	published, err := s.items.Release(ctx, key.release)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(published.Framework, published.Bank.Items(), published.Measure, key.scope, key.accessible)
	if err != nil {
		return nil, err
	}
	s.plans.Add(key, p)
	return p, nil
}

// attempts lists a person's attempts, the joined visitors' included, the latest first.
func (s *Service) attempts(ctx context.Context, tx *db.Tx, person id.ID) ([]Attempt, error) {
	persons, err := identity.Persons(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	var all []Attempt
	for _, p := range persons {
		some, err := db.Many[Attempt](ctx, tx, attemptsOf, p)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	sortLatestFirst(all)
	return all, nil
}

// load returns the attempt in memory, rebuilt from its log when it is not there. The actor must be its person.
func (s *Service) load(ctx context.Context, a identity.Actor, attempt id.ID) (*live, error) {
	if !a.Known() {
		return nil, errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	if l, ok := s.live.Get(attempt); ok {
		return l, s.requireOwner(ctx, a, l.attempt.PersonID)
	}
	l, err := s.rebuild(ctx, a.Person, attempt)
	if err != nil {
		return nil, err
	}
	if kept, found, _ := s.live.PeekOrAdd(attempt, l); found {
		return kept, nil
	}
	return l, nil
}

// requireOwner returns nil when the attempt is the actor's, or that of a visitor joined to them.
func (s *Service) requireOwner(ctx context.Context, a identity.Actor, owner id.ID) error {
	if owner == a.Person {
		return nil
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		persons, err := identity.Persons(ctx, tx, a.Person)
		if err != nil || slices.Contains(persons, owner) {
			return err
		}
		return errs.New(errs.NotFound, "assess.not_found")
	})
}

// rebuild folds the log of the person's attempt, or of one of the visitors joined to them.
func (s *Service) rebuild(ctx context.Context, person, attempt id.ID) (*live, error) {
	l, events, err := s.stored(ctx, person, attempt)
	if err != nil {
		return nil, err
	}
	return l, s.fold(ctx, l, events)
}

// stored reads an attempt, its person's key and its log, on one snapshot. Nothing is folded yet.
func (s *Service) stored(ctx context.Context, person, attempt id.ID) (*live, []Event, error) {
	l := &live{}
	var events []Event
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		persons, err := identity.Persons(ctx, tx, person)
		if err != nil {
			return err
		}
		var found bool
		if l.attempt, found, err = findAttempt(ctx, tx, persons, attempt); err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "assess.not_found")
		}
		l.key, err = s.ring.Person(ctx, tx, l.attempt.PersonID)
		if errors.Is(err, keyring.ErrErased) {
			return errs.New(errs.NotFound, "assess.not_found").Cause(err)
		}
		if err != nil {
			return err
		}
		events, err = db.Many[Event](ctx, tx, eventsOf, l.attempt.PersonID, attempt)
		return err
	})
	return l, events, err
}

func (s *Service) fold(ctx context.Context, l *live, events []Event) error {
	if len(events) == 0 || events[0].Kind != EventStart {
		return errs.New(errs.Internal, "internal")
	}
	var start StartBody
	if err := json.Unmarshal([]byte(events[0].Body), &start); err != nil {
		return errs.Wrap(err, "assess: start event")
	}
	var err error
	if l.plan, err = s.plan(ctx, planKey{start.Release, start.Scope, start.Accessible}); err != nil {
		return err
	}
	if l.posterior, err = measure.NewPosterior(l.plan.prior); err != nil {
		return err
	}
	for _, e := range events {
		if err := l.apply(e); err != nil {
			return errs.Wrap(err, "assess: event %d of attempt %s", e.Seq, e.AttemptID)
		}
	}
	return nil
}
