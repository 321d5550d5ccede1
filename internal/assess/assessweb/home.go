package assessweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/framework/frameworkweb"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/org/orgweb"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
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
	Before    []string       // what to know before starting
	Places    []ui.CardProps // where the reader works
}

type startView struct {
	Page       ui.Page
	Framework  *framework.Framework
	Scopes     ui.ChoiceProps
	Accessible bool
	Before     []string // what to know before starting
}

// openView offers to resume the positioning that is open, or to end it for what was asked.
type openView struct {
	Page    ui.Page
	Open    assess.Attempt
	Asked   assess.Options
	What    string // is open
	Restart string // label of ending it
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := homeView{Page: p.Page(r, i18n.T(ctx, "assess.home.title")), Framework: profile.Framework, About: frameworkweb.Path(profile.Framework, ""),
		Next: stepWords(ctx, profile.Framework, profile.Next), Worked: len(profile.History) > 0, Length: p.lengthOf(ctx, "")}
	if v.Places, err = p.places(r); err != nil {
		return err
	}
	if v.Before, err = p.before(ctx); err != nil {
		return err
	}
	v.Page.Lead = i18n.T(ctx, "assess.home.lead")
	if v.Worked {
		v.Page.Title, v.Page.Lead = i18n.T(ctx, "assess.home.back"), ""
		v.Radar = domainRadar(i18n.T(ctx, "assess.chart.domains"), profile)
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

// places are the organisations where the reader works, each leading to its learners; the national one, to all organisations.
func (p *Pages) places(r *http.Request) ([]ui.CardProps, error) {
	ctx := r.Context()
	all, err := p.Orgs.Places(ctx, identity.ActorOf(ctx))
	var out []ui.CardProps
	for _, o := range all {
		card := ui.CardProps{Title: o.Name, Href: orgweb.Path(o.OrgID), Meta: i18n.T(ctx, "org.learners.lead", "count", o.Learners)}
		if o.Kind == org.National && o.Role == org.Administrator {
			card.Href, card.Meta = orgweb.ListPath, i18n.T(ctx, "assess.home.organisations", "count", o.Organisations)
		}
		out = append(out, card)
	}
	return out, err
}

// before is what to know before starting: for how long work without an account is kept, and the language of the questions where
// it is not the page's.
func (p *Pages) before(ctx context.Context) ([]string, error) {
	var out []string
	if !identity.ActorOf(ctx).HasAccount() {
		out = append(out, i18n.T(ctx, "assess.start.kept"))
	}
	lang, err := p.Service.Language(ctx)
	if err == nil && lang != string(i18n.From(ctx)) && slices.Contains(i18n.Langs(), i18n.Lang(lang)) {
		out = append(out, i18n.T(ctx, "assess.start.in_"+lang))
	}
	return out, err
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
	if v.Before, err = p.before(ctx); err != nil {
		return err
	}
	v.Page.Lead = i18n.T(ctx, "assess.start.lead")
	if refused != nil {
		v.Scopes.Error = web.Message(ctx, refused)
		v.Page.Errors = []ui.FieldError{{ID: fieldScope, Message: v.Scopes.Error}}
	}
	return web.Render(w, r, status, startPage(v))
}

// fieldScope is the field of the domain to be positioned on; empty for the whole framework. fieldRestart ends the one that is
// open with another choice of questions.
const (
	fieldScope   = "domaine"
	fieldRestart = "recommencer"
)

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
	o := assess.Options{Scope: r.PostForm.Get(fieldScope), Accessible: r.PostForm.Get("accessible") != "", Restart: r.PostForm.Get(fieldRestart) != ""}
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

// refuseStart shows the form again when another choice would do, or the choice that an open positioning leaves; other errors
// go on.
func (p *Pages) refuseStart(w http.ResponseWriter, r *http.Request, o assess.Options, err error) error {
	if errs.HasCode(err, "assess.open_otherwise") {
		return p.showOpen(w, r, o)
	}
	if e := errs.As(err); e.Kind == errs.Invalid || e.Kind == errs.Conflict {
		return p.showStart(w, r, web.Status(e.Kind), o, e)
	}
	return err
}

func (p *Pages) showOpen(w http.ResponseWriter, r *http.Request, o assess.Options) error {
	ctx := r.Context()
	open, err := p.Service.OpenOtherwise(ctx, identity.ActorOf(ctx), o)
	if err != nil {
		return err
	}
	if open.ID == id.Nil { // ended meanwhile, in another window
		return web.Redirect(w, r, StartPath)
	}
	v := openView{Page: p.Page(r, i18n.T(ctx, "assess.start.open")), Open: open, Asked: o}
	date := i18n.DateTime(ctx, time.UnixMicro(open.StartedAt))
	v.What, v.Restart = i18n.T(ctx, "assess.start.open_accessible", "date", date), i18n.T(ctx, "assess.start.restart")
	if o.Accessible {
		v.What, v.Restart = i18n.T(ctx, "assess.start.open_all", "date", date), i18n.T(ctx, "assess.start.restart_accessible")
	}
	return web.Render(w, r, http.StatusConflict, openPage(v))
}
