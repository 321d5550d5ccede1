package identity

import (
	"context"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

const insertPerson = `INSERT INTO person (id, created_at) VALUES ($1, $2)`

const insertAccount = `INSERT INTO account (person_id, email, name, sort_name, password_hash, lang, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)`

// The address is the scope here: nobody is signed in yet.
const accountByEmail = `SELECT person_id, email, name, password_hash, lang, created_at, version FROM account WHERE email = $1`

const accountByPerson = `SELECT person_id, email, name, password_hash, lang, created_at, version FROM account WHERE person_id = $1`

const updateAccount = `UPDATE account SET name = $3, sort_name = $4, lang = $5, password_hash = $6, version = version + 1
WHERE person_id = $1 AND version = $2`

const insertLogin = `INSERT INTO login (token_hash, person_id, visitor, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`

// The token's hash is the scope: whoever holds the token is the person.
const actorByLogin = `SELECT l.person_id, l.visitor, l.token_hash AS login, COALESCE(a.name, '') AS name, COALESCE(a.email, '') AS email, COALESCE(a.lang, '') AS lang,
  l.created_at, l.expires_at FROM login l LEFT JOIN account a ON a.person_id = l.person_id WHERE l.token_hash = $1 AND l.expires_at > $2`

// The end moves forward only: of requests that come together, one writes.
const prolongLogin = `UPDATE login SET expires_at = $3 WHERE person_id = $1 AND token_hash = $2 AND expires_at < $3`

const deleteLogin = `DELETE FROM login WHERE person_id = $1 AND token_hash = $2`

const deleteLogins = `DELETE FROM login WHERE person_id = $1`

const deleteOtherLogins = `DELETE FROM login WHERE person_id = $1 AND token_hash <> $2`

const insertAlias = `INSERT INTO person_alias (alias_id, person_id, since) VALUES ($1, $2, $3) ON CONFLICT (alias_id) DO NOTHING`

const aliasesOf = `SELECT alias_id FROM person_alias WHERE person_id = $1 ORDER BY since, alias_id`

const throttleState = `SELECT failures FROM throttle WHERE bucket = $1 AND until > $2`

const throttleCount = `INSERT INTO throttle (bucket, failures, until) VALUES ($1, 1, $2)
ON CONFLICT (bucket) DO UPDATE SET
  failures = CASE WHEN throttle.until > $3 THEN throttle.failures + 1 ELSE 1 END,
  until = CASE WHEN throttle.until > $3 THEN throttle.until ELSE EXCLUDED.until END
RETURNING failures`

const throttleTakeBack = `UPDATE throttle SET failures = failures - 1 WHERE bucket = $1 AND failures > 0`

const throttleClear = `DELETE FROM throttle WHERE bucket = $1`

// findAccount returns the account of a folded address; the zero Account when there is none.
func (s *Service) findAccount(ctx context.Context, email string) (account Account, err error) {
	if !storable(email) {
		return Account{}, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		account, _, err = db.Maybe[Account](ctx, tx.Unscoped("sign-in: the address is the key"), accountByEmail, email)
		return err
	})
	return account, errs.Wrap(err, "find account")
}

func (s *Service) newPerson(ctx context.Context, tx *db.Tx) (id.ID, error) {
	now := s.clock.Now()
	person := id.New(now)
	_, err := tx.Exec(ctx, insertPerson, person, now.UnixMicro())
	return person, err
}

// Persons returns the person and the visitors joined to it: all the ids under which that human being has records.
func Persons(ctx context.Context, tx *db.Tx, person id.ID) ([]id.ID, error) {
	aliases, err := db.Many[id.ID](ctx, tx, aliasesOf, person)
	return append([]id.ID{person}, aliases...), err
}
