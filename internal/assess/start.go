package assess

import (
	"cmp"
	"context"
	"encoding/json"

	"galien/internal/identity"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Options are what a learner chooses before a positioning.
type Options struct {
	Scope      string // code of a domain; empty: the whole framework
	Accessible bool   // only items that every assistive technology can present
	Restart    bool   // end the open positioning of the same scope that was begun with the other choice of items
}

// Start opens a positioning on the bank in service, or gives back the one of the same scope and choice of items that is open
// already. One that is open with the other choice is a Conflict, unless o says to end it: to go on with it would ignore what
// was chosen, and to begin beside it would leave it behind.
func (s *Service) Start(ctx context.Context, a identity.Actor, o Options) (id.ID, error) {
	if !a.Known() {
		return id.Nil, errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	published, err := s.items.Current(ctx)
	if err != nil {
		return id.Nil, err
	}
	p, err := s.plan(ctx, planKey{published.Release.SHA256, o.Scope, o.Accessible})
	if err != nil {
		return id.Nil, err
	}
	if o.Restart {
		if err := s.endOther(ctx, a, o); err != nil {
			return id.Nil, err
		}
	}
	var attempt id.ID
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		open, other, err := s.openAttempt(ctx, tx, a, o)
		switch {
		case err != nil:
			return err
		case open.ID != id.Nil:
			attempt = open.ID
			return nil
		case other.ID != id.Nil:
			return errs.New(errs.Conflict, "assess.open_otherwise")
		}
		attempt, err = s.start(ctx, tx, a, o, p, published)
		return err
	})
	return attempt, err
}

// OpenOtherwise returns the actor's open positioning of the same scope that was begun with the other choice of items; the
// zero Attempt when there is none.
func (s *Service) OpenOtherwise(ctx context.Context, a identity.Actor, o Options) (other Attempt, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		_, other, err = s.openAttempt(ctx, tx, a, o)
		return err
	})
	return other, err
}

// openAttempt returns the latest open positioning of the scope with the same choice of items, and the latest with the other;
// zero Attempts where there is none.
func (s *Service) openAttempt(ctx context.Context, tx *db.Tx, a identity.Actor, o Options) (same, other Attempt, err error) {
	all, err := s.attempts(ctx, tx, a.Person)
	if err != nil {
		return same, other, err
	}
	for _, t := range all {
		if t.State != Open || t.Scope != o.Scope {
			continue
		}
		accessible, err := s.accessible(ctx, tx, t)
		if err != nil {
			return same, other, err
		}
		switch {
		case accessible == o.Accessible && same.ID == id.Nil:
			same = t
		case accessible != o.Accessible && other.ID == id.Nil:
			other = t
		}
	}
	return same, other, nil
}

// accessible is the choice of items with which an attempt was begun.
func (s *Service) accessible(ctx context.Context, tx *db.Tx, t Attempt) (bool, error) {
	e, err := db.One[Event](ctx, tx, eventAt, t.PersonID, t.ID, 1)
	if err != nil {
		return false, err
	}
	var start StartBody
	err = json.Unmarshal([]byte(e.Body), &start)
	return start.Accessible, errs.Wrap(err, "assess: start event")
}

// endOther ends the positioning that is open otherwise, however few its answers: Result.Enough says whether they tell anything.
func (s *Service) endOther(ctx context.Context, a identity.Actor, o Options) error {
	other, err := s.OpenOtherwise(ctx, a, o)
	if err != nil || other.ID == id.Nil {
		return err
	}
	l, err := s.load(ctx, a, other.ID)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.attempt.State == Finished { // by the same request sent twice
		return nil
	}
	return s.finish(ctx, l, cmp.Or(l.stop, ReasonChosen))
}
