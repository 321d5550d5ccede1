// Package orgweb is the front door of organisations: those of a person, their learners, who may read one's results.
package orgweb

import (
	"net/http"
	"net/url"

	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/org"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// Pages are the organisations' pages.
type Pages struct {
	Service *org.Service
	Page    func(r *http.Request, title string) ui.Page
}

// Paths of the pages.
const (
	ListPath   = "/organisations"
	JoinPath   = "/compte/organisations"
	SharesPath = "/compte/partages"
)

// Path is the address of an organisation.
func Path(o id.ID) string { return ListPath + "/" + o.String() }

// Routes are the organisations' entries in the route table.
func (p *Pages) Routes() []web.Route {
	few, look := web.Form(), web.Page()
	few.PerMinute, look.PerMinute = 10, 10 // codes are not to be guessed
	return []web.Route{
		{Pattern: "GET " + ListPath, Policy: p.National(org.Administrator), Audit: web.NotAudited("organisations are not persons"), Limit: web.Page(), Handler: p.list},
		{Pattern: "POST " + ListPath, Policy: p.National(org.Administrator), Audit: web.Audited("org.create"), Limit: web.Form(), Handler: p.create},
		{Pattern: "GET " + JoinPath, Policy: identityweb.Account(), Audit: web.NotAudited("organisations are not persons"), Limit: look, Handler: p.confirm},
		{Pattern: "POST " + JoinPath, Policy: identityweb.Account(), Audit: web.Audited("org.share"), Limit: few, Handler: p.join},
		{Pattern: "POST " + SharesPath + "/{org}/{share}/fin", Policy: identityweb.Account(), Audit: web.Audited("org.end_share"), Limit: web.Form(), Handler: p.endShare},
	}
}

// Staff is the policy of what an organisation's teachers and administrators may see; {org} is in the path.
func (p *Pages) Staff() web.Policy {
	return web.Policy{Name: "staff", Allow: func(r *http.Request) error {
		o, ok := id.Parse(r.PathValue("org"))
		if !ok {
			return errs.New(errs.NotFound, "org.not_found")
		}
		return p.Service.Require(r.Context(), identity.ActorOf(r.Context()), o, org.Teacher, org.Administrator)
	}}
}

// National is the policy of what needs a role in the national organisation.
func (p *Pages) National(roles ...org.Role) web.Policy {
	name := "national"
	for _, r := range roles {
		name += " " + string(r)
	}
	return web.Policy{Name: name, Allow: func(r *http.Request) error {
		return p.Service.RequireNational(r.Context(), identity.ActorOf(r.Context()), roles...)
	}}
}

type listView struct {
	Page          ui.Page
	Organisations []org.Listed
	Name          string
	Kind          org.Kind
	Faults        ui.Faults
}

// joinView is the form for a code, refused or not yet filled.
type joinView struct{ Code, Fault string }

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.showList(w, r, http.StatusOK, listView{Kind: org.School})
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request, status int, v listView) error {
	var err error
	if v.Organisations, err = p.Service.List(r.Context(), identity.ActorOf(r.Context())); err != nil {
		return err
	}
	v.Page = p.Page(r, i18n.T(r.Context(), "org.list.title"))
	v.Page.Errors = v.Faults.Summary("name", "name", "kind")
	return web.Render(w, r, status, listPage(v))
}

func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	kind, name := org.Kind(r.PostForm.Get("kind")), r.PostForm.Get("name")
	_, err := p.Service.Create(r.Context(), identity.ActorOf(r.Context()), kind, name)
	if e := errs.As(err); errs.Is(err, errs.Invalid) {
		return p.showList(w, r, http.StatusUnprocessableEntity, listView{Name: name, Kind: kind, Faults: web.Faults(r.Context(), e)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, ListPath)
}

// confirm says whose code was entered, what that organisation would read and until when, and asks for the person's agreement.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	code := r.URL.Query().Get("code")
	invitation, err := p.Service.Invitation(ctx, identity.ActorOf(ctx), code)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return p.refuseJoin(w, r, code, errs.As(err))
	}
	if err != nil {
		return err
	}
	page := p.Page(r, i18n.T(ctx, "org.join.confirm_title", "name", invitation.Name))
	page.Breadcrumb = []ui.Crumb{{Label: i18n.T(ctx, "identity.account.title"), Href: identityweb.AccountPath}}
	return web.Render(w, r, http.StatusOK, confirmPage(page, invitation))
}

func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	code := r.PostForm.Get("code")
	done, err := p.Service.Join(r.Context(), identity.ActorOf(r.Context()), code)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return p.refuseJoin(w, r, code, errs.As(err))
	}
	if err != nil {
		return err
	}
	what := joined
	if done.Again {
		what = again
	}
	return web.Redirect(w, r, identityweb.AccountPath+"?"+url.Values{what: {done.ID.String()}}.Encode())
}

// refuseJoin shows the join form alone, with what was typed and why it was refused.
func (p *Pages) refuseJoin(w http.ResponseWriter, r *http.Request, code string, e *errs.Error) error {
	page := p.Page(r, i18n.T(r.Context(), "org.join.title"))
	faults := web.Faults(r.Context(), e)
	message := faults["code"] + faults[""]
	page.Errors = []ui.FieldError{{ID: "code", Message: message}}
	return web.Render(w, r, web.Status(e.Kind), joinPage(page, joinView{code, message}))
}

func (p *Pages) endShare(w http.ResponseWriter, r *http.Request) error {
	o, ok1 := id.Parse(r.PathValue("org"))
	share, ok2 := id.Parse(r.PathValue("share"))
	if !ok1 || !ok2 {
		return errs.New(errs.NotFound, "org.share_not_found")
	}
	if err := p.Service.EndShare(r.Context(), identity.ActorOf(r.Context()), o, share); err != nil {
		return err
	}
	return web.Redirect(w, r, identityweb.AccountPath+"?"+ended)
}

// What the account page says was done, as parameters of its address; the first two hold the organisation.
const (
	joined = "rejoint"
	again  = "repris"
	ended  = "arrete"
)

// Shares is the part of the account page about organisations and who may read one's results.
func (p *Pages) Shares(r *http.Request, a identity.Actor) (identityweb.Section, error) {
	ctx := r.Context()
	shares, err := p.Service.Shares(ctx, a)
	if err != nil {
		return identityweb.Section{}, err
	}
	unshared, err := p.Service.Unshared(ctx, a)
	return identityweb.Section{Content: sharesSection(shares, unshared), Flash: done(r, shares)}, err
}

// done says what was done, and with whom where that share is in force.
func done(r *http.Request, shares []org.Share) []ui.Notice {
	ctx, q := r.Context(), r.URL.Query()
	say := func(text string) []ui.Notice { return []ui.Notice{{Tone: ui.Success, Text: text, Live: true}} }
	if q.Has(ended) {
		return say(i18n.T(ctx, "org.shares.ended"))
	}
	for _, s := range shares {
		until := date(ctx, s.EndsAt)
		switch s.OrgID.String() {
		case q.Get(joined):
			return say(i18n.T(ctx, "org.join.done", "name", s.OrgName, "date", until))
		case q.Get(again):
			return say(i18n.T(ctx, "org.join.again", "name", s.OrgName, "date", until))
		}
	}
	return nil
}
