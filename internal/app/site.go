package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"galien/internal/assess/assessweb"
	"galien/internal/framework/frameworkweb"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/org"
	"galien/internal/org/orgweb"
	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/migrate"
	"galien/internal/platform/ui"
	"galien/internal/platform/ui/pages"
	"galien/internal/platform/web"
	"galien/internal/study/studyweb"
)

// page is the shell of a page for whoever asks: their navigation, their name, their theme.
func (a *App) page(r *http.Request, title string) ui.Page {
	ctx := r.Context()
	actor := identity.ActorOf(ctx)
	p := ui.Page{Title: title, Lang: i18n.From(ctx), Path: r.URL.RequestURI(), Theme: identityweb.Theme(r),
		Service: a.Config.Operator.Name, At: a.Config.Clock.Now(), SignInPath: identityweb.SignInPath, NoIndex: actor.Known()}
	if r.Method != http.MethodGet {
		p.Path = identityweb.Home
	}
	if actor.HasAccount() {
		p.User = ui.User{Name: actor.Name, Href: identityweb.AccountPath}
		p.SignInPath, p.SignOutPath = "", identityweb.SignOutPath
	}
	p.Nav = a.navigation(ctx, actor, r.URL.Path)
	p.Flash = identityweb.Created(r)
	return p
}

// navigation lists the entries of the actor's roles, at most seven.
func (a *App) navigation(ctx context.Context, actor identity.Actor, path string) []ui.NavItem {
	item := func(key, href string) ui.NavItem {
		current := path == href || href != "/" && strings.HasPrefix(path, href+"/")
		return ui.NavItem{Label: i18n.T(ctx, key), Href: href, Current: current}
	}
	nav := []ui.NavItem{item("nav.home", identityweb.Home)}
	if actor.Known() {
		nav = append(nav, item("nav.competencies", assessweb.ProfilePath), item("nav.attempts", assessweb.HistoryPath))
	}
	nav = append(nav, item("nav.positioning", assessweb.StartPath), item("nav.frameworks", frameworkweb.ListPath))
	memberships, err := a.Orgs.Memberships(ctx, actor)
	if err != nil {
		a.Config.Log.Warn("navigation without roles", "err", err)
	}
	seen := map[string]bool{}
	for _, m := range memberships {
		entry, ok := roleEntry(ctx, m, item)
		if ok && !seen[entry.Href] && len(nav) < ui.MaxNav {
			seen[entry.Href] = true
			nav = append(nav, entry)
		}
	}
	return nav
}

// roleEntry is where a role works, if it has a place of its own.
func roleEntry(ctx context.Context, m org.Membership, item func(key, href string) ui.NavItem) (ui.NavItem, bool) {
	switch {
	case m.Kind == org.National && m.Role == org.Administrator:
		return item("nav.organisations", orgweb.ListPath), true
	case m.Kind == org.National && m.Role == org.Psychometrician:
		return item("nav.studies", studyweb.ListPath), true
	case m.Role == org.Teacher || m.Role == org.Administrator:
		entry := item("nav.organisation", orgweb.Path(m.OrgID))
		entry.Label = m.OrgName
		return entry, true
	}
	return ui.NavItem{}, false
}

// errorPage says what happened, what to do and whether one's work is safe.
func (a *App) errorPage(w http.ResponseWriter, r *http.Request, e *errs.Error, ref string) {
	ctx := r.Context()
	kind := web.Words(e)
	page := a.page(r, ui.ErrorTitle(ctx, kind))
	page.NoIndex = true
	if e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		ref = ""
	}
	props := ui.ErrorProps(ctx, kind, web.Status(e.Kind), web.Message(ctx, e), ref)
	if err := web.Render(w, r, web.Status(e.Kind), errorDocument(page, props)); err != nil {
		a.Config.Log.Error("the error page cannot be rendered", "err", err)
		http.Error(w, "Galien", http.StatusInternalServerError)
	}
}

