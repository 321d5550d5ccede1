// Package frameworkweb is the front door of frameworks: pages to browse them, and the API to read them.
package frameworkweb

import (
	"context"
	"net/http"
	"slices"

	"galien/internal/framework"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// Pages are the frameworks' pages.
type Pages struct {
	Service *framework.Service
	Page    func(r *http.Request, title string) ui.Page
}

// ListPath lists the frameworks.
const ListPath = "/referentiels"

// Path is the address of a framework version, and of one of its domains when domain is not empty.
func Path(f *framework.Framework, domain string) string {
	path := ListPath + "/" + f.Code + "/" + f.Version
	if domain != "" {
		path += "/domaines/" + domain
	}
	return path
}

const public = "frameworks are public and hold no personal data"

// Routes are the frameworks' entries in the route table.
func (p *Pages) Routes() []web.Route {
	route := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: web.Anyone(), Audit: web.NotAudited(public), Limit: web.Page(), Handler: h}
	}
	return append([]web.Route{
		route("GET "+ListPath, p.list),
		route("GET "+ListPath+"/{framework}/{version}", p.show),
		route("GET "+ListPath+"/{framework}/{version}/domaines/{domain}", p.domain),
	}, p.operations()...)
}

type listView struct {
	Page       ui.Page
	Frameworks []*framework.Framework
}

type frameworkView struct {
	Page      ui.Page
	Framework *framework.Framework
}

type domainView struct {
	Page      ui.Page
	Framework *framework.Framework
	Domain    framework.Domain
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Service.List(r.Context())
	if err != nil {
		return err
	}
	for i, f := range all {
		all[i] = typeset(f)
	}
	return web.Render(w, r, http.StatusOK, listPage(listView{p.Page(r, i18n.T(r.Context(), "framework.list.title")), all}))
}

func (p *Pages) find(r *http.Request) (*framework.Framework, error) {
	f, err := p.Service.Get(r.Context(), r.PathValue("framework"), r.PathValue("version"))
	if err != nil {
		return nil, err
	}
	return typeset(f), nil
}

// typeset is a copy of a French framework with no-break spaces and curly apostrophes in what is read; others stay as they
// are.
func typeset(f *framework.Framework) *framework.Framework {
	if f.Language != string(i18n.French) {
		return f
	}
	set := *f
	set.Title, set.Publisher, set.Note = i18n.Typography(f.Title), i18n.Typography(f.Publisher), i18n.Typography(f.Note)
	set.Domains = slices.Clone(f.Domains)
	for i := range set.Domains {
		d := &set.Domains[i]
		d.Title, d.Competencies = i18n.Typography(d.Title), slices.Clone(d.Competencies)
		for k := range d.Competencies {
			c := &d.Competencies[k]
			c.Title, c.Capacities = i18n.Typography(c.Title), slices.Clone(c.Capacities)
			for n := range c.Capacities {
				c.Capacities[n].Text = i18n.Typography(c.Capacities[n].Text)
			}
		}
	}
	return &set
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	f, err := p.find(r)
	if err != nil {
		return err
	}
	page := p.Page(r, f.Title)
	page.Breadcrumb = crumbs(r.Context(), nil)
	return web.Render(w, r, http.StatusOK, frameworkPage(frameworkView{page, f}))
}

func (p *Pages) domain(w http.ResponseWriter, r *http.Request) error {
	f, err := p.find(r)
	if err != nil {
		return err
	}
	d, ok := f.Domain(r.PathValue("domain"))
	if !ok {
		return errs.New(errs.NotFound, "web.not_found")
	}
	page := p.Page(r, d.Code+". "+d.Title)
	page.Breadcrumb = crumbs(r.Context(), f)
	return web.Render(w, r, http.StatusOK, domainPage(domainView{page, f, d}))
}

func crumbs(ctx context.Context, f *framework.Framework) []ui.Crumb {
	out := []ui.Crumb{{Label: i18n.T(ctx, "framework.list.title"), Href: ListPath}}
	if f != nil {
		out = append(out, ui.Crumb{Label: f.Title, Href: Path(f, "")})
	}
	return out
}
