package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"galien/internal/app"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/platform/web/webtest"
)

func TestARefusedRegistrationKeepsWhatWasTypedButThePassword(t *testing.T) {
	b := newSite(t).browser()
	got := b.Post("/inscription", "name", "", "email", "not an address", "password", "canary", "retour", "/referentiels?a=1&b=2").Want(formRefused)
	if diff := cmp.Diff([]string{"email", "name", "password"}, slices.Sorted(maps.Keys(got.Faults()))); diff != "" {
		t.Errorf("fields the error summary leads to:\n%s", diff)
	}
	if got.Value("email") != "not an address" || got.Value("retour") != "/referentiels?a=1&b=2" || strings.Contains(got.Body, "canary") {
		t.Errorf("kept email %q, retour %q", got.Value("email"), got.Value("retour"))
	}
	if !strings.HasPrefix(title(got), "Erreur") || b.Holds(cookieName) {
		t.Errorf("titled %q", title(got))
	}
	var order []string
	for _, link := range got.All(func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(webtest.Attr(n, "href"), "#") }) {
		if field := strings.TrimPrefix(webtest.Attr(link, "href"), "#"); got.Faults()[field] != "" {
			order = append(order, field)
		}
	}
	if diff := cmp.Diff([]string{"name", "email", "password"}, order); diff != "" {
		t.Errorf("the summary is not in the order of the form:\n%s", diff)
	}
	got = b.Post("/inscription", "name", "Ada", "email", "nope", "password", password).Want(formRefused)
	if got.Value("name") != "Ada" || len(got.Faults()) != 1 {
		t.Errorf("kept name %q, faults %v", got.Value("name"), got.Faults())
	}
}

func title(r *webtest.Response) string { return r.Tags("title")[0].FirstChild.Data }

func TestRegisteringLeadsBackAndBindsTheCookieToTheSite(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	got := b.Post("/inscription", "name", "Ada", "email", "ada@example.org", "password", password, "retour", "/referentiels?a=1").Want(http.StatusSeeOther)
	if got.Location() != "/referentiels?a=1&cree" || !strings.Contains(b.Get(got.Location()).Text(), "Votre compte est créé") {
		t.Errorf("leads to %s", got.Location())
	}
	if strings.Contains(s.browser().Get(got.Location()).Text(), "Votre compte est créé") {
		t.Error("who has no account reads that it is created")
	}
	c := got.Cookie(cookieName)
	if c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 14*24*3600 {
		t.Errorf("cookie %+v", c)
	}
	b.Get("/compte").Want(http.StatusOK)
	taken := s.browser().Post("/inscription", "name", "Eve", "email", "ADA@example.org", "password", password).Want(http.StatusConflict)
	if taken.Value("name") != "Eve" || len(taken.Faults()) != 1 {
		t.Errorf("a taken address: name %q, %v", taken.Value("name"), taken.Faults())
	}
}

func TestWithoutHTTPSTheCookieHasAPlainName(t *testing.T) {
	s := newSite(t, func(c *app.Config) { c.PublicURL = "http://galien.test" })
	b := webtest.New(t, s.app.Handler(), "http://galien.test")
	got := b.Post("/inscription", "name", "Ada", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	c := got.Cookie("galien")
	if c == nil || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", c)
	}
	b.Get("/compte").Want(http.StatusOK)
}

