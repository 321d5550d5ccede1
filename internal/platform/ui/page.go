// Package ui is what a person sees: the shell of every page and the components that pages are made of.
//
// Components are templ functions over typed props; the doc comment of each props struct states its accessibility
// contract, and Gallery shows every component with canned data. The package knows nothing of HTTP: pages hand it
// values, and the language is that of the context (i18n.With).
package ui

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/a-h/templ"

	"galien/internal/platform/i18n"
)

// Theme is the colour scheme a person chose; the zero value follows the machine's setting.
type Theme string

// The themes, as values of the field «theme» posted to PreferencesPath.
const (
	ThemeAuto  Theme = "auto"
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// PreferencesPath receives the forms of the shell by POST: «theme» (auto, light, dark), «lang» (fr, en) or «role»
// (a Role.Value), each with «return», the path to go back to.
const PreferencesPath = "/preferences"

// Names of the fields of the forms posted to PreferencesPath.
const (
	PreferenceTheme  = "theme"
	PreferenceLang   = "lang"
	PreferenceRole   = "role"
	PreferenceReturn = "return"
)

// Page is what the shell needs to know of a page.
//
// Contract: one h1, the Title; landmarks header, nav, main, footer; two skip links; Title is also the <title>,
// preceded by «Erreur :» when Errors is not empty; the language is stated on <html>; the name of the person and the date
// are printed, as the menu that shows the name is not.
type Page struct {
	Title       string       // h1 and title, as plain text
	Lead        string       // one sentence under the h1, or ""
	Lang        i18n.Lang    // language of the page; "" takes that of the context
	Path        string       // path and query of this page, to come back after a preference is saved
	Theme       Theme        // the person's choice
	Nav         []NavItem    // entries of the role, at most MaxNav
	Roles       []Role       // shown when there are at least two
	User        User         // the zero value shows the sign-in link
	Breadcrumb  []Crumb      // the way back, home first, without the page itself
	Flash       []Notice     // results of the action before, announced
	Errors      []FieldError // fields refused: shown before the content, focused by the script
	Secret      bool         // the form refused has a password, which is not sent back: said after Errors
	Service     string       // short name of this installation under the mark, or ""
	SignInPath  string       // "" hides the sign-in link
	SignOutPath string       // "" hides the sign-out button
	Wide        bool         // dense screens use the whole width
	NotDone     bool         // what was asked was not done (sign-in asked first): typed text stays kept
	NoIndex     bool         // keep out of search engines
	At          time.Time    // when it is shown: printed with the name of the person; the zero value prints no date
}

// MaxNav is the number of navigation entries a role may have.
const MaxNav = 7

// NavItem is one entry of the main navigation. Current marks the section the page is in (aria-current).
type NavItem struct {
	Label, Href string
	Current     bool
}

// Role is one of the roles a person may act in. The switcher is a form: each role is a submit button.
type Role struct {
	Value, Label string
	Current      bool
}

// User is the person signed in, as shown in the header.
type User struct {
	Name string // display name, "" when nobody is signed in
	Href string // account page
}

// Crumb is one step of the way back.
type Crumb struct{ Label, Href string }

// Shell renders the document around its children, in the language of the page:
//
//	@ui.Shell(page) { … }
func Shell(page Page) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if page.Lang == "" {
			page.Lang = i18n.From(ctx)
		}
		page.Nav = page.Nav[:min(len(page.Nav), MaxNav)]
		return document(page).Render(i18n.With(ctx, page.Lang), w)
	})
}

func (p Page) documentTitle(ctx context.Context) string {
	title := p.Title + " – " + i18n.T(ctx, "ui.brand")
	if len(p.Errors) > 0 {
		return i18n.T(ctx, "ui.error_prefix") + " " + title
	}
	return title
}

// printed is what paper says above the title: whose page it is, and of which day.
func (p Page) printed(ctx context.Context) string {
	parts := []string{p.User.Name}
	if !p.At.IsZero() {
		parts = append(parts, i18n.Date(ctx, p.At))
	}
	return strings.Trim(strings.Join(parts, " · "), " ·")
}
