package ui

import (
	"context"

	"galien/internal/platform/i18n"
)

// ErrorTitle returns the title of the error page of a kind (errs.Kind as a string): the Page.Title around it.
func ErrorTitle(ctx context.Context, kind string) string {
	return i18n.T(ctx, "error.kind."+kind)
}

// ErrorProps fills the error page of a kind. message says what happened when the error has its own words, "" takes
// those of the kind; reference is shown for internal errors only by the caller's choice, "" leaves it out.
func ErrorProps(ctx context.Context, kind string, status int, message, reference string) ErrorPageProps {
	return ErrorPageProps{
		Status:    status,
		Title:     ErrorTitle(ctx, kind),
		What:      firstOf(message, i18n.T(ctx, "error.what."+kind)),
		Do:        i18n.T(ctx, "error.do."+kind),
		Safe:      i18n.T(ctx, "error.safe."+kind),
		Reference: reference,
		Home:      LinkProps{Label: i18n.T(ctx, "ui.home"), Href: "/"},
	}
}
