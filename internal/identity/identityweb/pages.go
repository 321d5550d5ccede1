package identityweb

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// What the account page says was done, as parameters of its address.
const (
	saved   = "enregistre"
	created = "cree"
)

// Section is a part of the account page that another feature fills. Flash is what its last action did.
type Section struct {
	Content templ.Component
	Flash   []ui.Notice
}

type signInView struct {
	Page   ui.Page
	Email  string
	Return string
	Demo   []DemoAccount
	Work   bool // a visitor's work will be joined to the account
}

type registerView struct {
	Page   ui.Page
	Name   string
	Email  string
	Return string
	Faults ui.Faults
	Work   bool
}

type accountView struct {
	Page    ui.Page
	Account identity.Account
	Name    string
	Lang    i18n.Lang
	Faults  ui.Faults
	Shares  templ.Component
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request) error {
	return p.showSignIn(w, r, http.StatusOK, "", nil)
}

func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request, status int, email string, refused *errs.Error) error {
	v := signInView{Page: p.Page(r, i18n.T(r.Context(), "identity.sign_in.title")), Email: email, Demo: p.Demo,
		Return: web.LocalPath(r.FormValue("retour"), Home), Work: identity.ActorOf(r.Context()).Visitor}
	if refused != nil {
		v.Page.Errors, v.Page.Secret = []ui.FieldError{{ID: "email", Message: web.Message(r.Context(), refused)}}, true
	}
	return web.Render(w, r, status, signInPage(v))
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ctx := r.Context()
	email := r.PostForm.Get("email")
	actor, token, err := p.Service.SignIn(ctx, identity.ActorOf(ctx), web.Network(r), email, r.PostForm.Get("password"))
	if e := errs.As(err); err != nil && (e.Kind == errs.Invalid || e.Kind == errs.TooMany) {
		return p.showSignIn(w, r, web.Status(e.Kind), email, e)
	}
	if err != nil {
		return err
	}
	return p.entered(w, r, actor, token, Home)
}

// withReturn is the address of a form that leads back to a page of this site.
func withReturn(path, back string) string { return path + "?" + url.Values{"retour": {back}}.Encode() }

// entered gives the device its token and goes where the person was going, else to a page of the caller's choice.
func (p *Pages) entered(w http.ResponseWriter, r *http.Request, a identity.Actor, t identity.Token, otherwise string) error {
	p.SetToken(w, a, t)
	back := web.LocalPath(r.PostForm.Get("retour"), Home)
	if back == Home {
		back = otherwise
	}
	return web.Redirect(w, r, back)
}

func (p *Pages) registerForm(w http.ResponseWriter, r *http.Request) error {
	return p.showRegister(w, r, http.StatusOK, identity.Registration{}, nil)
}

func (p *Pages) showRegister(w http.ResponseWriter, r *http.Request, status int, reg identity.Registration, refused *errs.Error) error {
	ctx := r.Context()
	v := registerView{Page: p.Page(r, i18n.T(ctx, "identity.register.title")), Name: reg.Name, Email: reg.Email,
		Return: web.LocalPath(r.FormValue("retour"), Home), Faults: web.Faults(ctx, refused), Work: identity.ActorOf(ctx).Visitor}
	v.Page.Errors, v.Page.Secret = v.Faults.Summary("email"), true
	return web.Render(w, r, status, registerPage(v))
}

func (p *Pages) register(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ctx := r.Context()
	reg := identity.Registration{Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password")}
	actor, token, err := p.Service.Register(ctx, identity.ActorOf(ctx), web.Network(r), reg)
	if e := errs.As(err); err != nil && e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		return p.showRegister(w, r, web.Status(e.Kind), reg, e)
	}
	if err != nil {
		return err
	}
	return p.entered(w, r, actor, token, AccountPath+"?"+created)
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.Service.SignOut(r.Context(), identity.ActorOf(r.Context())); err != nil {
		return err
	}
	p.setCookie(w, p.cookieName(), "", -time.Second, true)
	return web.Redirect(w, r, Home)
}

func (p *Pages) signOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	if err := p.Service.SignOutEverywhere(r.Context(), identity.ActorOf(r.Context())); err != nil {
		return err
	}
	p.setCookie(w, p.cookieName(), "", -time.Second, true)
	return web.Redirect(w, r, SignInPath)
}

func (p *Pages) accountForm(w http.ResponseWriter, r *http.Request) error {
	return p.showAccount(w, r, http.StatusOK, identity.Settings{}, nil)
}

// showAccount shows the account's settings, or those that were refused.
func (p *Pages) showAccount(w http.ResponseWriter, r *http.Request, status int, set identity.Settings, refused *errs.Error) error {
	ctx := r.Context()
	actor := identity.ActorOf(ctx)
	account, err := p.Service.Account(ctx, actor)
	if err != nil {
		return err
	}
	shares, err := p.Shares(r, actor)
	if err != nil {
		return err
	}
	v := accountView{Page: p.Page(r, i18n.T(ctx, "identity.account.title")), Account: account, Name: account.Name, Lang: account.Lang,
		Faults: web.Faults(ctx, refused), Shares: shares.Content}
	if refused != nil {
		v.Name, v.Lang = set.Name, set.Lang
	}
	v.Page.Errors, v.Page.Secret, v.Page.Flash = v.Faults.Summary("name"), true, shares.Flash
	switch done := r.URL.Query(); {
	case done.Has(saved):
		v.Page.Flash = []ui.Notice{{Tone: ui.Success, Text: i18n.T(ctx, "identity.account.saved"), Live: true}}
	case done.Has(created):
		v.Page.Flash = []ui.Notice{{Tone: ui.Success, Text: i18n.T(ctx, "identity.account.created"), Live: true}}
	}
	return web.Render(w, r, status, accountPage(v))
}

func (p *Pages) change(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ctx := r.Context()
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		return errs.New(errs.Invalid, "form.invalid").Cause(err)
	}
	set := identity.Settings{Name: r.PostForm.Get("name"), Lang: i18n.Lang(r.PostForm.Get("lang")),
		CurrentPassword: r.PostForm.Get("current_password"), NewPassword: r.PostForm.Get("password")}
	err = p.Service.Change(ctx, identity.ActorOf(ctx), version, set)
	if e := errs.As(err); err != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.TooMany) {
		return p.showAccount(w, r, web.Status(e.Kind), set, e)
	}
	if err != nil {
		return err
	}
	p.setCookie(w, langCookie, string(set.Lang), preference, false)
	return web.Redirect(w, r, AccountPath+"?"+saved)
}

// preferences keeps the theme and the language of this device.
func (p *Pages) preferences(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if theme := ui.Theme(r.PostForm.Get(ui.PreferenceTheme)); theme == ui.ThemeAuto || theme == ui.ThemeLight || theme == ui.ThemeDark {
		p.setCookie(w, themeCookie, string(theme), preference, false)
	}
	for _, l := range i18n.Langs() {
		if r.PostForm.Get(ui.PreferenceLang) == string(l) {
			p.setCookie(w, langCookie, string(l), preference, false)
		}
	}
	return web.Redirect(w, r, web.LocalPath(r.PostForm.Get(ui.PreferenceReturn), Home))
}
