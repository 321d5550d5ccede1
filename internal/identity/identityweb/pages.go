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

// What a page says was done, as parameters of its address: saved on the account page, created on any, as registering leads
// back to where the person was.
const (
	saved   = "enregistre"
	created = "cree"
)

// Created is what a page says to who comes from making their account; nothing to others.
func Created(r *http.Request) []ui.Notice {
	if !r.URL.Query().Has(created) || !identity.ActorOf(r.Context()).HasAccount() {
		return nil
	}
	return []ui.Notice{{Tone: ui.Success, Text: i18n.T(r.Context(), "identity.account.created"), Live: true}}
}

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
	Asked  bool // a page that needs an account sent the person here
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

// asked reports whether a page sent somebody here who must sign in before they see it.
func asked(r *http.Request, back string) bool {
	return r.Method == http.MethodGet && back != Home && !identity.ActorOf(r.Context()).HasAccount()
}

func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request, status int, email string, refused *errs.Error) error {
	v := signInView{Page: p.Page(r, i18n.T(r.Context(), "identity.sign_in.title")), Email: email, Demo: p.Demo,
		Return: web.LocalPath(r.FormValue("retour"), Home), Work: identity.ActorOf(r.Context()).Visitor}
	v.Asked = asked(r, v.Return)
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
		web.Refused(w, e)
		return p.showSignIn(w, r, web.Status(e.Kind), email, e)
	}
	if err != nil {
		return err
	}
	p.SetToken(w, actor, token)
	return web.Redirect(w, r, web.LocalPath(r.PostForm.Get("retour"), Home))
}

// withReturn is the address of a form that leads back to a page of this site.
func withReturn(path, back string) string { return path + "?" + url.Values{"retour": {back}}.Encode() }

// arrived is where a person goes who has made an account: back to where they were, else to the account, and is told there.
func arrived(back string) string {
	if back == Home {
		back = AccountPath
	}
	u, err := url.Parse(back)
	if err != nil { // LocalPath let it pass
		return AccountPath
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += created
	return u.String()
}

func (p *Pages) registerForm(w http.ResponseWriter, r *http.Request) error {
	return p.showRegister(w, r, http.StatusOK, identity.Registration{}, nil)
}

func (p *Pages) showRegister(w http.ResponseWriter, r *http.Request, status int, reg identity.Registration, refused *errs.Error) error {
	ctx := r.Context()
	v := registerView{Page: p.Page(r, i18n.T(ctx, "identity.register.title")), Name: reg.Name, Email: reg.Email,
		Return: web.LocalPath(r.FormValue("retour"), Home), Faults: web.Faults(ctx, refused), Work: identity.ActorOf(ctx).Visitor}
	v.Page.Errors, v.Page.Secret = v.Faults.Summary("email", "name", "email", "password"), true
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
		if len(e.Fields) == 0 { // else something was mistyped
			web.Refused(w, e)
		}
		return p.showRegister(w, r, web.Status(e.Kind), reg, e)
	}
	if err != nil {
		return err
	}
	p.SetToken(w, actor, token)
	return web.Redirect(w, r, arrived(web.LocalPath(r.PostForm.Get("retour"), Home)))
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
	v.Page.Errors, v.Page.Secret = v.Faults.Summary("name", "name", "lang", "current_password", "password"), true
	v.Page.Flash = append(Created(r), shares.Flash...)
	if r.URL.Query().Has(saved) {
		v.Page.Flash = []ui.Notice{{Tone: ui.Success, Text: i18n.T(ctx, "identity.account.saved"), Live: true}}
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
		noteGuess(w, e)
		return p.showAccount(w, r, web.Status(e.Kind), set, e)
	}
	if err != nil {
		return err
	}
	p.setCookie(w, langCookie, string(set.Lang), preference, false)
	return web.Redirect(w, r, AccountPath+"?"+saved)
}

// noteGuess logs a refused change that may be a guess at the password, by whoever found the device open.
func noteGuess(w http.ResponseWriter, e *errs.Error) {
	if e.Kind == errs.TooMany {
		web.Refused(w, e)
	}
	for _, f := range e.Fields {
		if f.Code == "identity.password_wrong" {
			web.Refused(w, errs.New(errs.Invalid, f.Code))
		}
	}
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
