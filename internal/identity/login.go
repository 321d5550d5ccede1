package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
)

// How long a device stays signed in after it was last used: a visitor's work waits 30 days for them, then goes. An account
// asks for its password again after 90 days in any case.
const (
	day          = 24 * time.Hour
	accountLogin = 14 * day
	accountMost  = 90 * day
	visitorLogin = 30 * day
)

// Token is the opaque identifier given to a device: 256 random bits. The database holds only its hash.
type Token string

func newToken() Token {
	var b [32]byte
	rand.Read(b[:])
	return Token(base64.RawURLEncoding.EncodeToString(b[:]))
}

func (t Token) hash() tokenHash { return sha256.Sum256([]byte(t)) }

// Lifetime is how long the token of an actor is valid when it is not used.
func (a Actor) Lifetime() time.Duration {
	if a.Visitor {
		return visitorLogin
	}
	return accountLogin
}

// Identify returns who holds the token; nobody when it is unknown or expired.
func (s *Service) Identify(ctx context.Context, token Token) (Actor, error) {
	if token == "" {
		return Actor{}, nil
	}
	type row struct {
		PersonID    id.ID
		Visitor     bool
		Login       []byte
		Name, Email string
		Lang        i18n.Lang
		CreatedAt   int64
		ExpiresAt   int64
	}
	hash, mark := token.hash(), s.recent.mark()
	if actor, ok := s.recent.find(hash); ok {
		return actor, nil
	}
	var r row
	var found bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		r, found, err = db.Maybe[row](ctx, tx.Unscoped("the token is the key"), actorByLogin, hash[:], s.clock.Now().UnixMicro())
		return err
	})
	if err != nil || !found {
		return Actor{}, errs.Wrap(err, "identify")
	}
	actor := Actor{Person: r.PersonID, Visitor: r.Visitor, Name: r.Name, Email: r.Email, Lang: r.Lang, login: r.Login,
		since: time.UnixMicro(r.CreatedAt), until: time.UnixMicro(r.ExpiresAt)}
	s.recent.keep(hash, actor, actor.until, mark)
	return actor, nil
}

// Prolong moves the end of the actor's sign-in, since they use it, and returns how long it now lasts; 0 when it is left: it
// is moved by a day or more, so that a device that is used all day writes once. The token stays the same.
func (s *Service) Prolong(ctx context.Context, a Actor) (time.Duration, error) {
	now := s.clock.Now()
	until := now.Add(a.Lifetime())
	if most := a.since.Add(accountMost); !a.Visitor && until.After(most) {
		until = most
	}
	if a.until.IsZero() || until.Sub(a.until) < day {
		return 0, nil
	}
	var n int64
	err := s.db.Append(ctx, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(ctx, prolongLogin, a.Person, a.login, until.UnixMicro())
		s.changed(tx, a.Person)
		return err
	})
	if err != nil || n == 0 {
		return 0, errs.Wrap(err, "prolong a sign-in")
	}
	return until.Sub(now), nil
}

// Visit makes the caller a visitor: a person without an account, whose work is kept on this device until 30 days after they last used it.
func (s *Service) Visit(ctx context.Context) (Actor, Token, error) {
	var actor Actor
	var token Token
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		person, err := s.newPerson(ctx, tx)
		if err != nil {
			return err
		}
		if actor, token, err = s.open(ctx, tx, Actor{Person: person, Visitor: true}); err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "identity.visit", Actor: person, Subject: person, Object: "person:" + person.String()})
	})
	return actor, token, err
}

// open gives the actor a new token.
func (s *Service) open(ctx context.Context, tx *db.Tx, a Actor) (Actor, Token, error) {
	token := newToken()
	now, hash := s.clock.Now(), token.hash()
	a.login = hash[:]
	_, err := tx.Exec(ctx, insertLogin, a.login, a.Person, a.Visitor, now.UnixMicro(), now.Add(a.Lifetime()).UnixMicro())
	return a, token, err
}

// SignOut ends the actor's sign-in on this device.
func (s *Service) SignOut(ctx context.Context, a Actor) error {
	return s.signOut(ctx, a, "identity.sign_out", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, deleteLogin, a.Person, a.login)
		return err
	})
}

// SignOutEverywhere ends the actor's sign-in on all devices, this one included.
func (s *Service) SignOutEverywhere(ctx context.Context, a Actor) error {
	return s.signOut(ctx, a, "identity.sign_out_everywhere", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, deleteLogins, a.Person)
		return err
	})
}

func (s *Service) signOut(ctx context.Context, a Actor, action string, remove func(*db.Tx) error) error {
	if !a.Known() {
		return nil
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := remove(tx); err != nil {
			return err
		}
		s.changed(tx, a.Person)
		return s.audit.Record(ctx, tx, audit.Event{Action: action, Actor: a.Person, Subject: a.Person, Object: "person:" + a.Person.String()})
	})
}
