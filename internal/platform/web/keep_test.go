package web

import (
	"context"
	"net/http"
	"testing"

	"galien/internal/platform/i18n"
)

func TestAKeptCookieIsSentOnceMoreUnlessACacheKeepsTheAnswerOrTheHandlerDecides(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"GET /page": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) },
		"GET /moved": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/page", http.StatusSeeOther)
		},
		"GET /asset": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			_, _ = w.Write([]byte("ok"))
		},
		"GET /out": func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "who", Value: "", MaxAge: -1})
			_, _ = w.Write([]byte("ok"))
		},
	}
	var routes []Route
	for pattern, h := range answers {
		routes = append(routes, route(pattern, func(r *Route) {
			r.Handler = func(w http.ResponseWriter, r *http.Request) error { h(w, r); return nil }
		}))
	}
	f := serve(t, routes, func(s *Site) {
		s.Identify = func(w http.ResponseWriter, r *http.Request) (context.Context, error) {
			Keep(w, &http.Cookie{Name: "who", Value: "me", MaxAge: 60})
			return i18n.With(r.Context(), i18n.English), nil
		}
	})
	for path, want := range map[string]string{"/page": "me", "/moved": "me", "/unknown": "me", "/asset": "none", "/out": ""} {
		got, value := f.Get(path), "none"
		if c := got.Cookie("who"); c != nil {
			value = c.Value
		}
		if value != want || len(got.Cookies) > 1 {
			t.Errorf("%s sends %v, want %q", path, got.Cookies, want)
		}
	}
}
