package assessweb_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/html"

	"galien/assets"
	"galien/content"
	"galien/internal/assess"
	"galien/internal/assess/assessweb"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/org/orgweb"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/job"
	"galien/internal/platform/keyring"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/testkit"
)

// site is the pages of attempts over the real services, the real bank and a SQLite database, behind a real server.
type site struct {
	url      string
	clock    *clock.Manual
	identity *identity.Service
	orgs     *org.Service
	assess   *assess.Service
	bank     *item.Bank
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	d, dir, log := testkit.SQLite(t), t.TempDir(), slog.New(slog.DiscardHandler)
	s := &site{clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))}
	ring, err := keyring.Open(dir+"/keys", "test", s.clock)
	must(t, err)
	ledger := audit.New(s.clock, ring, d, dir+"/ledger")
	s.identity = identity.New(d, s.clock, ledger, ring)
	s.orgs = org.New(d, s.clock, ledger)
	frameworks := framework.New(d, s.clock, ledger)
	items := item.New(d, s.clock, ledger, frameworks)
	jobs := job.New(d, log)
	s.assess, err = assess.New(assess.Deps{DB: d, Clock: s.clock, Audit: ledger, Ring: ring, Jobs: jobs, Log: log,
		Frameworks: frameworks, Items: items, Orgs: s.orgs})
	must(t, err)
	must(t, jobs.Start(t.Context()))
	t.Cleanup(func() {
		must(t, jobs.Stop(context.WithoutCancel(t.Context())))
		s.assess.Close()
	})
	const name = "frameworks/socle-ns-1.2022.yaml"
	data, err := fs.ReadFile(content.FS(), name)
	must(t, err)
	fw, _, err := frameworks.Import(t.Context(), identity.Actor{}, name, data)
	must(t, err)
	s.bank, err = item.Load(content.FS(), "items/socle-ns", fw)
	must(t, err)
	_, err = items.Publish(t.Context(), identity.Actor{}, s.bank)
	must(t, err)
	server := httptest.NewServer(s.handler(t, log))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// handler wires the pages as the application does.
func (s *site) handler(t *testing.T, log *slog.Logger) http.Handler {
	t.Helper()
	page := func(r *http.Request, title string) ui.Page {
		nav := []ui.NavItem{{Label: "Accueil", Href: "/"}, {Label: "Mes compétences", Href: assessweb.ProfilePath}, {Label: "Mes épreuves", Href: assessweb.HistoryPath}}
		return ui.Page{Title: title, Lang: i18n.From(r.Context()), Path: r.URL.RequestURI(), Nav: nav, SignInPath: identityweb.SignInPath}
	}
	orgs := &orgweb.Pages{Service: s.orgs, Page: page}
	people := &identityweb.Pages{Service: s.identity, Page: page, Shares: orgs.Shares}
	pages := &assessweb.Pages{Service: s.assess, Orgs: s.orgs, Page: page, Staff: orgs.Staff(),
		Visit: func(w http.ResponseWriter, r *http.Request) (identity.Actor, error) {
			actor, token, err := s.identity.Visit(r.Context())
			if err == nil {
				people.SetToken(w, actor, token)
			}
			return actor, err
		}}
	asset := web.Route{Pattern: "GET " + assets.Prefix + "{file}", Policy: web.Anyone(), Audit: web.NotAudited("public"), Limit: web.Page(),
		Handler: func(w http.ResponseWriter, r *http.Request) error {
			http.ServeFileFS(w, r, assets.Dist(), r.PathValue("file"))
			return nil
		}}
	server, err := web.NewServer(web.Site{Log: log, Metrics: web.NewMetrics(prometheus.NewRegistry()), Clock: s.clock, Identify: people.Identify,
		Caller: func(ctx context.Context) string { return identity.ActorOf(ctx).Person.String() },
		ErrorPage: func(w http.ResponseWriter, r *http.Request, e *errs.Error, _ string) {
			http.Error(w, web.Message(r.Context(), e), web.Status(e.Kind))
		}}, web.APIConfig("Galien", "test"), slices.Concat(people.Routes(), pages.Routes(), []web.Route{asset}))
	must(t, err)
	return server.Handler()
}

// browser is a person's browser without script: cookies, pages, forms.
type browser struct {
	t      *testing.T
	site   *site
	client *http.Client
	doc    *html.Node
	text   string
	path   string // path and query of the page shown
	status int
}

func (s *site) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &browser{t: t, site: s, client: &http.Client{Jar: jar}}
}

// tab opens a second tab of the same browser.
func (b *browser) tab() *browser { return &browser{t: b.t, site: b.site, client: b.client} }

func (b *browser) get(path string) { b.t.Helper(); b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) { b.t.Helper(); b.do(http.MethodPost, path, form) }

func (b *browser) do(method, path string, form url.Values) {
	b.t.Helper()
	b.site.clock.Advance(20 * time.Second)
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site.url+path, strings.NewReader(form.Encode()))
	must(b.t, err)
	r.Header.Set("Accept-Language", "fr")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := b.client.Do(r)
	must(b.t, err)
	body, err := io.ReadAll(answer.Body)
	must(b.t, errors.Join(err, answer.Body.Close()))
	b.text, b.status, b.path = string(body), answer.StatusCode, answer.Request.URL.RequestURI()
	b.doc, err = html.Parse(strings.NewReader(b.text))
	must(b.t, err)
}

// form returns the address and the values of the form that has the given action suffix and holds the given text, as the
// browser would send it before anything is typed.
func (b *browser) form(action, holding string) (string, url.Values) {
	b.t.Helper()
	for n := range b.doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.HasSuffix(attr(n, "action"), action) {
			continue
		}
		var text strings.Builder
		must(b.t, html.Render(&text, n))
		if strings.Contains(text.String(), html.EscapeString(holding)) {
			return attr(n, "action"), values(n)
		}
	}
	b.t.Fatalf("%s: no form to %s with %q in:\n%s", b.path, action, holding, b.text)
	return "", nil
}

// values are what a form sends when its button has no name.
func values(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch {
		case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox"):
			if has(n, "checked") {
				out.Add(name, attr(n, "value"))
			}
		case n.Data == "input":
			out.Add(name, attr(n, "value"))
		case n.Data == "textarea":
			out.Add(name, textOf(n))
		case n.Data == "select":
			out.Add(name, selected(n))
		}
	}
	return out
}

func selected(n *html.Node) string {
	for o := range n.Descendants() {
		if o.Data == "option" && has(o, "selected") {
			return attr(o, "value")
		}
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// find lists the elements of a tag whose attribute has the value; "" asks only that it be there.
func (b *browser) find(tag, name, value string) []*html.Node {
	var out []*html.Node
	for n := range b.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag && has(n, name) && (value == "" || attr(n, name) == value) {
			out = append(out, n)
		}
	}
	return out
}

func (b *browser) shows(text string) bool { return strings.Contains(plain(textOf(b.doc)), plain(text)) }

// plain folds the spaces and apostrophes of French typography.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "’", "'")), " ")
}
