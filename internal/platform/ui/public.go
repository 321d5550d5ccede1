package ui

import (
	"context"
	"strconv"

	"galien/internal/platform/i18n"
)

// Paths of the pages that a public service shows, linked from every footer.
const (
	PathHelp          = "/aide"
	PathSiteMap       = "/plan-du-site"
	PathAccessibility = "/accessibilite"
	PathLegal         = "/mentions-legales"
	PathPrivacy       = "/donnees-personnelles"
	PathCookies       = "/cookies"
	PathStatus        = "/etat-du-service"
	PathEcoDesign     = "/eco-conception"
	PathSource        = "/code-source"
	PathVersions      = "/versions"
	PathSecurityTxt   = "/.well-known/security.txt"
)

// Link is a text and its address.
type Link struct{ Label, Href string }

// PublicLinks returns the links of the footer in the language of ctx. The accessibility link states the conformity,
// as article 4 of the decree 2019-768 of 24 July 2019 wants on every page.
func PublicLinks(ctx context.Context) []Link {
	return []Link{
		{i18n.T(ctx, "pages.help.title"), PathHelp},
		{i18n.T(ctx, "pages.site_map.title"), PathSiteMap},
		{i18n.T(ctx, "pages.accessibility.footer"), PathAccessibility},
		{i18n.T(ctx, "pages.legal.title"), PathLegal},
		{i18n.T(ctx, "pages.privacy.title"), PathPrivacy},
		{i18n.T(ctx, "pages.cookies.title"), PathCookies},
		{i18n.T(ctx, "pages.status.title"), PathStatus},
		{i18n.T(ctx, "pages.eco_design.title"), PathEcoDesign},
		{i18n.T(ctx, "pages.source.title"), PathSource},
		{i18n.T(ctx, "pages.versions.title"), PathVersions},
	}
}

func themes(ctx context.Context) []Option {
	return []Option{
		{Value: string(ThemeAuto), Label: i18n.T(ctx, "ui.theme_auto")},
		{Value: string(ThemeLight), Label: i18n.T(ctx, "ui.theme_light")},
		{Value: string(ThemeDark), Label: i18n.T(ctx, "ui.theme_dark")},
	}
}

func pressed(on bool) string { return strconv.FormatBool(on) }

func (p Page) hasMenu() bool {
	return len(p.Nav) > 0 || len(p.Roles) > 1 || p.User.Name != "" || p.SignInPath != ""
}

// role returns the label of the role the person acts in.
func (p Page) role() string {
	for _, role := range p.Roles {
		if role.Current {
			return role.Label
		}
	}
	return "–"
}
