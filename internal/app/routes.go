package app

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"galien/assets"
	"galien/internal/assess/assessweb"
	"galien/internal/framework/frameworkweb"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/org/orgweb"
	"galien/internal/platform/errs"
	"galien/internal/platform/ui"
	"galien/internal/platform/ui/pages"
	"galien/internal/platform/web"
	"galien/internal/study/studyweb"
)

// Routes is the one route table: all that the site answers.
func (a *App) Routes() []web.Route {
	orgs := &orgweb.Pages{Service: a.Orgs, Page: a.page}
	people := &identityweb.Pages{Service: a.Identity, Page: a.page, Secure: a.Config.secure(), Demo: a.Config.Demo, Shares: orgs.Shares}
	attempts := &assessweb.Pages{Service: a.Assess, Orgs: a.Orgs, Page: a.page, Staff: orgs.Staff(),
		Visit: func(w http.ResponseWriter, r *http.Request) (identity.Actor, error) {
			actor, token, err := a.Identity.Visit(r.Context())
			if err == nil {
				people.SetToken(w, actor, token)
			}
			return actor, err
		}}
	frameworks := &frameworkweb.Pages{Service: a.Frameworks, Page: a.page}
	studies := &studyweb.Pages{Service: a.Studies, Page: a.page}
	return slices.Concat(people.Routes(), orgs.Routes(), frameworks.Routes(), attempts.Routes(), studies.Routes(), a.publicRoutes(), a.operationRoutes())
}

func (a *App) newServer() (*web.Server, error) {
	people := &identityweb.Pages{Service: a.Identity, Secure: a.Config.secure()}
	site := web.Site{Log: a.Config.Log, Metrics: web.NewMetrics(a.registry), Clock: a.Config.Clock, Identify: people.Identify,
		Caller: caller, ErrorPage: a.errorPage, SignIn: identityweb.SignInPath, Secure: a.Config.secure(), Origin: a.Config.origin(),
		Proxies: a.Config.proxies}
	huma.NewError = web.ProblemOfHuma
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), a.ledgerLag())
	return web.NewServer(site, web.APIConfig("Galien", Version), a.Routes())
}

func caller(ctx context.Context) string {
	if a := identity.ActorOf(ctx); a.Known() {
		return a.Person.String()
	}
	return ""
}

const noPerson = "no personal data"

func public(pattern string, h web.Handler) web.Route {
	return web.Route{Pattern: pattern, Policy: web.Anyone(), Audit: web.NotAudited(noPerson), Limit: web.Page(), Handler: h}
}

// publicRoutes are the pages that a public service shows, the assets and the API's description.
func (a *App) publicRoutes() []web.Route {
	prose := map[string]pages.Slug{ui.PathHelp: pages.Help, ui.PathAccessibility: pages.Accessibility, ui.PathLegal: pages.Legal,
		ui.PathPrivacy: pages.Privacy, ui.PathCookies: pages.Cookies, ui.PathEcoDesign: pages.EcoDesign, ui.PathSource: pages.Source}
	var routes []web.Route
	for path, slug := range prose {
		routes = append(routes, public("GET "+path, a.prose(slug)))
	}
	many := web.Page()
	many.PerMinute = 3000
	assetRoute := public("GET "+assets.Prefix+"{file}", a.asset)
	assetRoute.Limit = many
	return append(routes,
		public("GET "+ui.PathSiteMap, a.siteMap),
		public("GET "+ui.PathStatus, a.status),
		public("GET "+ui.PathVersions, a.versions),
		public("GET "+ui.PathSecurityTxt, a.securityTxt),
		public("GET /composants", a.gallery),
		public("GET /favicon.ico", a.favicon),
		public("GET /robots.txt", a.robots),
		public("GET /api/v1/openapi.json", a.openAPI),
		assetRoute)
}

func (a *App) asset(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	if _, err := fs.Stat(assets.Dist(), name); err != nil || name == "manifest.json" {
		return errs.New(errs.NotFound, "web.not_found")
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, assets.Dist(), name)
	return nil
}

func (a *App) favicon(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, assets.URL("favicon.svg"), http.StatusFound)
	return nil
}

func (a *App) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("User-agent: *\nDisallow: /epreuves/\nDisallow: /compte\nDisallow: /organisations\nDisallow: /etudes\n"))
	return err
}

func (a *App) openAPI(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(a.server.OpenAPI())
}
