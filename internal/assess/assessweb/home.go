package assessweb

import (
	"net/http"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/framework/frameworkweb"
	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type homeView struct {
	Page      ui.Page
	Framework *framework.Framework
	About     string // address of the framework's page
	Next      nextStep
	Radar     *ui.RadarProps // nil while nothing is measured
	Worked    bool           // there is at least one attempt
}

type startView struct {
	Page       ui.Page
	Framework  *framework.Framework
	Scope      string
	Accessible bool
	Faults     ui.Faults
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := homeView{Page: p.Page(r, i18n.T(ctx, "assess.home.title")), Framework: profile.Framework, About: frameworkweb.Path(profile.Framework, ""),
		Next: stepWords(ctx, profile.Framework, profile.Next), Worked: len(profile.History) > 0}
	v.Page.Lead = i18n.T(ctx, "assess.home.lead")
	if v.Worked {
		v.Page.Title, v.Page.Lead = i18n.T(ctx, "assess.home.back"), ""
		v.Radar = domainRadar(ctx, profile)
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

func (p *Pages) startForm(w http.ResponseWriter, r *http.Request) error {
	return p.showStart(w, r, http.StatusOK, assess.Options{Scope: r.URL.Query().Get("domaine")}, nil)
}

func (p *Pages) showStart(w http.ResponseWriter, r *http.Request, status int, o assess.Options, refused *errs.Error) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.Actor{})
	if err != nil {
		return err
	}
	v := startView{Page: p.Page(r, i18n.T(ctx, "assess.start.title")), Framework: profile.Framework, Scope: o.Scope, Accessible: o.Accessible,
		Faults: web.Faults(ctx, refused)}
	v.Page.Lead = i18n.T(ctx, "assess.start.lead")
	v.Page.Errors = v.Faults.Summary("domaine")
	return web.Render(w, r, status, startPage(v))
}

// start opens a positioning. Nobody becomes a visitor here and no earlier: reading pages leaves no person behind.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ctx := r.Context()
	o := assess.Options{Scope: r.PostForm.Get("domaine"), Accessible: r.PostForm.Get("accessible") != ""}
	actor := identity.ActorOf(ctx)
	if !actor.Known() {
		var err error
		if actor, err = p.Visit(w, r); err != nil {
			return err
		}
	}
	attempt, err := p.Service.Start(ctx, actor, o)
	if e := errs.As(err); err != nil && (e.Kind == errs.Conflict || errs.HasCode(err, "assess.scope_unknown")) {
		return p.showStart(w, r, web.Status(e.Kind), o, e)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, Path(attempt))
}
