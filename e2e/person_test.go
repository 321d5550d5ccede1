package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/identity"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/testkit/browser"
)

// person is someone at a browser.
type person struct {
	*browser.Page
	t    *testing.T
	site *site
	lang i18n.Lang // of the pages they read
}

// account is who a person is once signed in.
type account struct{ Name, Email, Password string }

// visitor opens a browser of its own on the site, in French: nobody yet.
func (s *site) visitor(t *testing.T, b *browser.Browser) *person {
	t.Helper()
	return s.visitorIn(t, b, i18n.French)
}

// visitorIn is visitor in a language, chosen in the footer as a person does whose browser asks for another one.
func (s *site) visitorIn(t *testing.T, b *browser.Browser, lang i18n.Lang) *person {
	t.Helper()
	p := &person{Page: b.Page(t), t: t, site: s, lang: lang}
	p.open("/cookies")
	p.Click(map[i18n.Lang]string{i18n.French: "Français", i18n.English: "English"}[lang])
	return p
}

// tab is the same person with a second tab.
func (p *person) tab() *person {
	p.t.Helper()
	other := *p
	other.Page = p.Tab(p.t)
	return &other
}

// say is a sentence of the interface in the person's language.
func (p *person) say(key string, args ...any) string {
	return i18n.T(i18n.With(context.Background(), p.lang), key, args...)
}

// open goes to a path of the site.
func (p *person) open(path string) {
	p.t.Helper()
	p.Goto(p.site.url + path)
}

// path is the path shown, without query nor fragment.
func (p *person) path() string {
	p.t.Helper()
	u, err := url.Parse(p.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	return u.Path
}

// patience is how long something that the server must do may take on a machine that is busy.
const patience = 20 * time.Second

// until waits for a condition and ends the test with what the page shows when it does not come.
func (p *person) until(what string, holds func() bool) {
	p.t.Helper()
	for began := time.Now(); !holds(); time.Sleep(30 * time.Millisecond) {
		if time.Since(began) > patience {
			p.t.Fatalf("%s: after %v, still not %s; the page shows:\n%s", p, patience, what, p.Text())
		}
	}
}

// arrive waits for a path.
func (p *person) arrive(path string) {
	p.t.Helper()
	p.until("at "+path, func() bool { return p.path() == path })
}

// shows reports whether the page shows a text, whatever its spaces.
func (p *person) shows(text string) bool {
	p.t.Helper()
	return strings.Contains(plain(p.Text()), plain(text))
}

// mustShow fails the test for each text that the page does not show.
func (p *person) mustShow(texts ...string) {
	p.t.Helper()
	shown := plain(p.Text())
	for _, text := range texts {
		if !strings.Contains(shown, plain(text)) {
			p.t.Errorf("%s does not show %q; it shows:\n%s", p, text, shown)
		}
	}
}

// like finds the only element of a role whose name holds a text, whatever its typography, and returns its whole name.
func (p *person) like(role, part string) string {
	p.t.Helper()
	var found []string
	p.until(fmt.Sprintf("with one %s like «%s»", role, part), func() bool {
		found = nil
		for _, e := range p.Elements(role) {
			if strings.Contains(fold(e.Name), fold(part)) {
				found = append(found, e.Name)
			}
		}
		return len(found) == 1
	})
	return found[0]
}

// clickLike clicks the only element of a role whose name holds a text.
func (p *person) clickLike(role, part string) {
	p.t.Helper()
	p.ClickRole(role, p.like(role, part))
}

// pick chooses an option of a list, both found as like finds them.
func (p *person) pick(label, option string) {
	p.t.Helper()
	p.Select(p.like("combobox", label), p.like("option", option))
}

// plain folds what French typography adds, as the browser kit does with the names of elements.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "’", "'")), " ")
}

// newAccount is an account that nobody has yet.
func newAccount(name string) account {
	return account{Name: name, Email: strings.ToLower(rand.Text()[:12]) + "@essai.example", Password: "une phrase assez longue"}
}

// demoAccount is the demonstration's account of a role.
func demoAccount(t *testing.T, role string) account {
	t.Helper()
	for _, d := range app.DemoAccounts() {
		if d.Role == role {
			return account{Email: d.Email, Password: d.Password}
		}
	}
	t.Fatalf("the demonstration has no %s", role)
	return account{}
}

// register makes an account through the service, as if it had been made long before.
func (s *site) register(t *testing.T, a account) identity.Actor {
	t.Helper()
	actor, _, err := s.app.Identity.Register(t.Context(), identity.Actor{}, "e2e",
		identity.Registration{Name: a.Name, Email: a.Email, Password: a.Password})
	if err != nil {
		t.Fatalf("register %s: %v", a.Email, err)
	}
	return actor
}

// actor is who an account is, to ask the services what they hold.
func (s *site) actor(t *testing.T, a account) identity.Actor {
	t.Helper()
	actor, _, err := s.app.Identity.SignIn(t.Context(), identity.Actor{}, "e2e", a.Email, a.Password)
	if err != nil {
		t.Fatalf("sign in as %s: %v", a.Email, err)
	}
	return actor
}

// signIn signs in by the page.
func (p *person) signIn(a account) {
	p.t.Helper()
	p.open("/connexion")
	p.enter(a)
	p.arrive("/")
}

// enter fills the sign-in form that is shown and sends it.
func (p *person) enter(a account) {
	p.t.Helper()
	p.Fill(p.say("identity.email"), a.Email)
	p.Fill(p.say("identity.password"), a.Password)
	p.ClickRole("button", p.say("identity.sign_in.do"))
}

// signUp makes an account by the form that is shown.
func (p *person) signUp(a account) {
	p.t.Helper()
	p.Fill(p.say("identity.name"), a.Name)
	p.Fill(p.say("identity.email"), a.Email)
	p.Fill(p.say("identity.password"), a.Password)
	p.ClickRole("button", p.say("identity.register.do"))
}

// attempt is the attempt whose page is shown.
func (p *person) attempt() id.ID {
	p.t.Helper()
	rest, ok := strings.CutPrefix(p.path(), "/epreuves/")
	text, _, _ := strings.Cut(rest, "/")
	attempt, parsed := id.Parse(text)
	if !ok || !parsed {
		p.t.Fatalf("%s is no page of an attempt", p)
	}
	return attempt
}
