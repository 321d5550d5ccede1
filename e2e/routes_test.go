package e2e

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"galien/internal/item"
	"galien/internal/platform/ui"
	"galien/internal/testkit/browser"
	"galien/internal/testkit/checkout"
	"galien/internal/testkit/htmlcheck"
)

// The budget of a page (docs of the interface): what its first visit costs, compressed.
const (
	mostBytes    = 100_000
	mostRequests = 12
)

// view is one page to look at: the role that may see it, its path, the status it answers.
type view struct {
	name   string // of the file that holds its HTML
	role   string // a key of casts; "" is nobody
	path   string
	status int // 0 is 200
}

// recipes says for each GET route which views show it in all its states; nil is a route that shows no page: a picture, a text
// for machines, a probe.
func recipes(c *cast) map[string][]view {
	views := func(list ...view) []view { return list }
	open := func(path string) []view { return []view{{role: "", path: path}} }
	return map[string][]view{
		"GET /{$}":         views(view{name: "home", path: "/"}, view{name: "home-worked", role: "learner", path: "/"}),
		"GET /connexion":   open("/connexion"),
		"GET /inscription": views(view{path: "/inscription"}, view{name: "inscription-travail", role: "visitor", path: "/inscription"}),
		"GET /compte":      views(view{role: "learner", path: "/compte"}, view{name: "compte-seul", role: "newcomer", path: "/compte"}),
		"GET /compte/organisations": views(view{name: "rejoindre", role: "newcomer", path: "/compte/organisations?code=" + c.code},
			view{name: "rejoindre-refus", role: "newcomer", path: "/compte/organisations?code=abc", status: http.StatusUnprocessableEntity}),
		"GET /organisations":                           views(view{role: "national", path: "/organisations"}),
		"GET /organisations/{org}":                     views(view{name: "organisation", role: "teacher", path: c.school}, view{name: "organisation-vide", role: "staff", path: c.empty}),
		"GET /organisations/{org}/apprenants.csv":      nil,
		"GET /organisations/{org}/apprenants/{person}": views(view{name: "apprenant", role: "teacher", path: c.sheet}, view{name: "apprenant-non-mesure", role: "teacher", path: c.unmeasured}),
		"GET /etudes":                                  views(view{role: "psychometrician", path: "/etudes"}),
		"GET /etudes/nouvelle":                         views(view{role: "psychometrician", path: "/etudes/nouvelle"}, view{name: "etudes-compte", role: "psychometrician", path: "/etudes/nouvelle?compter=1&extent=any&minimum=11"}),
		"GET /etudes/{study}": views(view{name: "etude", role: "psychometrician", path: c.study + "?cocher=1"}, view{name: "etude-echouee", role: "psychometrician", path: c.failed}, view{name: "etude-en-cours", role: "psychometrician", path: c.running},
			view{name: "analyse", role: "psychometrician", path: c.analysis}, view{name: "simulation", role: "psychometrician", path: c.simulation}),
		"GET /etudes/{study}/items.csv":                             nil,
		"GET /etudes/{study}/rapport.html":                          nil,
		"GET /etudes/{study}/rapport.pdf":                           nil,
		"GET /etudes/nouvelle-analyse":                              views(view{role: "psychometrician", path: "/etudes/nouvelle-analyse"}),
		"GET /etudes/nouvelle-simulation":                           views(view{role: "psychometrician", path: "/etudes/nouvelle-simulation"}),
		"GET /etudes/questions/{item}/fiche":                        views(view{name: "question", role: "psychometrician", path: c.item}),
		"GET /etudes/rapport-technique":                             views(view{name: "rapport-technique", role: "psychometrician", path: "/etudes/rapport-technique"}),
		"GET /etudes/rapport-technique.html":                        nil,
		"GET /etudes/rapport-technique.pdf":                         nil,
		"GET /referentiels":                                         open("/referentiels"),
		"GET /referentiels/{framework}/{version}":                   open(c.framework),
		"GET /referentiels/{framework}/{version}/domaines/{domain}": open(c.framework + "/domaines/2"),
		"GET /positionnement":                                       open("/positionnement"),
		"GET /epreuves/{attempt}":                                   c.screens,
		"GET /epreuves/{attempt}/arret":                             views(view{name: "arret", role: "candidate", path: c.stoppable + "/arret"}, view{name: "arret-trop-tot", role: "newcomer", path: c.fresh + "/arret"}),
		"GET /epreuves/{attempt}/resultat":                          views(view{name: "resultat", role: "learner", path: c.result}, view{name: "resultat-domaine", role: "learner", path: c.domainResult}, view{name: "resultat-visiteur", role: "visitor", path: c.visitorResult}),
		"GET /epreuves/{attempt}/reponses":                          views(view{name: "reponses", role: "learner", path: c.answers}, view{name: "reponses-ouvertes", role: "learner", path: c.answers + "?ouvrir=tout"}),
		"GET /epreuves/{attempt}/image/{digest}":                    nil,
		"GET /mes-competences":                                      views(view{role: "learner", path: "/mes-competences"}, view{name: "mes-competences-vide", role: "newcomer", path: "/mes-competences"}),
		"GET /mes-epreuves":                                         views(view{role: "learner", path: "/mes-epreuves"}, view{name: "mes-epreuves-visiteur", role: "visitor", path: "/mes-epreuves"}),
		"GET " + ui.PathHelp:                                        open(ui.PathHelp),
		"GET " + ui.PathSiteMap:                                     open(ui.PathSiteMap),
		"GET " + ui.PathAccessibility:                               open(ui.PathAccessibility),
		"GET " + ui.PathLegal:                                       open(ui.PathLegal),
		"GET " + ui.PathPrivacy:                                     open(ui.PathPrivacy),
		"GET " + ui.PathCookies:                                     open(ui.PathCookies),
		"GET " + ui.PathStatus:                                      open(ui.PathStatus),
		"GET " + ui.PathEcoDesign:                                   open(ui.PathEcoDesign),
		"GET " + ui.PathSource:                                      open(ui.PathSource),
		"GET " + ui.PathVersions:                                    open(ui.PathVersions),
		"GET /composants":                                           open("/composants"),
		"GET " + ui.PathSecurityTxt:                                 nil,
		"GET /favicon.ico":                                          nil,
		"GET /robots.txt":                                           nil,
		"GET /assets/{file}":                                        nil,
		"GET /livez":                                                nil,
		"GET /readyz":                                               nil,
		"GET /startupz":                                             nil,
	}
}