func (a *App) prose(slug pages.Slug) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		title, lead := pages.Heading(r.Context(), slug)
		return web.Render(w, r, http.StatusOK, shell(a.titled(r, title, lead), pages.Prose(slug, a.Config.Operator)))
	}
}

func (a *App) titled(r *http.Request, title, lead string) ui.Page {
	p := a.page(r, title)
	p.Lead = lead
	return p
}

func (a *App) siteMap(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	title, lead := pages.SiteMapHeading(ctx)
	main := pages.LinkGroup{Title: i18n.T(ctx, "nav.title")}
	actor := identity.ActorOf(ctx)
	for _, n := range a.navigation(ctx, actor, "") {
		main.Links = append(main.Links, ui.Link{Label: n.Label, Href: n.Href})
	}
	if actor.HasAccount() {
		main.Links = append(main.Links, ui.Link{Label: i18n.T(ctx, "identity.account.title"), Href: identityweb.AccountPath})
	} else {
		main.Links = append(main.Links, ui.Link{Label: i18n.T(ctx, "identity.sign_in.title"), Href: identityweb.SignInPath},
			ui.Link{Label: i18n.T(ctx, "identity.register.title"), Href: identityweb.RegisterPath})
	}
	return web.Render(w, r, http.StatusOK, shell(a.titled(r, title, lead), pages.SiteMap([]pages.LinkGroup{main,
		{Title: i18n.T(ctx, "nav.about"), Links: ui.PublicLinks(ctx)}})))
}

// status shows how the parts work now, measured while the page is made.
func (a *App) status(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	title, lead := pages.StatusHeading(ctx)
	now := a.Config.Clock.Now()
	watch := clock.Start()
	state := func(err error) pages.State {
		switch {
		case err != nil:
			return pages.Down
		case watch.Elapsed() > time.Second:
			return pages.Slow
		}
		return pages.Works
	}
	parts := []pages.Part{{Name: i18n.T(ctx, "pages.status.database"), State: state(a.DB.Ping(ctx))}}
	lag, err := a.Audit.Lag(ctx)
	ledger := state(err)
	if err == nil && lag.Oldest > time.Minute {
		ledger = pages.Slow
	}
	parts = append(parts, pages.Part{Name: i18n.T(ctx, "pages.status.ledger"), State: ledger})
	return web.Render(w, r, http.StatusOK, shell(a.titled(r, title, lead), pages.Status(parts, now)))
}

func (a *App) versions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	title, lead := pages.VersionsHeading(ctx)
	status, err := migrate.Check(ctx, a.DB)
	if err != nil {
		return err
	}
	published, err := a.Items.Current(ctx)
	if err != nil {
		return err
	}
	pairs := []ui.Pair{
		{Term: i18n.T(ctx, "pages.versions.program"), Text: Version},
		{Term: i18n.T(ctx, "pages.versions.schema"), Text: i18n.Number(ctx, float64(status.Have), 0)},
		{Term: i18n.T(ctx, "pages.versions.framework"), Text: published.Framework.Name()},
		{Term: i18n.T(ctx, "pages.versions.bank"), Text: published.Release.Manifest.Bank + " " + published.Release.SHA256[:12]},
	}
	return web.Render(w, r, http.StatusOK, shell(a.titled(r, title, lead), pages.Versions(pairs)))
}

func (a *App) securityTxt(w http.ResponseWriter, r *http.Request) error {
	text, ok := pages.SecurityTxt(a.Config.Operator, a.Config.Clock.Now().AddDate(0, 11, 0))
	if !ok {
		return errs.New(errs.NotFound, "web.not_found")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte(text))
	return err
}

func (a *App) gallery(w http.ResponseWriter, r *http.Request) error {
	page := a.page(r, i18n.T(r.Context(), "ui.gallery.title"))
	page.NoIndex = true
	return web.Render(w, r, http.StatusOK, ui.Gallery(page))
}
