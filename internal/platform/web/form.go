package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"galien/internal/platform/errs"
)

// readForm parses the query and, on pages, the form, so that handlers find them in r.Form and r.PostForm. What is not text
// that both databases take is refused here, once.
func readForm(r *http.Request, route Route) error {
	if route.API() || route.Limit.Body == 0 {
		return readable(r.URL.Query())
	}
	var tooLarge *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &tooLarge):
		return err
	case err != nil:
		return errs.New(errs.Invalid, "web.unreadable").Cause(err)
	}
	return readable(r.Form)
}

func readable(form url.Values) error {
	for name, values := range form {
		for _, text := range append(values, name) {
			if !plain(text) {
				return errs.New(errs.Invalid, "web.unreadable")
			}
		}
	}
	return nil
}

// plain reports whether a text is UTF-8 without NUL.
func plain(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }
