package identity

import (
	"context"
	"errors"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
)

// Settings are what a person can change of their account.
type Settings struct {
	Name            string
	Lang            i18n.Lang
	CurrentPassword string // asked for when NewPassword is given
	NewPassword     string // empty: unchanged
}

// Account returns the actor's account.
func (s *Service) Account(ctx context.Context, a Actor) (Account, error) {
	if !a.HasAccount() {
		return Account{}, errs.New(errs.Unauthenticated, "identity.sign_in_first")
	}
	var account Account
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		account, err = db.One[Account](ctx, tx, accountByPerson, a.Person)
		return err
	})
	return account, errs.Wrap(err, "account")
}

// Change saves the settings. version is the one that was shown: a change made meanwhile elsewhere gives Conflict. A new
// password ends the sign-ins on all other devices.
func (s *Service) Change(ctx context.Context, a Actor, version int, set Settings) error {
	account, err := s.Account(ctx, a)
	if err != nil {
		return err
	}
	if set, err = s.checkSettings(ctx, account, set); err != nil {
		return err
	}
	hash := account.PasswordHash
	if set.NewPassword != "" {
		if hash, err = s.hasher.hash(ctx, set.NewPassword); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, updateAccount, a.Person, version, set.Name, sortName(set.Name), set.Lang, hash)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "identity.changed_elsewhere")
		}
		s.changed(tx, a.Person)
		if set.NewPassword != "" { // whoever held the old password is out
			if _, err := tx.Exec(ctx, deleteOtherLogins, a.Person, a.login); err != nil {
				return err
			}
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "identity.change", Actor: a.Person, Subject: a.Person,
			Object: "person:" + a.Person.String(), Details: map[string]any{"password": set.NewPassword != ""}})
	})
}

func (s *Service) checkSettings(ctx context.Context, account Account, set Settings) (Settings, error) {
	var c errs.Collect
	set.Name = foldName(set.Name)
	checkName(&c, set.Name)
	if set.Lang != i18n.French && set.Lang != i18n.English {
		c.Add("lang", "identity.lang_unknown")
	}
	if set.NewPassword != "" {
		ok, err := s.confirm(ctx, account, set.CurrentPassword)
		if err != nil {
			return set, err
		}
		if !ok {
			c.Add("current_password", "identity.password_wrong")
		}
		checkPassword(&c, set.NewPassword, account.Email, set.Name)
	}
	return set, c.Err()
}

// confirm reports whether the password is the account's, and counts wrong ones: a device left open must not serve to guess.
func (s *Service) confirm(ctx context.Context, account Account, password string) (bool, error) {
	if err := s.admit(ctx, byPerson(account.PersonID)); err != nil {
		return false, err
	}
	ok, err := s.hasher.verify(ctx, account.PasswordHash, password)
	if err != nil || ok {
		err = errors.Join(err, s.takeBack(ctx, byPerson(account.PersonID)))
	}
	return ok, err
}
