package app_test

import (
	"slices"
	"testing"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/id"
	"galien/internal/study"
)

// Who calls. The names of org's roles stand for their holders; national is the administrator of the national organisation.
const (
	anonymous = "anonymous"
	visitor   = "visitor"
	national  = "national"
)

func roles() []string {
	return []string{anonymous, visitor, string(org.Learner), string(org.Teacher), string(org.Administrator), string(org.Officer), string(org.Author),
		string(org.Psychometrician), string(org.Operator), national}
}

// How the caller stands to what is called.
const (
	self       = "self"               // their own records, in the organisation of their role
	same       = "same organisation"  // a learner's records there
	elsewhere  = "other organisation" // a learner's records in another school
	otherOrder = "other order"        // a member's records in another order
	expired    = "expired grant"      // as same, by a role that has ended
)

func relations() []string { return []string{self, same, elsewhere, otherOrder, expired} }

// target is what the path of a route names.
type target struct{ org, person, attempt, share id.ID }

// caller is one role in one relation.
type caller struct {
	role, relation string
	person
	target
}

func (c *caller) hasAccount() bool { return c.role != anonymous && c.role != visitor }

// world is the population of the matrix.
type world struct {
	*site
	joinable org.Organisation
	callers  []*caller
	called   int
	study    id.ID // that {study} names
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := newSite(t)
	w := &world{site: s, joinable: s.organisation(org.School, "IFSI ouvert")}
	_, _, err := s.app.Identity.Register(t.Context(), identity.Actor{}, "test", identity.Registration{Name: "Known", Email: "known@example.org", Password: password})
	s.must(err)
	nation := one[id.ID](s, "SELECT id FROM organisation WHERE kind = 'national'")
	homes := map[string]id.ID{string(org.Officer): s.organisation(org.Order, "Ordre X").ID}
	for _, r := range []string{string(org.Author), string(org.Psychometrician), string(org.Operator), national} {
		homes[r] = nation
	}
	targets := map[id.ID]target{}
	for _, o := range []id.ID{s.school.ID, homes[string(org.Officer)], nation} {
		targets[o] = w.resident(o)
	}
	school, order := w.resident(s.organisation(org.School, "IFSI du Sud").ID), w.resident(s.organisation(org.Order, "Ordre Y").ID)
	ends := s.clock.Now().Add(time.Hour)
	for _, role := range roles() {
		home, ok := homes[role]
		if !ok {
			home = s.school.ID
		}
		for _, relation := range relations() {
			c := &caller{role: role, relation: relation, target: targets[home]}
			switch relation {
			case elsewhere:
				c.target = school
			case otherOrder:
				c.target = order
			}
			w.enter(c, home, ends)
			w.callers = append(w.callers, c)
		}
	}
	w.study = s.study(study.Done)
	s.clock.Advance(2 * time.Hour)
	return w
}

// resident makes a learner of an organisation who shares results and has begun a positioning.
func (w *world) resident(o id.ID) target {
	w.Helper()
	p := w.person("Resident")
	w.must(w.app.Orgs.Grant(w.Context(), w.chief.Actor, o, p.Person, org.Learner, nil))
	return target{org: o, person: p.Person, attempt: w.begin(p.Actor), share: w.share(p.Person, o)}
}

func (w *world) begin(a identity.Actor) id.ID {
	w.Helper()
	attempt, err := w.app.Assess.Start(w.Context(), a, assess.Options{Scope: "1"})
	w.must(err)
	return attempt
}

func (w *world) share(person, o id.ID) id.ID {
	w.Helper()
	now := w.clock.Now()
	share := id.New(now)
	w.exec("INSERT INTO result_grant (org_id, id, person_id, ground, starts_at, ends_at) VALUES ($1, $2, $3, 'consent', $4, $5)", o, share, person,
		now.UnixMicro(), now.Add(org.ShareLength).UnixMicro())
	return share
}

// enter makes the caller's person, role and own records.
func (w *world) enter(c *caller, home id.ID, ends time.Time) {
	w.Helper()
	switch c.role {
	case anonymous:
		c.Client = w.browser()
		return
	case visitor:
		c.person = w.visitor()
	default:
		c.person = w.person(c.role)
		role := org.Role(c.role)
		if c.role == national {
			role = org.Administrator
		}
		var until *time.Time
		if c.relation == expired {
			until = &ends
		}
		w.must(w.app.Orgs.Grant(w.Context(), w.chief.Actor, home, c.Person, role, until))
	}
	if c.relation == self {
		c.target = target{org: home, person: c.Person, attempt: w.begin(c.Actor), share: w.share(c.Person, home)}
	}
}

// policies says, by a policy's name, to whom it is open. Every policy of the table must be here.
func policies() map[string]func(*caller) bool {
	return map[string]func(*caller) bool{
		"anyone":  func(*caller) bool { return true },
		"known":   func(c *caller) bool { return c.role != anonymous },
		"account": (*caller).hasAccount,
		"staff": func(c *caller) bool {
			return slices.Contains([]string{string(org.Teacher), string(org.Administrator), national}, c.role) && (c.relation == self || c.relation == same)
		},
		"psychometrician":        func(c *caller) bool { return c.role == string(org.Psychometrician) && c.relation != expired },
		"national administrator": func(c *caller) bool { return c.role == national && c.relation != expired },
	}
}

// owned says, by the name of a path's parameter, who may reach what it names where the policy lets them in. Every parameter
// of the table must be here.
func owned() map[string]func(*caller) bool {
	anything := func(*caller) bool { return true }
	return map[string]func(*caller) bool{
		"attempt":   func(c *caller) bool { return c.relation == self },
		"share":     func(c *caller) bool { return c.relation == self },
		"person":    func(c *caller) bool { return c.relation == same },
		"org":       anything, // the policy reads it
		"study":     anything, // it is of items
		"item":      anything,
		"framework": anything, "version": anything, "domain": anything, "file": anything,
		"digest": func(*caller) bool { return false }, // of no picture: see TestAPictureIsShownToTheLearnerWhoseScreenItIsOnOnly
	}
}

func (c *caller) values(w *world) map[string]string {
	w.Helper()
	published, err := w.app.Items.Current(w.Context())
	w.must(err)
	f := published.Framework
	return map[string]string{"org": c.org.String(), "person": c.target.person.String(), "attempt": c.attempt.String(), "share": c.share.String(),
		"framework": f.Code, "version": f.Version, "domain": f.Domains[0].Code, "file": assetFile(), "digest": "0", "study": w.study.String(),
		"item": published.Bank.Items()[0].ID}
}