// refusals are the pages of errors.
func refusals(c *cast) []view {
	return []view{
		{name: "404", path: "/nulle-part", status: http.StatusNotFound},
		{name: "404-epreuve", role: "learner", path: c.fresh, status: http.StatusNotFound},
		{name: "403", role: "learner", path: "/organisations", status: http.StatusForbidden},
		{name: "404-organisation", role: "learner", path: c.school, status: http.StatusNotFound},
		{name: "404-partage", role: "teacher", path: c.unshared, status: http.StatusNotFound},
	}
}

// TestEveryPageOfTheRouteTable looks at each page in each of its states: accessible in the light theme, the dark one and
// with forced colours, no sideways scroll at 320 pixels, nothing on the console, nothing refused, within the budget, and
// HTML that two checkers accept.
func TestEveryPageOfTheRouteTable(t *testing.T) {
	s, b := visit(t)
	c := newCast(t, s, b)
	all := recipes(c)
	var views []view
	for _, r := range s.app.Routes() {
		list, known := all[r.Pattern]
		switch {
		case r.Method() != http.MethodGet || r.API():
			continue
		case !known:
			t.Errorf("route %q has no recipe: say in recipes who visits it and where", r.Pattern)
		}
		delete(all, r.Pattern)
		views = append(views, list...)
	}
	for pattern := range all {
		t.Errorf("recipe %q is for no route", pattern)
	}
	views = append(views, refusals(c)...)
	pages := artifacts(t, "pages")
	heaviest, most := 0, 0
	for _, v := range views {
		v.name = fileName(v)
		t.Run(v.name, func(t *testing.T) {
			cost := c.look(t, b, v, pages)
			heaviest, most = max(heaviest, cost.Bytes), max(most, cost.Requests)
		})
	}
	c.refusedForms(t, b, pages)
	t.Logf("%d pages; the heaviest is %d bytes, the most requests %d", len(views), heaviest, most)
	htmlcheck.Check(t, pages)
}

