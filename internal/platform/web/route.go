// Package web is the front door's frame: one table of routes, each with its policy, its audit event and its limits;
// security headers; errors turned into pages or problem documents (RFC 9457); logs without personal data.
package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Handler answers a request or returns an error, which the frame renders.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one entry of the table. A route that lacks a policy, an audit declaration or its limits stops the start.
type Route struct {
	Pattern string // as http.ServeMux takes it, method first: "GET /connexion"
	Policy  Policy
	Audit   Audit
	Limit   Limit
	Handler Handler

	operation func(huma.API) error // set by Operation, for routes of the API
}

// Policy says who may call a route. Allow returns nil, or the error that refuses: Unauthenticated, Forbidden or
// NotFound when even existence is not to be known. The use case behind the route checks again what it alone can know.
type Policy struct {
	Name  string
	Allow func(r *http.Request) error
}

// Audit says which audit event a successful call leaves, or why it leaves none.
type Audit struct {
	Action string
	Why    string
}

// Audited declares the action that the use case records in its transaction.
func Audited(action string) Audit { return Audit{Action: action} }

// NotAudited declares why a route records nothing.
func NotAudited(why string) Audit { return Audit{Why: why} }

// Class ranks requests under load: answers are never queued behind pages.
type Class uint8

// The classes, from the most to the least important.
const (
	ClassAnswer Class = iota + 1 // saving a learner's work
	ClassPage                    // everything else
	ClassProbe                   // health checks: never queued
)

// Limit bounds what one request, and one caller, can cost.
type Limit struct {
	Class     Class
	Body      int64         // bytes of the request body; 0: none accepted
	PerMinute int           // calls per caller (person, else network) and minute
	Timeout   time.Duration // after which the request's context ends
}

// Page is the limit of an ordinary page: for a class of 150 persons behind one address, four views of it each.
func Page() Limit {
	return Limit{Class: ClassPage, Body: 0, PerMinute: 600, Timeout: 10 * time.Second}
}

// Form is the limit of an ordinary form.
func Form() Limit {
	return Limit{Class: ClassPage, Body: 64 << 10, PerMinute: 120, Timeout: 10 * time.Second}
}

// Arrival is the limit of a form that nobody has signed in for yet: a class of 150 persons behind one address who begin in the
// same minute, twice each. It bounds what they cost; guessing passwords is bounded where it is counted, in the database.
func Arrival() Limit {
	l := Form()
	l.PerMinute = 300
	return l
}

// Answer is the limit of a request that saves a learner's work.
func Answer() Limit {
	return Limit{Class: ClassAnswer, Body: 64 << 10, PerMinute: 600, Timeout: 15 * time.Second}
}

// Probe is the limit of health and metrics routes.
func Probe() Limit { return Limit{Class: ClassProbe, PerMinute: 6000, Timeout: 5 * time.Second} }

// methods are those a route may have. A GET route answers HEAD too.
func methods() []string {
	return []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

// Method is the pattern's HTTP method.
func (r Route) Method() string { method, _, _ := strings.Cut(r.Pattern, " "); return method }

// Path is the pattern without its method.
func (r Route) Path() string { _, path, _ := strings.Cut(r.Pattern, " "); return path }

// API reports whether the route is an operation of the API, whose errors are problem documents.
func (r Route) API() bool { return strings.HasPrefix(r.Path(), "/api/") }

// Validate returns what the route fails to declare.
func (r Route) Validate() error {
	var missing []string
	need := func(ok bool, what string) {
		if !ok {
			missing = append(missing, what)
		}
	}
	need(slices.Contains(methods(), r.Method()) && strings.HasPrefix(r.Path(), "/"), "a method and a path")
	need(r.Policy.Name != "" && r.Policy.Allow != nil, "a policy")
	need((r.Audit.Action == "") != (r.Audit.Why == ""), "an audit event, or why there is none")
	need(r.Limit.Class != 0 && r.Limit.PerMinute > 0 && r.Limit.Timeout > 0, "limits")
	need((r.Handler == nil) != (r.operation == nil), "one handler")
	if r.Method() == http.MethodGet {
		need(r.Limit.Body == 0, "no request body, since it is a GET")
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("route %q lacks %s", r.Pattern, strings.Join(missing, "; "))
}

// Validate checks every route and that no two share a pattern.
func Validate(routes []Route) error {
	var errsFound []error
	seen := map[string]bool{}
	for _, r := range routes {
		if err := r.Validate(); err != nil {
			errsFound = append(errsFound, err)
		}
		if seen[r.Pattern] {
			errsFound = append(errsFound, fmt.Errorf("route %q is declared twice", r.Pattern))
		}
		seen[r.Pattern] = true
	}
	return errors.Join(errsFound...)
}

// Anyone is the policy of what is public.
func Anyone() Policy {
	return Policy{Name: "anyone", Allow: func(*http.Request) error { return nil }}
}
