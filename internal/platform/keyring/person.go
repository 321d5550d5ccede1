package keyring

import (
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// Key commits one person's records.
type Key struct {
	// Person is whose key it is; id.Nil for the system's.
	Person id.ID
	secret [secretSize]byte
}

// Commit returns the HMAC-SHA256 of message under the key.
func (k Key) Commit(message []byte) [32]byte {
	mac := hmac.New(sha256.New, k.secret[:])
	mac.Write(message)
	var sum [32]byte
	mac.Sum(sum[:0])
	return sum
}

// String names the key without its secret, so that a key printed by mistake tells nothing.
func (k Key) String() string { return "key of " + k.Person.String() }

// GoString is String, for %#v.
func (k Key) GoString() string { return k.String() }

// Stored is a row of person_key as far as it concerns the key.
type Stored struct {
	Wrapped  []byte
	Master   string
	ErasedAt *int64
}

// Person returns the key of a person, or of the system (id.Nil), and makes it at first use: do that in Write, whose
// isolation keeps a rotation in another process from overlooking the new row. ErrErased when it was destroyed.
//
// The answer may come from memory and be older than an erasure by another process. Whoever records under it lets the
// same statement check person_key, as audit does, or reads the row in the same transaction.
func (r *Ring) Person(ctx context.Context, tx *db.Tx, person id.ID) (Key, error) {
	if k, ok := r.cache.get(person); ok {
		return k, nil
	}
	era := r.cache.era()
	key, found, err := r.load(ctx, tx, person)
	if err == nil && !found {
		key, err = r.create(ctx, tx, person)
	}
	if err != nil {
		return Key{}, err
	}
	tx.AfterCommit(func() { r.cache.put(key, era) })
	return key, nil
}

// Forget drops a person's key from memory; the next use reads the table.
func (r *Ring) Forget(person id.ID) { r.cache.drop(person) }

const selectKey = "SELECT wrapped, master, erased_at FROM person_key WHERE person_id = $1"

func (r *Ring) load(ctx context.Context, tx *db.Tx, person id.ID) (Key, bool, error) {
	row, found, err := db.Maybe[Stored](ctx, tx, selectKey, person)
	if err != nil || !found {
		return Key{}, false, err
	}
	key, err := r.Unwrap(person, row)
	return key, true, err
}

const insertKey = `INSERT INTO person_key (person_id, wrapped, master, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id) DO NOTHING`

// create makes the key, unless another transaction made it first.
func (r *Ring) create(ctx context.Context, tx *db.Tx, person id.ID) (Key, error) {
	name, err := r.current(ctx, tx)
	if err != nil {
		return Key{}, err
	}
	key := Key{Person: person}
	rand.Read(key.secret[:])
	wrapped, err := r.wrap(key, name)
	if err != nil {
		return Key{}, err
	}
	made, err := tx.Exec(ctx, insertKey, person, wrapped, name, r.clock.Now().UnixMicro())
	if err != nil || made == 1 {
		return key, err
	}
	key, found, err := r.load(ctx, tx, person)
	if err == nil && !found {
		err = fmt.Errorf("keyring: the key of %s was neither made nor found", person)
	}
	return key, err
}

// Unwrap opens a stored key. ErrErased when it was destroyed; another error when the row was altered or its master key
// is not here.
func (r *Ring) Unwrap(person id.ID, row Stored) (Key, error) {
	if row.ErasedAt != nil && row.Wrapped == nil {
		return Key{}, ErrErased
	}
	if row.ErasedAt != nil || row.Wrapped == nil {
		return Key{}, fmt.Errorf("the key of %s is half destroyed: its row was altered", person)
	}
	aead, err := r.master(row.Master)
	if err != nil {
		return Key{}, err
	}
	n := aead.NonceSize()
	if len(row.Wrapped) < n {
		return Key{}, altered(person, row.Master)
	}
	secret, err := aead.Open(nil, row.Wrapped[:n], row.Wrapped[n:], person[:])
	if err != nil || len(secret) != secretSize {
		return Key{}, altered(person, row.Master)
	}
	return Key{Person: person, secret: [secretSize]byte(secret)}, nil
}

func altered(person id.ID, master string) error {
	return fmt.Errorf("the key of %s does not open with %s: its row was altered, or the key file is another installation's", person, masterFile(master))
}

func (r *Ring) wrap(key Key, master string) ([]byte, error) {
	aead, err := r.master(master)
	if err != nil {
		return nil, err
	}
	return seal(aead, key), nil
}

// seal wraps a key: nonce, then ciphertext. A random nonce of 96 bits allows 2^32 keys per master (NIST SP 800-38D §8.3).
func seal(aead cipher.AEAD, key Key) []byte {
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+secretSize+aead.Overhead())
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, key.secret[:], key.Person[:])
}

const eraseKey = `INSERT INTO person_key (person_id, wrapped, master, created_at, erased_at) VALUES ($1, NULL, '', $2, $2)
		ON CONFLICT (person_id) DO UPDATE SET wrapped = NULL, erased_at = excluded.erased_at WHERE person_key.erased_at IS NULL`

// Erase destroys a person's key for ever; a person who had none gets a destroyed one, so that none is made later. The
// system's key cannot be erased. Erasing twice keeps the first date.
func (r *Ring) Erase(ctx context.Context, tx *db.Tx, person id.ID) error {
	if person == id.Nil {
		return errors.New("keyring: the system's key cannot be erased")
	}
	_, err := tx.Exec(ctx, eraseKey,
		person, r.clock.Now().UnixMicro())
	if err != nil {
		return err
	}
	r.cache.drop(person)
	tx.AfterCommit(func() { r.cache.drop(person) })
	return nil
}