// fileName names a view after its path when it has no name.
func fileName(v view) string {
	if v.name != "" {
		return v.name
	}
	return strings.Trim(strings.ReplaceAll(v.path, "/", "-"), "-")
}

// look opens a page and checks all that a page must hold to. It returns what the page cost.
func (c *cast) look(t *testing.T, b *browser.Browser, v view, pages string) browser.Traffic {
	t.Helper()
	p := c.person(t, b, v.role)
	p.open(v.path)
	want := v.status
	if want == 0 {
		want = http.StatusOK
	}
	if p.Status() != want {
		t.Errorf("%s as %q: status %d, want %d", p, v.role, p.Status(), want)
	}
	if path, _, _ := strings.Cut(v.path, "?"); p.path() != path {
		t.Errorf("%s leads to %s", v.path, p)
	}
	cost := p.Traffic()
	if cost.Bytes > mostBytes || cost.Requests > mostRequests {
		t.Errorf("%s costs %d bytes in %d requests, want %d in %d at most", p, cost.Bytes, cost.Requests, mostBytes, mostRequests)
	}
	p.keep(pages, v.name)
	p.noRawKey(t)
	p.everyTheme(t)
	p.Quiet(t)
	t.Logf("%s: %d bytes, %d requests", v.path, cost.Bytes, cost.Requests)
	return cost
}

// noRawKey looks for the key of a sentence that nobody wrote, which the page shows in its place.
func (p *person) noRawKey(t *testing.T) {
	t.Helper()
	raw := regexp.MustCompile(`\b(assess|document|error|framework|identity|nav|org|pages|study|ui)\.[a-z_]+(\.[a-z_]+)*\b`)
	for _, key := range raw.FindAllString(text(parse(t, p.HTML())), -1) {
		t.Errorf("%s shows the key of a sentence: %s", p, key)
	}
}

// everyTheme checks what is on screen in each theme and at 320 pixels.
func (p *person) everyTheme(t *testing.T) {
	t.Helper()
	p.Axe(t)
	p.shown(func() { p.Dark(true) })
	p.Axe(t)
	p.shown(func() { p.Dark(false); p.ForcedColors(true) })
	p.Axe(t)
	p.shown(func() { p.ForcedColors(false); p.Viewport(320, 800) })
	p.Axe(t)
	if scrolls, wide := p.HorizontalScroll(); scrolls {
		t.Errorf("%s scrolls sideways at 320 pixels: %v", p, wide)
	}
	p.shown(func() { p.Viewport(1280, 900) })
}

// shown changes how the page is shown and waits until its colours have faded into their new ones, which takes 120 ms
// of a machine that is not busy.
func (p *person) shown(change func()) {
	change()
	time.Sleep(400 * time.Millisecond)
}

// artifacts is an empty folder of the checkout that is never committed.
func artifacts(t *testing.T, name string) string {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "artifacts", name)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// keep writes the HTML as it was sent, for the checkers.
func (p *person) keep(pages, name string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(pages, name+".html"), []byte(p.HTML()), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// refusedForms looks at the forms that come back with an error.
func (c *cast) refusedForms(t *testing.T, b *browser.Browser, pages string) {
	forms := map[string]func(p *person){
		"422-connexion": func(p *person) {
			p.open("/connexion")
			p.enter(account{Email: "personne@essai.example", Password: "ce n'est pas le bon"})
		},
		"422-inscription": func(p *person) {
			p.open("/inscription")
			p.signUp(account{Name: "Essai", Email: "essai@essai.example", Password: "court"})
		},
		"422-question": func(p *person) {
			p.JavaScript(false)
			p.open("/")
			p.Click(p.say("assess.start.do"))
			for kind := p.screen(); kind != item.Single && kind != item.Multiple; kind = p.screen() {
				p.ClickRole("button", p.say("assess.question.skip"))
			}
			p.ClickRole("button", p.say("assess.question.submit"))
		},
	}
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		t.Run(name, func(t *testing.T) {
			p := c.person(t, b, "")
			forms[name](p)
			if p.Status() != http.StatusUnprocessableEntity {
				t.Errorf("%s: status %d, want 422", p, p.Status())
			}
			p.keep(pages, name)
			p.everyTheme(t)
			p.Quiet(t)
		})
	}
}

// String names the view in messages.
func (v view) String() string { return fmt.Sprintf("%s as %q", v.path, v.role) }
