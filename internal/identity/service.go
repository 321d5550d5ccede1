package identity

import (
	"context"
	"errors"

	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

// Service is the entry to everything about people.
type Service struct {
	// OnForget removes what other features hold of a visitor whose time is over, in the same transaction. Set by app
	// before the service is used; nil when there is nothing to remove.
	OnForget func(ctx context.Context, tx *db.Tx, visitor id.ID) error

	db     *db.DB
	clock  clock.Clock
	audit  *audit.Log
	ring   *keyring.Ring
	hasher *hasher
	recent *recent
}

// New returns the service over its database, clock, ledger and secrets.
func New(d *db.DB, c clock.Clock, log *audit.Log, ring *keyring.Ring) *Service {
	return &Service{db: d, clock: c, audit: log, ring: ring, hasher: newHasher(standardCost()), recent: newRecent(c)}
}

// Register makes an account for the actor: for the visitor they already are, else for a new person, and signs in.
// A taken address gives the same error, after the same work, as any other refusal that a form's fields cannot explain.
// network is where the request comes from, for the throttle.
func (s *Service) Register(ctx context.Context, a Actor, network string, r Registration) (Actor, Token, error) {
	r = r.Normalised()
	if err := r.check(); err != nil {
		return Actor{}, "", err
	}
	if a.HasAccount() {
		return Actor{}, "", errs.New(errs.Conflict, "identity.already_signed_in")
	}
	if err := s.admit(ctx, byNetwork(network)); err != nil {
		return Actor{}, "", err
	}
	actor, token, err := s.register(ctx, a, r)
	switch db.Violated(err) {
	case "uq_account_email":
		return Actor{}, "", errs.New(errs.Conflict, "identity.register_refused")
	case "pk_account": // the visitor registered meanwhile, in another window
		err = errs.New(errs.Conflict, "identity.already_signed_in")
	}
	return actor, token, errors.Join(err, s.takeBack(ctx, byNetwork(network)))
}

func (s *Service) register(ctx context.Context, a Actor, r Registration) (actor Actor, token Token, err error) {
	hash, err := s.hasher.hash(ctx, r.Password)
	if err != nil {
		return Actor{}, "", err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		person := a.Person
		if !a.Known() {
			if person, err = s.newPerson(ctx, tx); err != nil {
				return err
			}
		}
		account := Account{PersonID: person, Email: r.Email, Name: r.Name, PasswordHash: hash, Lang: i18n.From(ctx)}
		if _, err := tx.Exec(ctx, insertAccount, person, account.Email, account.Name, sortName(account.Name), hash, account.Lang, s.clock.Now().UnixMicro()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteLogins, person); err != nil { // the visitor's token ends: rotation at sign-in
			return err
		}
		s.changed(tx, person)
		actor, token, err = s.enter(ctx, tx, account, "identity.register")
		return err
	})
	return actor, token, err
}

// enter opens a sign-in to the account and records how it came about.
func (s *Service) enter(ctx context.Context, tx *db.Tx, account Account, action string) (Actor, Token, error) {
	person := account.PersonID
	actor, token, err := s.open(ctx, tx, Actor{Person: person, Name: account.Name, Email: account.Email, Lang: account.Lang})
	if err != nil {
		return Actor{}, "", err
	}
	return actor, token, s.audit.Record(ctx, tx, audit.Event{Action: action, Actor: person, Subject: person, Object: "person:" + person.String()})
}

// changed has the next request of a person ask the database who they are, once the transaction is committed.
func (s *Service) changed(tx *db.Tx, person id.ID) {
	tx.AfterCommit(func() { s.recent.forget(person) })
}

// SignIn opens an account. A visitor who signs in keeps their work: it is joined to the account by an alias. The token that
// the device held ends. Wrong address and wrong password give the same error after the same work.
func (s *Service) SignIn(ctx context.Context, a Actor, network, email, password string) (Actor, Token, error) {
	email = foldEmail(email)
	buckets := []bucket{byNetwork(network), byAccountAndNetwork(email, network), byAccount(email)}
	if err := s.admit(ctx, buckets...); err != nil {
		return Actor{}, "", err
	}
	account, err := s.findAccount(ctx, email)
	ok := false
	if err == nil {
		ok, err = s.hasher.verify(ctx, account.PasswordHash, password)
	}
	if err == nil && !ok {
		return Actor{}, "", errs.New(errs.Invalid, "identity.sign_in_refused")
	}
	if err := errors.Join(err, s.takeBack(ctx, buckets...)); err != nil {
		return Actor{}, "", err
	}
	var actor Actor
	var token Token
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if _, err := tx.Exec(ctx, throttleClear, s.hashed(byAccountAndNetwork(email, network))); err != nil {
			return err
		}
		actor, token, err = s.signIn(ctx, tx, a, account)
		return err
	})
	return actor, token, err
}

func (s *Service) signIn(ctx context.Context, tx *db.Tx, a Actor, account Account) (Actor, Token, error) {
	if a.Visitor && a.Person != account.PersonID {
		if err := s.join(ctx, tx, a, account.PersonID); err != nil {
			return Actor{}, "", err
		}
	}
	if a.Known() {
		if _, err := tx.Exec(ctx, deleteLogin, a.Person, a.login); err != nil {
			return Actor{}, "", err
		}
		s.changed(tx, a.Person)
	}
	return s.enter(ctx, tx, account, "identity.sign_in")
}

// join makes the visitor's records read as the account's, from now on.
func (s *Service) join(ctx context.Context, tx *db.Tx, visitor Actor, person id.ID) error {
	n, err := tx.Exec(ctx, insertAlias, visitor.Person, person, s.clock.Now().UnixMicro())
	if err != nil || n == 0 { // joined meanwhile, in another window
		return err
	}
	if _, err := tx.Exec(ctx, deleteLogins, visitor.Person); err != nil {
		return err
	}
	s.changed(tx, visitor.Person)
	return s.audit.Record(ctx, tx, audit.Event{Action: "identity.join", Actor: person, Subject: person,
		Object: "person:" + visitor.Person.String(), Details: map[string]any{"alias": visitor.Person.String()}})
}
