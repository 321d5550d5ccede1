package identity

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
)

// Account is how a person signs in.
type Account struct {
	PersonID     id.ID
	Email        string
	Name         string
	PasswordHash string
	Lang         i18n.Lang
	CreatedAt    int64
	Version      int
}

// Registration is what a person fills in to make an account.
type Registration struct{ Name, Email, Password string }

// Normalised returns the registration with the name trimmed and the address folded, the form in which both are stored.
func (r Registration) Normalised() Registration {
	r.Name = foldName(r.Name)
	r.Email = foldEmail(r.Email)
	return r
}

func foldName(name string) string { return norm.NFC.String(strings.Join(strings.Fields(name), " ")) }

// foldEmail gives one form to an address that two keyboards write with other bytes (RFC 6532 §3.1).
func foldEmail(email string) string {
	return norm.NFC.String(strings.ToLower(strings.TrimSpace(email)))
}

// storable reports whether both engines take the text: PostgreSQL refuses NUL and what is not UTF-8.
func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// check returns every fault of a normalised registration.
func (r Registration) check() error {
	var c errs.Collect
	checkName(&c, r.Name)
	if addr, err := mail.ParseAddress(r.Email); err != nil || addr.Address != r.Email || len(r.Email) > 254 || !storable(r.Email) {
		c.Add("email", "identity.email_invalid")
	}
	checkPassword(&c, r.Password, r.Email, r.Name)
	return c.Err()
}

func checkName(c *errs.Collect, name string) {
	switch {
	case name == "":
		c.Add("name", "identity.name_missing")
	case utf8.RuneCountInString(name) > 100:
		c.Add("name", "identity.name_long", "max", 100)
	case strings.IndexFunc(name, unicode.IsControl) >= 0, !utf8.ValidString(name):
		c.Add("name", "identity.name_invalid")
	}
}

// sortName folds a name to what a dictionary sorts it by: without case and accents.
func sortName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
