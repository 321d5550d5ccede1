package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"galien/internal/framework/frameworkweb"
	"galien/internal/platform/i18n"
	"galien/internal/platform/web/webtest"

	"golang.org/x/net/html"
)

func TestAFrameworkIsReadFromTheListToItsCapacities(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	all, err := s.app.Frameworks.List(t.Context())
	s.must(err)
	list := b.Get(frameworkweb.ListPath).Want(http.StatusOK)
	for _, f := range all {
		if !strings.Contains(list.Body, `href="`+frameworkweb.Path(f, "")+`"`) {
			t.Errorf("%s is not listed", f.Name())
		}
		page := b.Get(frameworkweb.Path(f, "")).Want(http.StatusOK)
		if page.Title() != f.Title {
			t.Errorf("titled %q", page.Title())
		}
		for _, d := range f.Domains {
			page := b.Get(frameworkweb.Path(f, d.Code)).Want(http.StatusOK)
			for _, c := range d.Competencies {
				for _, k := range c.Capacities {
					if !strings.Contains(page.Text(), strings.Join(strings.Fields(i18n.Typography(k.Text)), " ")) {
						t.Errorf("%s: capacity %s is not shown", f.Name(), k.Code)
					}
				}
			}
		}
	}
	for _, path := range []string{"/x/1", "/" + all[0].Code + "/0", "/" + all[0].Code + "/" + all[0].Version + "/domaines/99"} {
		b.Get(frameworkweb.ListPath + path).Want(http.StatusNotFound).Title()
	}
}

func TestAPositioningOnADomainStartsFromItsPage(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	published, err := s.app.Items.Current(t.Context())
	s.must(err)
	domain := published.Framework.Domains[1]
	page := b.Get(frameworkweb.Path(published.Framework, domain.Code)).Want(http.StatusOK)
	forms := page.All(func(n *html.Node) bool { return n.Data == "form" && webtest.Attr(n, "action") == "/positionnement" })
	if len(forms) != 1 {
		t.Fatalf("%d forms start a positioning, want 1", len(forms))
	}
	var fields []string
	for n := range forms[0].Descendants() {
		if n.Data == "input" {
			fields = append(fields, webtest.Attr(n, "name"), webtest.Attr(n, "value"))
		}
	}
	b.Post("/positionnement", fields...).Want(http.StatusSeeOther)
	if scope := one[string](s, "SELECT scope FROM attempt"); scope != domain.Code {
		t.Errorf("the positioning is on %q, want %q", scope, domain.Code)
	}
}

func TestTheAPIGivesTheFrameworks(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	var list struct{ Frameworks []frameworkweb.FrameworkRef }
	s.must(json.Unmarshal([]byte(b.Get("/api/v1/frameworks").Want(http.StatusOK).Body), &list))
	all, err := s.app.Frameworks.List(t.Context())
	s.must(err)
	if len(list.Frameworks) != len(all) {
		t.Fatalf("%d frameworks, want %d", len(list.Frameworks), len(all))
	}
	for i, f := range all {
		var got frameworkweb.Framework
		s.must(json.Unmarshal([]byte(b.Get("/api/v1/frameworks/"+f.Code+"/"+f.Version).Want(http.StatusOK).Body), &got))
		if got.FrameworkRef != list.Frameworks[i] || got.SHA256 != f.SHA256 || len(got.Domains) != len(f.Domains) || len(got.Levels) != len(f.Scale.Levels) {
			t.Errorf("%s is given as %+v", f.Name(), got.FrameworkRef)
		}
	}
	for _, path := range []string{"/api/v1/frameworks/x/1", "/api/v1/frameworks/" + strings.Repeat("x", 65) + "/1"} {
		got := b.Get(path)
		if got.Status != http.StatusNotFound && got.Status != formRefused || got.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, got.Status, got.Header.Get("Content-Type"))
		}
	}
}
