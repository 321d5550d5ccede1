package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"galien/assets"
	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/id"
	"galien/internal/platform/web"
	"galien/internal/platform/web/webtest"
	"galien/internal/scenario"
)

// state changes with anything that a request may write; what jobs write by themselves is left out.
const state = `SELECT (SELECT COUNT(*) FROM person) || '/' || (SELECT COUNT(*) FROM person_alias) || '/' || (SELECT COALESCE(SUM(version), 0) FROM account)
|| '/' || (SELECT COUNT(*) FROM login) || '/' || (SELECT COUNT(*) FROM organisation) || '/' || (SELECT COUNT(*) || '-' || COALESCE(SUM(ends_at), 0) FROM role_grant)
|| '/' || (SELECT COUNT(*) || '-' || COALESCE(SUM(ends_at), 0) FROM result_grant) || '/' || (SELECT COUNT(*) || '-' || COALESCE(SUM(finished_at), 0) FROM attempt)
|| '/' || (SELECT COUNT(*) FROM attempt_event) || '/' || (SELECT COUNT(*) FROM study) || '/' || (SELECT COUNT(*) FROM item_parameters)
|| '/' || (SELECT COUNT(*) FROM audit_event WHERE action NOT IN ('assess.heads', 'study.end'))`

// unready are the routes that answer otherwise here, to everybody: the application does not listen.
func unready() map[string]int { return map[string]int{"GET /startupz": http.StatusServiceUnavailable} }

// TestTheAuthorisationMatrix calls every route of the table as every role in every relation, and compares with who is
// allowed by the policy that the route declares. What is denied changes nothing; what is allowed and audited leaves its
// event.
func TestTheAuthorisationMatrix(t *testing.T) {
	w := newWorld(t)
	forms := forms()
	recorded := map[string]bool{}
	for _, route := range w.app.Routes() {
		w.clock.Advance(time.Minute) // another window of the rate limits
		if _, ok := forms[route.Pattern]; !ok && route.Method() != http.MethodGet {
			t.Errorf("%s: no valid input is known; add it to forms", route.Pattern)
			continue
		}
		for _, c := range w.callers {
			allowed, ok := w.allowed(route, c)
			if !ok {
				break
			}
			if w.call(route, c, allowed, forms[route.Pattern]) {
				recorded[route.Audit.Action] = true
			}
		}
	}
	for _, route := range w.app.Routes() {
		if route.Audit.Action != "" && !recorded[route.Audit.Action] {
			t.Errorf("%s: no call left the event %s", route.Pattern, route.Audit.Action)
		}
	}
	t.Logf("%d routes × %d roles × %d relations: %d calls", len(w.app.Routes()), len(roles()), len(relations()), w.called)
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// allowed computes who may call a route; ok is false when the table holds what the test does not know.
func (w *world) allowed(route web.Route, c *caller) (allowed, ok bool) {
	policy, ok := policies()[route.Policy.Name]
	if !ok {
		w.Errorf("%s: policy %q is not in the table of policies", route.Pattern, route.Policy.Name)
		return false, false
	}
	allowed = policy(c)
	for _, p := range parameter.FindAllStringSubmatch(route.Path(), -1) {
		mine, known := owned()[p[1]]
		if !known {
			w.Errorf("%s: the fixtures know no {%s}", route.Pattern, p[1])
			return false, false
		}
		allowed = allowed && mine(c)
	}
	return allowed, true
}

// call makes one call and checks its outcome. It returns whether the event that the route declares was left.
func (w *world) call(route web.Route, c *caller, allowed bool, form input) (recorded bool) {
	w.Helper()
	w.called++
	if c.role == anonymous {
		c.Client = w.browser()
	} else if route.Method() != http.MethodGet {
		defer w.signIn(c.person) // the call may end the sign-in
	}
	var media, body string
	if form != nil {
		media, body = form(w, c, allowed)
	}
	values := c.values(w)
	address := strings.ReplaceAll(parameter.ReplaceAllStringFunc(route.Path(), func(p string) string { return values[strings.Trim(p, "{}")] }), "{$}", "")
	before, events := one[string](w.site, state), w.events(route.Audit.Action)
	got := c.Do(route.Method(), address, media, body)
	what := fmt.Sprintf("%s as %s, %s", route.Pattern, c.role, c.relation)
	if status, ok := unready()[route.Pattern]; ok {
		if got.Status != status {
			w.Errorf("%s: %d, want %d", what, got.Status, status)
		}
		return false
	}
	switch denied := denies(got); {
	case got.Status >= 500:
		w.Errorf("%s: %d %s", what, got.Status, got.Body)
	case allowed && denied:
		w.Errorf("%s: denied by %d to %s, want allowed: %s", what, got.Status, got.Location(), got.Text())
	case !allowed && !denied:
		w.Errorf("%s: answered %d %s, want denied", what, got.Status, got.Location())
	case !allowed && one[string](w.site, state) != before:
		w.Errorf("%s: denied, and yet something changed", what)
	}
	recorded = route.Audit.Action != "" && w.events(route.Audit.Action) > events
	if allowed && got.Status < 400 && route.Audit.Action != "" && !recorded {
		w.Errorf("%s: answered %d and left no event %s", what, got.Status, route.Audit.Action)
	}
	return recorded
}

func denies(r *webtest.Response) bool {
	switch r.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return r.Status == http.StatusSeeOther && strings.HasPrefix(r.Location(), "/connexion?")
}

// input makes a valid body for a call; for a caller who is denied it only looks like one.
type input func(w *world, c *caller, allowed bool) (media, body string)

func fields(pairs ...string) input {
	return func(*world, *caller, bool) (string, string) { return encoded(pairs...) }
}

func encoded(pairs ...string) (media, body string) {
	var all []string
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, pairs[i]+"="+strings.NewReplacer(" ", "+", "@", "%40", "&", "%26").Replace(pairs[i+1]))
	}
	return "application/x-www-form-urlencoded", strings.Join(all, "&")
}

