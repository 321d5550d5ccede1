package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/web/webtest"
)

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// fixture is a small site.
type fixture struct {
	*testing.T
	*webtest.Client
	clock  *clock.Manual
	log    *bytes.Buffer
	site   Site
	server *Server
}

// serve builds a site with the given routes; change adjusts it before.
func serve(t *testing.T, routes []Route, change ...func(*Site)) *fixture {
	t.Helper()
	f := &fixture{T: t, clock: clock.NewManual(start), log: &bytes.Buffer{}}
	f.site = Site{
		Log:     slog.New(slog.NewJSONHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Metrics: NewMetrics(prometheus.NewRegistry()), Clock: f.clock, SignIn: "/connexion",
		Identify: func(_ http.ResponseWriter, r *http.Request) (context.Context, error) {
			return i18n.With(r.Context(), i18n.English), nil
		},
		Caller: func(context.Context) string { return "" },
		ErrorPage: func(w http.ResponseWriter, r *http.Request, e *errs.Error, ref string) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(Status(e.Kind))
			fmt.Fprintf(w, "<main><h1>%s</h1>%s</main>", ref, Message(r.Context(), e))
		},
	}
	for _, c := range change {
		c(&f.site)
	}
	huma.NewError = ProblemOfHuma
	server, err := NewServer(f.site, APIConfig("Test", "1"), routes)
	if err != nil {
		t.Fatal(err)
	}
	f.server = server
	f.Client = webtest.New(t, server.Handler(), "http://galien.test")
	return f
}

// route declares everything, with a handler that answers «ok».
func route(pattern string, change ...func(*Route)) Route {
	r := Route{Pattern: pattern, Policy: Anyone(), Audit: NotAudited("a test"), Limit: Page(), Handler: answer("ok")}
	if r.Method() != http.MethodGet {
		r.Limit = Form()
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func answer(text string) Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write([]byte(text))
		return err
	}
}

func fails(err error) func(*Route) {
	return func(r *Route) {
		r.Handler = func(http.ResponseWriter, *http.Request) error { return err }
	}
}
