package app_test

import (
	"net/http"
	"strings"
	"testing"

	"galien/internal/org"
	"galien/internal/org/orgweb"
	"galien/internal/platform/id"
	"galien/internal/platform/web/webtest"

	"golang.org/x/net/html"
)

func TestARefusedOrganisationKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	got := s.chief.Post("/organisations", "name", strings.Repeat("x", 201), "kind", "order").Want(formRefused)
	if len(got.Faults()) != 1 || got.Faults()["name"] == "" || got.Value("kind") != "order" || got.Value("name") == "" {
		t.Errorf("faults %v, kind %q", got.Faults(), got.Value("kind"))
	}
	if got := s.chief.Post("/organisations", "name", "X", "kind", "national").Want(formRefused); got.Faults()["kind"] == "" || got.Value("name") != "X" {
		t.Errorf("faults %v", got.Faults())
	}
	if got := s.chief.Post("/organisations", "name", "IFSI du Sud", "kind", "school").Want(http.StatusSeeOther); got.Location() != "/organisations" {
		t.Errorf("leads to %s", got.Location())
	}
	if !strings.Contains(s.chief.Get("/organisations").Text(), "IFSI du Sud") {
		t.Error("the new organisation is not listed")
	}
}

func TestALearnerJoinsAndEndsTheShareFromTheirAccount(t *testing.T) {
	s := newSite(t)
	l := s.person("Ada")
	refused := l.Post(orgweb.JoinPath, "code", "abc").Want(formRefused)
	if refused.Faults()["code"] == "" || refused.Value("code") != "abc" {
		t.Errorf("faults %v, code %q", refused.Faults(), refused.Value("code"))
	}
	joined := l.Post(orgweb.JoinPath, "code", strings.ToLower(s.school.JoinCode)).Want(http.StatusSeeOther)
	page := l.Get(joined.Location()).Want(http.StatusOK)
	if !strings.Contains(page.Text(), s.school.Name) {
		t.Error("the account does not say who may read")
	}
	again := l.Post(orgweb.JoinPath, "code", s.school.JoinCode).Want(http.StatusConflict)
	if !strings.Contains(again.Faults()["code"], s.school.Name) {
		t.Errorf("faults %v", again.Faults())
	}
	end := page.All(func(n *html.Node) bool { return strings.HasSuffix(webtest.Attr(n, "action"), "/fin") })
	if len(end) != 1 {
		t.Fatalf("%d shares can be ended, want 1", len(end))
	}
	l.Post(webtest.Attr(end[0], "action")).Want(http.StatusSeeOther)
	l.Post(webtest.Attr(end[0], "action")).Want(http.StatusNotFound)
	if strings.Contains(l.Get("/compte").Text(), s.school.Name) {
		t.Error("the ended share is still shown")
	}
}

func TestStaffSeeTheirLearnersAndWhoShares(t *testing.T) {
	s := newSite(t)
	teacher := s.staff(s.school.ID, org.Teacher)
	path := orgweb.Path(s.school.ID)
	if empty := teacher.Get(path).Want(http.StatusOK); !strings.Contains(empty.Text(), s.school.JoinCode) {
		t.Error("an empty list does not say how learners join")
	}
	l := s.learner(s.school, "Ada <b>Petit</b>")
	page := teacher.Get(path + "?page=x").Want(http.StatusOK)
	if !strings.Contains(page.Text(), "Ada <b>Petit</b>") || page.Title() != s.school.Name {
		t.Errorf("the page says %s", page.Text())
	}
	link := page.All(func(n *html.Node) bool { return strings.Contains(webtest.Attr(n, "href"), l.Person.String()) })
	if len(link) != 1 {
		t.Fatalf("%d links to the learner's results, want 1", len(link))
	}
	teacher.Get(webtest.Attr(link[0], "href")).Want(http.StatusOK)
	for _, path := range []string{"/organisations/" + id.New(s.clock.Now()).String(), "/organisations/x", "/organisations/" + strings.ToUpper(s.school.ID.String())} {
		teacher.Get(path).Want(http.StatusNotFound).Title()
	}
}
