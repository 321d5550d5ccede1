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
	for _, refused := range []*webtest.Response{l.Get(orgweb.JoinPath + "?code=abc").Want(formRefused), l.Post(orgweb.JoinPath, "code", "abc").Want(formRefused)} {
		if refused.Faults()["code"] == "" || refused.Value("code") != "abc" {
			t.Errorf("faults %v, code %q", refused.Faults(), refused.Value("code"))
		}
	}
	asked := l.Get(orgweb.JoinPath + "?code=" + strings.ToLower(s.school.JoinCode)).Want(http.StatusOK)
	if text := asked.Text(); !strings.Contains(text, s.school.Name) || !strings.Contains(text, "22 novembre 2027") || s.events("org.share") != 0 {
		t.Errorf("the agreement asked for says %s", text)
	}
	joined := l.Post(orgweb.JoinPath, "code", asked.Value("code")).Want(http.StatusSeeOther)
	page := l.Get(joined.Location()).Want(http.StatusOK)
	if !strings.Contains(page.Text(), "« "+s.school.Name+" » peut lire vos résultats jusqu’au 22 novembre 2027") {
		t.Errorf("the account does not say who may read: %s", page.Text())
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
	account := l.Get("/compte").Want(http.StatusOK)
	if len(account.All(func(n *html.Node) bool { return strings.HasSuffix(webtest.Attr(n, "action"), "/fin") })) != 0 {
		t.Error("the ended share is still shown")
	}
	// The form beside the organisation's name shares again, as its code does.
	renew := account.All(func(n *html.Node) bool {
		return webtest.Attr(n, "name") == "code" && webtest.Attr(n, "type") == "hidden"
	})
	if len(renew) != 1 || !strings.Contains(account.Text(), s.school.Name) {
		t.Fatalf("%d forms share again, want 1: %s", len(renew), account.Text())
	}
	resumed := l.Post(orgweb.JoinPath, "code", webtest.Attr(renew[0], "value")).Want(http.StatusSeeOther)
	if text := l.Get(resumed.Location()).Text(); !strings.Contains(text, "Partage repris") || !strings.Contains(text, "Arrêter ce partage") {
		t.Errorf("the account says %s", text)
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
