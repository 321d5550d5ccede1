// Package keyring holds the secrets of an installation and the keys of its people.
//
// The installation's secrets are files in one folder and never in the database, of which a dump gives none away. A backup of
// `galien backup` holds them too, and is always encrypted:
//
//	master-NNNN.key  32 random bytes in base64: wraps the people's keys (AES-256-GCM, the person's id as additional data)
//	ledger.key       Ed25519 signer of the audit log's checkpoints, in the format of golang.org/x/mod/sumdb/note
//	ledger.pub       its verifier, the only file that may be read by others
//	throttle.key     32 random bytes in base64: keyed hashes of what must be recognised but not kept
//
// A person's key commits that person's records to the ledger (HMAC-SHA256). Destroying the key makes the commitments
// mean nothing to anyone, while the tree built on them still verifies (GDPR art. 17; Record, Guarantees).
package keyring

import (
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// ErrErased says that the person's key was destroyed: nothing can be recorded under it or checked against it any more.
var ErrErased = errors.New("keyring: the person's key was destroyed")

// DefaultOrigin names the signer of an installation that states no name.
const DefaultOrigin = "galien"

// Ring gives out the installation's secrets and the people's keys. It is safe for concurrent use.
type Ring struct {
	dir      string
	clock    clock.Clock
	signer   note.Signer
	verifier note.Verifier
	throttle []byte
	cache    *cache
	rotating sync.Mutex

	mu      sync.RWMutex
	masters map[string]cipher.AEAD // by name, such as "0001"
}

// Open reads the folder. When it does not exist or is empty it is created with fresh secrets, the signer bearing the
// name origin (the installation's host; "" gives DefaultOrigin): later calls ignore origin. In a folder that holds
// something, a missing file is never made anew, because what it protected could then not be read: the error says what
// to restore. Files that others than their owner may read are refused.
func Open(dir, origin string, c clock.Clock) (*Ring, error) {
	if origin == "" {
		origin = DefaultOrigin
	}
	if err := createIfNew(dir, origin); err != nil {
		return nil, err
	}
	r := &Ring{dir: dir, clock: c, cache: newCache(cachedKeys)}
	var err error
	if r.masters, err = readMasters(dir); err != nil {
		return nil, err
	}
	if r.throttle, err = readSecret(dir, throttleFile); err != nil {
		return nil, err
	}
	if r.signer, r.verifier, err = readSigner(dir); err != nil {
		return nil, err
	}
	return r, nil
}

// Signer signs the checkpoints of the audit log.
func (r *Ring) Signer() note.Signer { return r.signer }

// Verifier checks the signatures of Signer.
func (r *Ring) Verifier() note.Verifier { return r.verifier }

// Keyed returns the HMAC-SHA256 of data under the installation's secret, 32 bytes. Different purposes give unrelated
// hashes of the same data.
func (r *Ring) Keyed(purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, r.throttle)
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(purpose)))
	mac.Write(length[:])
	mac.Write([]byte(purpose))
	mac.Write(data)
	return mac.Sum(nil)
}

// master returns the named master key. One that is not known yet may have been made by another process: the folder is
// read again.
func (r *Ring) master(name string) (cipher.AEAD, error) {
	r.mu.RLock()
	aead, ok := r.masters[name]
	r.mu.RUnlock()
	if ok {
		return aead, nil
	}
	if err := r.reload(); err != nil {
		return nil, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if aead, ok = r.masters[name]; !ok {
		return nil, fmt.Errorf("the key file %s is missing from %s: copy it from the machine that made it or restore it from the backup of the keys",
			masterFile(name), r.dir)
	}
	return aead, nil
}

func (r *Ring) reload() error {
	masters, err := readMasters(r.dir)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.masters = masters
	return nil
}

// names returns the names of the master keys, oldest first.
func (r *Ring) names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.masters))
}

const currentMaster = "SELECT master FROM person_key WHERE person_id = $1"

// current is the name of the master key that wraps new keys: the one that wraps the system's key. The table and not the
// folder decides, so that a process which has not seen a rotation yet cannot wrap under a key about to be removed.
func (r *Ring) current(ctx context.Context, tx *db.Tx) (string, error) {
	name, found, err := db.Maybe[string](ctx, tx, currentMaster, id.Nil)
	if err != nil || found {
		return name, err
	}
	names := r.names()
	return names[len(names)-1], nil
}
