package identity

import (
	"context"
	"fmt"
	"time"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// throttleWindow is how long failed attempts count.
const throttleWindow = 15 * time.Minute

// bucket is what failures are counted under: what is guessed, and whose or from where; and how many it bears in its window.
type bucket struct {
	kind, of string
	limit    int
}

// Guessing one account from one network, one account from anywhere, any accounts from one network (a class behind one
// address must be able to mistype), and the password of an account left open.

func byAccountAndNetwork(email, network string) bucket {
	return bucket{"account and network", network + " " + email, 10}
}

func byAccount(email string) bucket { return bucket{"account", email, 50} }

func byNetwork(network string) bucket { return bucket{"network", network, 200} }

func byPerson(person id.ID) bucket { return bucket{"person", person.String(), 10} }

// byTaken counts registrations with an address that has an account, each of which tells that it has one. Enough for those
// of a class who have forgotten that they registered; too few to try a list of addresses.
func byTaken(network string) bucket { return bucket{"registration", network, 20} }

// hashed is the keyed hash under which failures are counted: the table holds neither addresses nor networks.
func (s *Service) hashed(b bucket) []byte { return s.ring.Keyed("throttle", []byte(b.kind+" "+b.of)) }

// named is a bucket as the log may name it: it tells which refusals belong together, and nobody.
func (s *Service) named(b bucket) error { return fmt.Errorf("%s %x", b.kind, s.hashed(b)[:4]) }

// admit counts an attempt in each bucket before the password is looked at, so that guesses sent together cannot all pass;
// takeBack follows when the attempt was no wrong guess. TooMany, and nothing counted, when a bucket is full.
func (s *Service) admit(ctx context.Context, buckets ...bucket) error {
	if err := s.throttled(ctx, buckets...); err != nil { // a flood of refused attempts writes nothing
		return err
	}
	return s.db.Append(ctx, func(tx *db.Tx) error {
		now := s.clock.Now()
		for _, b := range buckets {
			failures, err := db.One[int](ctx, tx, throttleCount, s.hashed(b), now.Add(throttleWindow).UnixMicro(), now.UnixMicro())
			if err != nil {
				return err
			}
			if failures > b.limit {
				return s.tooMany(b)
			}
		}
		return nil
	})
}

func (s *Service) throttled(ctx context.Context, buckets ...bucket) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		for _, b := range buckets {
			if err := s.notFull(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) notFull(ctx context.Context, tx *db.Tx, b bucket) error {
	failures, _, err := db.Maybe[int](ctx, tx, throttleState, s.hashed(b), s.clock.Now().UnixMicro())
	if err == nil && failures >= b.limit {
		err = s.tooMany(b)
	}
	return err
}

func (s *Service) tooMany(b bucket) error {
	return errs.New(errs.TooMany, "identity.throttled", "minutes", int(throttleWindow.Minutes())).Cause(s.named(b))
}

// takeBack uncounts an attempt that admit counted. It does so even when the caller has left.
func (s *Service) takeBack(ctx context.Context, buckets ...bucket) error {
	ctx = context.WithoutCancel(ctx)
	return s.db.Append(ctx, func(tx *db.Tx) error {
		for _, b := range buckets {
			if _, err := tx.Exec(ctx, throttleTakeBack, s.hashed(b)); err != nil {
				return err
			}
		}
		return nil
	})
}