func TestSignInOutAndBack(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.Post("/inscription", "name", "Ada", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	if got := b.Post("/deconnexion").Want(http.StatusSeeOther); got.Location() != "/" || b.Holds(cookieName) {
		t.Errorf("signing out leads to %s, cookie kept: %v", got.Location(), b.Holds(cookieName))
	}
	sent := b.Get("/compte?x=1&y=2").Want(http.StatusSeeOther)
	form := b.Get(sent.Location()).Want(http.StatusOK)
	back := form.Value("retour")
	if back != "/compte?x=1&y=2" {
		t.Errorf("sent to sign in with retour %q", back)
	}
	link := form.All(func(n *html.Node) bool { return strings.HasPrefix(webtest.Attr(n, "href"), "/inscription?") })
	if len(link) != 1 || query(t, webtest.Attr(link[0], "href"), "retour") != back {
		t.Error("the link to register loses where the person was going")
	}
	refused := b.Post("/connexion", "email", "Ada@example.org", "password", "canary password", "retour", back).Want(formRefused)
	if refused.Value("email") != "Ada@example.org" || refused.Value("retour") != back || strings.Contains(refused.Body, "canary") {
		t.Errorf("kept email %q, retour %q", refused.Value("email"), refused.Value("retour"))
	}
	unknown := b.Post("/connexion", "email", "nobody@example.org", "password", "canary password").Want(formRefused)
	if diff := cmp.Diff(refused.Faults(), unknown.Faults()); diff != "" || len(unknown.Faults()) != 1 {
		t.Errorf("an unknown address reads otherwise:\n%s", diff)
	}
	if got := b.Post("/connexion", "email", "ada@example.org", "password", password, "retour", back).Want(http.StatusSeeOther); got.Location() != back {
		t.Errorf("leads to %s", got.Location())
	}
	other := s.browser()
	other.Post("/connexion", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	b.Post("/deconnexion/partout").Want(http.StatusSeeOther)
	other.Get("/compte").Want(http.StatusSeeOther)
}

func TestRetourCannotLeaveTheSite(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.Post("/inscription", "name", "Ada", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	for _, target := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "/.//evil.example", "javascript:alert(1)", "/\t/evil.example", "compte"} {
		for _, call := range []*webtest.Response{
			b.Post("/connexion", "email", "ada@example.org", "password", password, "retour", target),
			b.Post("/preferences", "theme", "dark", "return", target),
		} {
			if call.Want(http.StatusSeeOther).Location() != "/" {
				t.Errorf("%q leads to %s", target, call.Location())
			}
		}
		if form := b.Get("/connexion?retour=" + url.QueryEscape(target)); form.Value("retour") != "/" {
			t.Errorf("the form keeps %q", form.Value("retour"))
		}
	}
}

func TestTooManyGuessesAreRefusedInTheForm(t *testing.T) {
	b := newSite(t).browser()
	for range 10 {
		b.Post("/connexion", "email", "ada@example.org", "password", "wrong password").Want(formRefused)
	}
	got := b.Post("/connexion", "email", "ada@example.org", "password", "wrong password").Want(http.StatusTooManyRequests)
	if got.Value("email") != "ada@example.org" || !strings.Contains(got.Faults()["email"], "15 minutes") {
		t.Errorf("the form says %v", got.Faults())
	}
}

func TestTheAccountFormKeepsWhatWasTypedAndSaves(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.Post("/inscription", "name", "Ada", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	version := b.Get("/compte").Want(http.StatusOK).Value("version")
	refused := b.Post("/compte", "version", version, "name", "Ada Grand", "lang", "en", "current_password", "canary wrong", "password", "canary short").Want(formRefused)
	if refused.Value("name") != "Ada Grand" || refused.Value("lang") != "en" || strings.Contains(refused.Body, "canary") {
		t.Errorf("kept name %q, lang %q", refused.Value("name"), refused.Value("lang"))
	}
	if got := refused.Faults(); len(got) != 1 || got["current_password"] == "" {
		t.Errorf("faults %v", got)
	}
	empty := b.Post("/compte", "version", version, "name", " ", "lang", "de").Want(formRefused)
	if got := empty.Faults(); len(got) != 2 || got["name"] == "" || got["lang"] == "" {
		t.Errorf("faults %v", got)
	}
	saved := b.Post("/compte", "version", version, "name", "Ada Grand", "lang", "en").Want(http.StatusSeeOther)
	page := b.Get(saved.Location()).Want(http.StatusOK)
	if page.Value("name") != "Ada Grand" || webtest.Attr(page.Tags("html")[0], "lang") != "en" || !strings.Contains(page.Text(), "saved") {
		t.Errorf("the saved page says %s", page.Text())
	}
	stale := b.Post("/compte", "version", version, "name", "Eve", "lang", "fr").Want(http.StatusConflict)
	if stale.Value("name") != "Eve" || len(stale.Faults()) != 1 {
		t.Errorf("a change made elsewhere: name %q, %v", stale.Value("name"), stale.Faults())
	}
	b.Post("/compte", "version", "x", "name", "Eve", "lang", "fr").Want(formRefused)
	other := s.browser()
	other.Post("/connexion", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	if lang := webtest.Attr(other.Get("/compte").Tags("html")[0], "lang"); lang != "en" {
		t.Errorf("another device of the account is in %s", lang)
	}
}

func TestLanguageAndThemeArePreferencesOfTheDevice(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.Header.Set("Accept-Language", "de, en;q=0.5")
	if got := b.Get("/"); webtest.Attr(got.Tags("html")[0], "lang") != "en" || webtest.Attr(got.Tags("html")[0], "data-theme") != "auto" {
		t.Error("the browser's language is not taken")
	}
	set := b.Post("/preferences", "lang", "fr", "return", "/aide?x=1").Want(http.StatusSeeOther)
	if c := set.Cookie("lang"); c == nil || !c.Secure || c.SameSite != http.SameSiteLaxMode || set.Location() != "/aide?x=1" {
		t.Errorf("cookie %+v, leads to %s", set.Cookie("lang"), set.Location())
	}
	b.Post("/preferences", "theme", "dark").Want(http.StatusSeeOther)
	got := b.Get("/")
	if webtest.Attr(got.Tags("html")[0], "lang") != "fr" || webtest.Attr(got.Tags("html")[0], "data-theme") != "dark" {
		t.Error("the preferences are not kept")
	}
	if got := b.Post("/preferences", "theme", "pink", "lang", "de"); len(got.Cookies) != 0 {
		t.Errorf("unknown preferences are kept: %v", got.Cookies)
	}
}

func TestDemonstrationAccountsAreShownInADemonstrationOnly(t *testing.T) {
	demo := []identityweb.DemoAccount{{Role: "teacher", Email: "teacher@demo.example", Password: "demo password"}}
	s := newSite(t, func(c *app.Config) { c.Demo = demo })
	if got := s.browser().Get("/connexion").Text(); !strings.Contains(got, "teacher@demo.example") || !strings.Contains(got, "demo password") {
		t.Errorf("a demonstration hides its accounts: %s", got)
	}
	if got := newSite(t).browser().Get("/connexion"); strings.Contains(got.Body, "demo") || len(got.Tags("form")) != len(s.browser().Get("/connexion").Tags("form"))-1 {
		t.Error("the sign-in page speaks of a demonstration")
	}
}

func TestADemonstrationIsEnteredByAButtonPerAccount(t *testing.T) {
	demo := []identityweb.DemoAccount{{Role: "learner", Email: "l@demo.example", Password: "demo password l"}, {Role: "teacher", Email: "t@demo.example", Password: "demo password t"}}
	s := newSite(t, func(c *app.Config) { c.Demo = demo })
	for _, d := range demo {
		_, _, err := s.app.Identity.RegisterPublic(t.Context(), identity.Registration{Name: d.Role + " de démonstration", Email: d.Email, Password: d.Password})
		s.must(err)
	}
	for _, d := range demo {
		b := s.browser()
		page := b.Get("/connexion?retour=%2Fcompte")
		entered := false
		for _, form := range page.Tags("form") {
			values := map[string]string{}
			for n := range form.Descendants() {
				values[webtest.Attr(n, "name")] = webtest.Attr(n, "value")
			}
			if values["email"] != d.Email {
				continue
			}
			entered = true
			got := b.Post(webtest.Attr(form, "action"), "email", values["email"], "password", values["password"], "retour", values["retour"]).Want(http.StatusSeeOther)
			if text := b.Get(got.Location()).Want(http.StatusOK).Text(); got.Location() != "/compte" || !strings.Contains(text, d.Email) {
				t.Errorf("%s leads to %s: %s", d.Role, got.Location(), text)
			}
		}
		if !entered {
			t.Errorf("no button enters as %s", d.Role)
		}
	}
}

func TestWhoMustSignInFirstIsToldSo(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	for _, path := range []string{"/mes-epreuves", "/compte"} {
		if text := b.Get(b.Get(path).Want(http.StatusSeeOther).Location()).Text(); !strings.Contains(text, "Connectez-vous pour continuer") {
			t.Errorf("%s leads to a form that says %s", path, text)
		}
	}
	if text := b.Get("/connexion").Text(); strings.Contains(text, "Connectez-vous pour continuer") {
		t.Error("who comes by themselves is told to sign in first")
	}
	privacy := func(n *html.Node) bool {
		return webtest.Attr(n, "href") == "/donnees-personnelles" && n.Parent.Data == "p"
	}
	if len(b.Get("/inscription").All(privacy)) != 1 {
		t.Error("the registration form does not say what becomes of the data")
	}
}

func TestAVisitorWhoSignsInFindsTheirWorkAgain(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.Post("/inscription", "name", "Ada", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	visitor := s.browser()
	attempt := visitor.Post("/positionnement", "domaine", "").Want(http.StatusSeeOther).Location()
	visitor.Get(attempt).Want(http.StatusOK)
	visitor.Post("/connexion", "email", "ada@example.org", "password", password).Want(http.StatusSeeOther)
	visitor.Get(attempt).Want(http.StatusOK)
	b.Get(attempt).Want(http.StatusOK)
	s.browser().Get(attempt).Want(http.StatusSeeOther)
}