func document(v any) (media, body string) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err.Error()
	}
	return "application/json", string(text)
}

// forms is a valid input for each route that takes one.
func forms() map[string]input {
	return map[string]input{
		"POST /connexion": fields("email", "known@example.org", "password", password),
		"POST /inscription": func(w *world, _ *caller, _ bool) (string, string) {
			return encoded("name", "New", "email", fmt.Sprintf("new%d@example.org", w.called), "password", password)
		},
		"POST /deconnexion":         fields(),
		"POST /deconnexion/partout": fields(),
		"POST /compte": func(w *world, c *caller, _ bool) (string, string) {
			return encoded("version", strconv.Itoa(w.version(c)), "name", "Renamed", "lang", "fr")
		},
		"POST /preferences":                       fields("theme", "dark"),
		"POST /organisations":                     fields("name", "IFSI neuf", "kind", "school"),
		"POST /compte/organisations":              func(w *world, _ *caller, _ bool) (string, string) { return encoded("code", w.joinable.JoinCode) },
		"POST /compte/partages/{org}/{share}/fin": fields(),
		"POST /positionnement":                    fields("domaine", ""),
		"POST /epreuves/{attempt}/acte":           fields("seq", "1", "acte", "finish"),
		"POST /epreuves/{attempt}/reponse":        answerForm,
		"POST /epreuves/{attempt}/arret":          stopForm,
		"POST /etudes":                            fields("extent", "any", "minimum", "11", "models", "two_pl", "priors", "weak", "anchored", "no"),
		"POST /etudes/{study}/annulation":         waitingForm,
		"POST /etudes/{study}/acceptation":        acceptForm,
		"POST /etudes/{study}/retour":             takeBackForm,
		"POST /etudes/analyses":                   fields("extent", "any", "minimum", "11"),
		"POST /etudes/simulations":                fields("scope", "whole", "people", "100", "length", "stop", "accessible", "no", "mean", "0", "ceiling", "100", "seed", "1"),
		"POST /api/v1/studies/analyses": func(*world, *caller, bool) (string, string) {
			return document(map[string]any{"extent": "any", "minimum": 11})
		},
		"POST /api/v1/studies/simulations": func(*world, *caller, bool) (string, string) {
			return document(map[string]any{"people": 100})
		},
		"POST /api/v1/studies": func(*world, *caller, bool) (string, string) {
			return document(map[string]any{"extent": "any", "minimum": 11})
		},
		"POST /api/v1/studies/{study}/acceptances": acceptDocument,
		"POST /api/v1/attempts":                    func(*world, *caller, bool) (string, string) { return document(map[string]any{"scope": "2"}) },
		"POST /api/v1/attempts/{attempt}/answers":  answerDocument,
		"POST /api/v1/attempts/{attempt}/acts": func(*world, *caller, bool) (string, string) {
			return document(map[string]any{"seq": 1, "do": "finish"})
		},
	}
}

func (w *world) version(c *caller) int {
	if !c.hasAccount() {
		return 1
	}
	return one[int](w.site, "SELECT version FROM account WHERE person_id = $1", c.Person)
}

func (w *world) screen(c *caller) assess.Screen {
	w.Helper()
	sc, err := w.app.Assess.Screen(w.Context(), c.Actor, c.attempt)
	w.must(err)
	return sc
}

func answerForm(w *world, c *caller, allowed bool) (media, body string) {
	seq, question := 1, "x"
	if allowed {
		sc := w.screen(c)
		seq, question = sc.Seq, sc.Item
	}
	return encoded("seq", strconv.Itoa(seq), "item", question, "sais-pas", "1")
}

func answerDocument(w *world, c *caller, allowed bool) (media, body string) {
	seq, question := 1, "x"
	if allowed {
		w.reopen(c)
		sc := w.screen(c)
		seq, question = sc.Seq, sc.Item
	}
	return document(map[string]any{"seq": seq, "item": question, "response": map[string]any{}})
}

// reopen gives the caller another attempt when theirs is over.
func (w *world) reopen(c *caller) {
	w.Helper()
	if w.screen(c).Over {
		c.attempt = w.begin(c.Actor)
	}
}

// stopForm answers enough questions for the attempt to have a result.
func stopForm(w *world, c *caller, allowed bool) (media, body string) {
	if allowed {
		w.answerSome(c.Actor, c.attempt, 5)
	}
	return encoded()
}

// answerSome passes over n questions.
func (s *site) answerSome(a identity.Actor, attempt id.ID, n int) {
	s.Helper()
	for range n {
		sc, err := s.app.Assess.Screen(s.Context(), a, attempt)
		s.must(err)
		if sc.Over {
			return
		}
		if sc.Type == item.Scenario {
			_, err = s.app.Assess.Act(s.Context(), a, attempt, sc.Seq, scenario.Finish, "")
		} else {
			_, err = s.app.Assess.Answer(s.Context(), a, attempt, sc.Seq, sc.Item, item.Response{})
		}
		s.must(err)
	}
}

func assetFile() string { return path.Base(assets.URL("favicon.svg")) }
