// Package id makes identifiers: UUIDv7 (RFC 9562 §5.7), whose first 48 bits are the Unix time in milliseconds, so
// that keys made together lie together in an index.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// ID identifies a row. Its zero value, Nil, identifies nothing.
type ID = uuid.UUID

// Nil is the identifier of nothing.
var Nil = uuid.Nil

// New returns a UUIDv7 for the given instant with 74 random bits.
func New(at time.Time) ID {
	var u ID
	rand.Read(u[6:]) // never fails: crypto/rand aborts the program instead
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(u[:6], ms[2:])
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}

// Parse reads the canonical 36-character form only: braces, URNs and bare hexadecimal, which the library also takes,
// would give one row several addresses.
func Parse(s string) (ID, bool) {
	if len(s) != 36 {
		return Nil, false
	}
	u, err := uuid.Parse(s)
	if err != nil || u.String() != s {
		return Nil, false
	}
	return u, true
}
