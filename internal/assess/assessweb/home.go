package assessweb

import (
	"context"
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
	Length    string         // of a whole positioning, "" when there is none
}

type startView struct {
	Page       ui.Page
	Framework  *framework.Framework
	Scopes     ui.ChoiceProps
	Accessible bool
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := homeView{Page: p.Page(r, i18n.T(ctx, "assess.home.title")), Framework: profile.Framework, About: frameworkweb.Path(profile.Framework, ""),
		Next: stepWords(ctx, profile.Framework, profile.Next), Worked: len(profile.History) > 0, Length: p.lengthOf(ctx, "")}
	v.Page.Lead = i18n.T(ctx, "assess.home.lead")
	if v.Worked {
		v.Page.Title, v.Page.Lead = i18n.T(ctx, "assess.home.back"), ""
		v.Radar = domainRadar(i18n.T(ctx, "assess.chart.domains"), profile)
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

func (p *Pages) startForm(w http.ResponseWriter, r *http.Request) error {
	return p.showStart(w, r, http.StatusOK, assess.Options{Scope: r.URL.Query().Get(fieldScope)}, nil)
}

func (p *Pages) showStart(w http.ResponseWriter, r *http.Request, status int, o assess.Options, refused *errs.Error) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.Actor{})
	if err != nil {
		return err
	}
	v := startView{Page: p.Page(r, i18n.T(ctx, "assess.start.title")), Scopes: p.scopes(ctx, profile.Framework, o.Scope), Accessible: o.Accessible}
	v.Page.Lead = i18n.T(ctx, "assess.start.lead")
	if refused != nil {
		v.Scopes.Error = web.Message(ctx, refused)
		v.Page.Errors = []ui.FieldError{{ID: fieldScope, Message: v.Scopes.Error}}
	}
	return web.Render(w, r, status, startPage(v))
}

// fieldScope is the field of the domain to be positioned on; empty for the whole framework.
const fieldScope = "domaine"

// scopes is the choice of a scope, each with its length.
func (p *Pages) scopes(ctx context.Context, fw *framework.Framework, chosen string) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: fieldScope, Legend: i18n.T(ctx, "assess.start.scope"), Options: []ui.Option{{
		Label: i18n.T(ctx, "assess.scope.whole"), Hint: i18n.T(ctx, "assess.start.whole_hint", "count", len(fw.Domains), "length", p.lengthOf(ctx, "")),
		Chosen: chosen == ""}}}
	for _, d := range fw.Domains {
		c.Options = append(c.Options, ui.Option{Value: d.Code, Content: choiceText(d.Title, fw.Language), Chosen: d.Code == chosen,
			Hint: i18n.T(ctx, "assess.start.domain_hint", "count", len(d.Competencies), "length", p.lengthOf(ctx, d.Code))})
	}
	return c
}

// lengthOf says how long a positioning is; "" where none can be taken, which starting one would explain.
func (p *Pages) lengthOf(ctx context.Context, scope string) string {
	l, err := p.Service.Length(ctx, assess.Options{Scope: scope})
	if err != nil {
		return ""
	}
	return lengthWords(ctx, l)
}

// start opens a positioning. Nobody becomes a visitor here and no earlier: reading pages leaves no person behind, nor does a
// form that is refused.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ctx := r.Context()
	o := assess.Options{Scope: r.PostForm.Get(fieldScope), Accessible: r.PostForm.Get("accessible") != ""}
	if _, err := p.Service.Length(ctx, o); err != nil {
		return p.refuseStart(w, r, o, err)
	}
	actor := identity.ActorOf(ctx)
	if !actor.Known() {
		var err error
		if actor, err = p.Visit(w, r); err != nil {
			return err
		}
	}
	attempt, err := p.Service.Start(ctx, actor, o)
	if err != nil {
		return p.refuseStart(w, r, o, err)
	}
	return web.Redirect(w, r, Path(attempt))
}

// refuseStart shows the form again when another choice would do; other errors go on.
func (p *Pages) refuseStart(w http.ResponseWriter, r *http.Request, o assess.Options, err error) error {
	if e := errs.As(err); e.Kind == errs.Invalid || e.Kind == errs.Conflict {
		return p.showStart(w, r, web.Status(e.Kind), o, e)
	}
	return err
}
