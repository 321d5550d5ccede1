package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"galien/internal/platform/errs"
)

// Status is the HTTP status of an error's kind.
func Status(kind errs.Kind) int {
	switch kind {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict:
		return http.StatusConflict
	case errs.TooMany:
		return http.StatusTooManyRequests
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	case errs.Method:
		return http.StatusMethodNotAllowed
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// Render answers with a page. The component is rendered to memory first, so that a failure is an error page and not
// half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	buffer := templ.GetBuffer()
	defer templ.ReleaseBuffer(buffer)
	if err := page.Render(r.Context(), buffer); err != nil {
		return errs.Wrap(err, "render")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(buffer.Bytes()) // to a caller who has left, nobody is there to be told
	return nil
}

// Redirect answers a successful POST: the browser fetches the next page by GET.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// LocalPath returns target when it is a path on this site, else fallback: a `retour` parameter must not lead elsewhere.
// Browsers take a backslash for a slash and drop line breaks and tabs (WHATWG URL §4.4): none is allowed.
func LocalPath(target, fallback string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(target, "/") || strings.Contains(u.Path, "//") ||
		strings.Contains(u.Path, "\\") || strings.ContainsFunc(target, unprintable) {
		return fallback
	}
	return target
}

func unprintable(r rune) bool {
	return r == '\\' || unicode.IsControl(r) || r == unicode.ReplacementChar
}

// fail renders an error: a problem document for the API, the way to sign in, or an error page.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := asError(r.Context(), err)
	rec := recorderOf(w)
	ref := s.failed(w.Header(), rec, e)
	switch {
	case rec.status != 0: // the answer has begun: nothing can be added to it
	case strings.HasPrefix(r.URL.Path, "/api/"):
		writeProblem(w, ProblemOf(r.Context(), e, ref))
	case e.Kind == errs.Unauthenticated && (r.Method == http.MethodGet || r.Method == http.MethodHead) && s.site.SignIn != "":
		http.Redirect(w, r, s.site.SignIn+"?retour="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		s.site.ErrorPage(w, r, e, ref)
	}
}

// How long a caller is asked to wait, in seconds, where nothing better is known.
const (
	retryUnavailable = "5"
	retryTooMany     = "60"
)

// Refused notes in the log a refusal that says something of an attack, and that the handler shows by itself: an account's form
// with its message. The log holds the code and the error's cause, which must name nobody.
func Refused(w http.ResponseWriter, e *errs.Error) {
	rec, cause := recorderOf(w), ""
	if e.Err != nil {
		cause = e.Err.Error()
	}
	rec.log.Info("refused", "ref", rec.ref, "route", rec.route, "code", e.Code, "cause", cause)
	if e.Kind == errs.TooMany && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", retryTooMany)
	}
}

// failed notes an error, in the log when it is ours to mend and in Retry-After when trying again helps, and returns its
// reference.
func (s *Server) failed(h http.Header, rec *recorder, e *errs.Error) (ref string) {
	switch {
	case e.Kind == errs.Internal:
		s.site.Log.Error("internal error", "ref", rec.ref, "route", rec.route, "code", e.Code, "err", fmt.Sprint(e.Err))
	case e.Kind == errs.Unavailable:
		s.site.Log.Warn("unavailable", "ref", rec.ref, "route", rec.route, "code", e.Code, "err", fmt.Sprint(e.Err))
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", retryUnavailable)
		}
	case e.Kind == errs.TooMany && h.Get("Retry-After") == "":
		h.Set("Retry-After", retryTooMany)
	}
	return rec.ref
}

// asError gives every error its kind: a body over its limit, a deadline that has passed and a caller who has left are not
// internal errors.
func asError(ctx context.Context, err error) *errs.Error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errs.New(errs.TooLarge, "web.too_large", "limit", tooLarge.Limit).Cause(err)
	}
	e := errs.As(err)
	if e.Kind == errs.Internal && (ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded)) {
		return errs.New(errs.Unavailable, "web.timeout").Cause(err)
	}
	return e
}
