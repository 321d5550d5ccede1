package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"galien/internal/platform/errs"
)

// Lengths of a password, in characters (NIST SP 800-63B-4 §3.1.1.2: 15 where it stands alone, no composition rule; we
// ask for 12, the CNIL's recommendation 2022-100 being met with the throttle). The maximum only bounds the work.
const (
	minPassword = 12
	maxPassword = 128
)

// cost is the work of one hash: OWASP's minimum for Argon2id (19 MiB, two passes, one lane).
type cost struct{ memory, time uint32 }

// standardCost is what new passwords are hashed with.
func standardCost() cost { return cost{memory: 19 << 10, time: 2} }

// hasher hashes passwords, a few at once: each takes 19 MiB and a core, and a class that signs in together must not
// starve those who are answering.
type hasher struct {
	cost   cost
	derive func(password, salt []byte, c cost, length int) []byte
	slots  chan struct{}
	decoy  string // verified when there is no account, so that both answers take the same time
}

func newHasher(c cost) *hasher {
	h := &hasher{cost: c, derive: argon2id, slots: make(chan struct{}, max(1, runtime.NumCPU()-1))}
	h.decoy = h.encode([]byte("nobody's password"))
	return h
}

func argon2id(password, salt []byte, c cost, length int) []byte {
	return argon2.IDKey(password, salt, c.time, c.memory, 1, uint32(length))
}

// hash returns the encoded hash of a password, in the PHC string format.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return h.encode(normalise(password)), nil
}

// verify reports whether the password matches the encoded hash; an empty hash takes as long and never matches.
func (h *hasher) verify(ctx context.Context, encoded, password string) (bool, error) {
	release, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	known := encoded != ""
	if !known {
		encoded = h.decoy
	}
	c, salt, want, err := decode(encoded)
	if err != nil {
		return false, err
	}
	got := h.derive(normalise(password), salt, c, len(want))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h *hasher) enter(ctx context.Context) (release func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, errs.New(errs.Unavailable, "web.busy").Cause(ctx.Err())
	}
}

func (h *hasher) encode(password []byte) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	key := h.derive(password, salt, h.cost, 32)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", h.cost.memory, h.cost.time, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decode(encoded string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != "v=19" {
		return c, nil, nil, fmt.Errorf("identity: unknown password hash format")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.memory, &c.time); err != nil {
		return c, nil, nil, errs.Wrap(err, "identity: password hash parameters")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, errs.Wrap(err, "identity: password hash salt")
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	return c, salt, key, errs.Wrap(err, "identity: password hash key")
}

// normalise gives one byte sequence to what a person types the same way on two keyboards (NFKC, NIST SP 800-63B §5.1.1.2).
func normalise(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

// checkPassword records what is wrong with a new password. It looks at the form that is hashed, so that another spelling of
// one's name does not pass for another word.
func checkPassword(c *errs.Collect, password, email, name string) {
	password, email, name = string(normalise(password)), string(normalise(email)), string(normalise(name))
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		c.Add("password", "identity.password_short", "min", minPassword)
	case n > maxPassword:
		c.Add("password", "identity.password_long", "max", maxPassword)
	case strings.EqualFold(strings.TrimSpace(password), email), strings.EqualFold(strings.TrimSpace(password), name):
		c.Add("password", "identity.password_same")
	}
}
