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

// Register makes an account for the actor: for the visitor they already are, else for a new person, and signs in. While no
// message can be sent to an address, a refusal tells that it has an account: the throttle lets a network, which is where the
// request comes from, learn that of few addresses (docs/adr/0004).
func (s *Service) Register(ctx context.Context, a Actor, network string, r Registration) (Actor, Token, error) {
	return s.enrol(ctx, a, network, r, s.hasher)
}

func (s *Service) enrol(ctx context.Context, a Actor, network string, r Registration, h *hasher) (Actor, Token, error) {
	r = r.Normalised()
	if err := r.check(); err != nil {
		return Actor{}, "", err
	}
	if a.HasAccount() {
		return Actor{}, "", errs.New(errs.Conflict, "identity.already_signed_in")
	}
	taken := byTaken(network)
	if err := s.throttled(ctx, taken); err != nil { // no work for who is over the limit
		return Actor{}, "", err
	}
	hash, err := h.hash(ctx, r.Password)
	if err != nil {
		return Actor{}, "", err
	}
	var actor Actor
	var token Token
	var refused bool
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if refused, err = s.taken(ctx, tx, taken, r.Email); err != nil || refused {
			return err
		}
		actor, token, err = s.register(ctx, tx, a, r, hash)
		return err
	})
	switch {
	case refused && err == nil, db.Violated(err) == "uq_account_email":
		err = errs.New(errs.Conflict, "identity.register_refused").Cause(s.named(taken))
	case db.Violated(err) == "pk_account": // the visitor registered meanwhile, in another window
		err = errs.New(errs.Conflict, "identity.already_signed_in")
	}
	return actor, token, err
}

// taken reports whether an address has an account, and counts that the caller learns it: in one transaction, so that
// registrations sent together tell no more of them.
func (s *Service) taken(ctx context.Context, tx *db.Tx, b bucket, email string) (bool, error) {
	if err := s.notFull(ctx, tx, b); err != nil {
		return false, err
	}
	_, found, err := db.Maybe[Account](ctx, tx.Unscoped("registration: the address is the key"), accountByEmail, email)
	if err != nil || !found {
		return false, err
	}
	now := s.clock.Now()
	_, err = db.One[int](ctx, tx, throttleCount, s.hashed(b), now.Add(throttleWindow).UnixMicro(), now.UnixMicro())
	return true, err
}

func (s *Service) register(ctx context.Context, tx *db.Tx, a Actor, r Registration, hash string) (Actor, Token, error) {
	person := a.Person
	if !a.Known() {
		var err error
		if person, err = s.newPerson(ctx, tx); err != nil {
			return Actor{}, "", err
		}
	}
	account := Account{PersonID: person, Email: r.Email, Name: r.Name, PasswordHash: hash, Lang: i18n.From(ctx)}
	if _, err := tx.Exec(ctx, insertAccount, person, account.Email, account.Name, sortName(account.Name), hash, account.Lang, s.clock.Now().UnixMicro()); err != nil {
		return Actor{}, "", err
	}
	if _, err := tx.Exec(ctx, deleteLogins, person); err != nil { // the visitor's token ends: rotation at sign-in
		return Actor{}, "", err
	}
	s.changed(tx, person)
	return s.enter(ctx, tx, account, "identity.register")
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
		return Actor{}, "", errs.New(errs.Invalid, "identity.sign_in_refused").Cause(s.named(byNetwork(network)))
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
