// Package identityweb is the front door of identity: who calls, signing in and out, making and changing an account.
package identityweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// Pages are identity's pages.
type Pages struct {
	Service *identity.Service
	// Page gives the shell of a page: navigation, person, theme.
	Page func(r *http.Request, title string) ui.Page
	// Secure says that people reach the site by HTTPS: cookies are then bound to it.
	Secure bool
	// Demo lists accounts shown on the sign-in page; empty outside a demonstration.
	Demo []DemoAccount
	// Shares shows, on the account page, who may read the person's results.
	Shares func(r *http.Request, a identity.Actor) (Section, error)
}

// DemoAccount is one account per role, shown on the sign-in page of a demonstration.
type DemoAccount struct{ Role, Email, Password string }

// Paths of the pages.
const (
	SignInPath   = "/connexion"
	RegisterPath = "/inscription"
	SignOutPath  = "/deconnexion"
	AccountPath  = "/compte"
)

// Home is where a person arrives after signing in.
const Home = "/"

// Routes are identity's entries in the route table.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + SignInPath, Policy: web.Anyone(), Audit: web.NotAudited("shows an empty form"), Limit: web.Page(), Handler: p.signInForm},
		{Pattern: "POST " + SignInPath, Policy: web.Anyone(), Audit: web.Audited("identity.sign_in"), Limit: web.Arrival(), Handler: p.signIn},
		{Pattern: "GET " + RegisterPath, Policy: web.Anyone(), Audit: web.NotAudited("shows an empty form"), Limit: web.Page(), Handler: p.registerForm},
		{Pattern: "POST " + RegisterPath, Policy: web.Anyone(), Audit: web.Audited("identity.register"), Limit: web.Arrival(), Handler: p.register},
		{Pattern: "POST " + SignOutPath, Policy: Known(), Audit: web.Audited("identity.sign_out"), Limit: web.Form(), Handler: p.signOut},
		{Pattern: "POST " + SignOutPath + "/partout", Policy: Account(), Audit: web.Audited("identity.sign_out_everywhere"), Limit: web.Form(), Handler: p.signOutEverywhere},
		{Pattern: "GET " + AccountPath, Policy: Account(), Audit: web.NotAudited("a person reads their own account"), Limit: web.Page(), Handler: p.accountForm},
		{Pattern: "POST " + AccountPath, Policy: Account(), Audit: web.Audited("identity.change"), Limit: web.Form(), Handler: p.change},
		{Pattern: "POST " + ui.PreferencesPath, Policy: web.Anyone(), Audit: web.NotAudited("theme and language of this device, in cookies"), Limit: web.Arrival(), Handler: p.preferences},
	}
}

// Known is the policy of what needs a person, visitor or not.
func Known() web.Policy {
	return web.Policy{Name: "known", Allow: func(r *http.Request) error {
		if !identity.ActorOf(r.Context()).Known() {
			return errs.New(errs.Unauthenticated, "identity.sign_in_first")
		}
		return nil
	}}
}

// Account is the policy of what needs an account.
func Account() web.Policy {
	return web.Policy{Name: "account", Allow: func(r *http.Request) error {
		if !identity.ActorOf(r.Context()).HasAccount() {
			return errs.New(errs.Unauthenticated, "identity.sign_in_first")
		}
		return nil
	}}
}

// Identify puts the caller and their language in the request's context, and has their sign-in last longer, since they use it.
func (p *Pages) Identify(w http.ResponseWriter, r *http.Request) (context.Context, error) {
	var actor identity.Actor
	if c, err := r.Cookie(p.cookieName()); err == nil {
		if actor, err = p.Service.Identify(r.Context(), identity.Token(c.Value)); err != nil {
			return nil, err
		}
		p.prolong(w, r, actor, c.Value)
	}
	return identity.WithActor(i18n.With(r.Context(), lang(r, actor)), actor), nil
}

// prolong has a sign-in that is used last longer, on the device too. It keeps nobody out and holds up no page: where it fails,
// or the database is slow to write, a later request tries again.
func (p *Pages) prolong(w http.ResponseWriter, r *http.Request, a identity.Actor, token string) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if life, err := p.Service.Prolong(ctx, a); err == nil && life > 0 {
		web.Keep(w, p.cookie(p.cookieName(), token, life, true))
	}
}

// lang is the language chosen on this device, else the account's, else the browser's.
func lang(r *http.Request, a identity.Actor) i18n.Lang {
	if c, err := r.Cookie(langCookie); err == nil && slices.Contains(i18n.Langs(), i18n.Lang(c.Value)) {
		return i18n.Lang(c.Value)
	}
	if a.Lang != "" {
		return a.Lang
	}
	return i18n.Negotiate(r.Header.Get("Accept-Language"))
}

// Theme is the colour scheme chosen on this device.
func Theme(r *http.Request) ui.Theme {
	c, err := r.Cookie(themeCookie)
	if err == nil && (c.Value == string(ui.ThemeLight) || c.Value == string(ui.ThemeDark)) {
		return ui.Theme(c.Value)
	}
	return ui.ThemeAuto
}

const (
	themeCookie = "theme"
	langCookie  = "lang"
	preference  = 365 * 24 * time.Hour
)

// cookieName has the prefix that binds the cookie to this host and to HTTPS (RFC 6265bis §4.1.3.2), where there is HTTPS.
func (p *Pages) cookieName() string {
	if p.Secure {
		return "__Host-galien"
	}
	return "galien"
}

// SetToken gives the device its token.
func (p *Pages) SetToken(w http.ResponseWriter, a identity.Actor, t identity.Token) {
	p.setCookie(w, p.cookieName(), string(t), a.Lifetime(), true)
}

func (p *Pages) setCookie(w http.ResponseWriter, name, value string, life time.Duration, httpOnly bool) {
	http.SetCookie(w, p.cookie(name, value, life, httpOnly))
}

func (p *Pages) cookie(name, value string, life time.Duration, httpOnly bool) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: p.Secure, HttpOnly: httpOnly,
		SameSite: http.SameSiteLaxMode}
}
