// Package org knows organisations and what people may do in them, between two dates.
//
// Attempts and results belong to the person: an organisation reads them only under a result grant that is in force,
// and never another organisation's.
package org

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Kind is what an organisation is.
type Kind string

// The kinds of organisation.
const (
	School   Kind = "school"
	Order    Kind = "order"
	Employer Kind = "employer"
	National Kind = "national" // the administration that runs the installation: exactly one
)

// Role is what a person does in an organisation.
type Role string

// The roles. The last three are held in the national organisation.
const (
	Learner         Role = "learner"
	Teacher         Role = "teacher"
	Administrator   Role = "administrator"
	Officer         Role = "officer" // of an order
	Author          Role = "author"
	Psychometrician Role = "psychometrician"
	Operator        Role = "operator"
)

// Roles lists every role, in the order in which they are shown.
func Roles() []Role {
	return []Role{Learner, Teacher, Administrator, Officer, Author, Psychometrician, Operator}
}

// allows reports whether the role can be held in an organisation of this kind: officers serve an order, and what concerns
// the installation is done in the national organisation.
func (k Kind) allows(r Role) bool {
	switch r {
	case Officer:
		return k == Order
	case Author, Psychometrician, Operator:
		return k == National
	}
	return slices.Contains(Roles(), r)
}

// Organisation is a school, an order, an employer or the national administration.
type Organisation struct {
	ID       id.ID
	Kind     Kind
	Name     string
	JoinCode string
	ClosedAt *int64
}

// Listed is an organisation as national administrators see it.
type Listed struct {
	Organisation
	Learners int
	Opens    bool // to the reader, who works there too
}

// Joinable reports whether the organisation's code makes a learner of who enters it.
func (o Organisation) Joinable() bool { return o.Kind != National && o.ClosedAt == nil }

// Grant is a role held in an organisation between two dates.
type Grant struct {
	OrgID    id.ID
	ID       id.ID
	PersonID id.ID
	Role     Role
	StartsAt int64
	EndsAt   *int64 // nil: no end
}

// Membership is one of a person's grants in force, with the organisation's name and kind.
type Membership struct {
	OrgID   id.ID
	Kind    Kind
	OrgName string
	Role    Role
}

// Share lets an organisation read a person's results between two dates.
type Share struct {
	OrgID    id.ID
	ID       id.ID
	OrgName  string
	Ground   Ground
	StartsAt int64
	EndsAt   int64
}

// Ground is why an organisation may read a person's results.
type Ground string

// The grounds: the person's dated, revocable agreement, or a programme that makes the assessment compulsory.
const (
	Consent   Ground = "consent"
	Programme Ground = "programme"
)

// ShareLength is how long an agreement lasts unless the person ends it.
const ShareLength = 365 * 24 * time.Hour

// Member is a learner as an organisation's staff sees them.
type Member struct {
	PersonID id.ID
	Name     string
	SortName string // as a dictionary sorts it
	Since    int64
	Shared   bool // results may be read now
}

func checkName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	var c errs.Collect
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		c.Add("name", "org.name_missing")
	case n > 200:
		c.Add("name", "org.name_long", "max", 200)
	case strings.IndexFunc(name, unicode.IsControl) >= 0, !utf8.ValidString(name):
		c.Add("name", "org.name_invalid")
	}
	return name, c.Err()
}
