package web

import (
	"net/http"
	"strings"
	"testing"

	"galien/internal/platform/clock"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
)

func TestARouteThatDeclaresEverythingIsValid(t *testing.T) {
	for _, r := range []Route{route("GET /"), route("POST /x"), route("GET /livez", func(r *Route) { r.Limit = Probe() }),
		route("POST /reponse", func(r *Route) { r.Limit = Answer() })} {
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestEachMissingDeclarationIsNamedAndNothingStarts(t *testing.T) {
	cases := map[string]struct {
		change func(*Route)
		want   string
	}{
		"no pattern":      {func(r *Route) { r.Pattern = "" }, "a method and a path"},
		"no method":       {func(r *Route) { r.Pattern = "/x" }, "a method and a path"},
		"unknown method":  {func(r *Route) { r.Pattern = "FETCH /x" }, "a method and a path"},
		"host":            {func(r *Route) { r.Pattern = "GET example.org/x" }, "a method and a path"},
		"unnamed policy":  {func(r *Route) { r.Policy.Name = "" }, "a policy"},
		"empty policy":    {func(r *Route) { r.Policy.Allow = nil }, "a policy"},
		"no audit":        {func(r *Route) { r.Audit = Audit{} }, "an audit event"},
		"both audits":     {func(r *Route) { r.Audit = Audit{Action: "a.b", Why: "x"} }, "an audit event"},
		"no class":        {func(r *Route) { r.Limit.Class = 0 }, "limits"},
		"no rate":         {func(r *Route) { r.Limit.PerMinute = 0 }, "limits"},
		"no timeout":      {func(r *Route) { r.Limit.Timeout = 0 }, "limits"},
		"no handler":      {func(r *Route) { r.Handler = nil }, "one handler"},
		"two handlers":    {func(r *Route) { r.operation = func(huma.API) error { return nil } }, "one handler"},
		"body of a GET":   {func(r *Route) { r.Limit.Body = 1 }, "no request body"},
		"malformed path":  {func(r *Route) { r.Pattern = "GET /{x" }, "bad wildcard"},
		"same as another": {func(r *Route) { r.Pattern = "GET /other" }, "declared twice"},
		"like another":    {func(r *Route) { r.Pattern = "GET /a/{y}" }, "conflicts"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			faulty := route("GET /x")
			c.change(&faulty)
			site := Site{Metrics: NewMetrics(prometheus.NewRegistry()), Clock: clock.NewManual(start)}
			server, err := NewServer(site, APIConfig("Test", "1"), []Route{route("GET /other"), route("GET /a/{x}"), faulty})
			if server != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that says %q", err, c.want)
			}
		})
	}
}

func TestAllFaultsOfATableAreReportedAtOnce(t *testing.T) {
	first, second := route("GET /x"), route("GET /y")
	first.Policy, second.Audit = Policy{}, Audit{}
	err := Validate([]Route{first, second})
	if err == nil || !strings.Contains(err.Error(), `"GET /x" lacks a policy`) || !strings.Contains(err.Error(), `"GET /y" lacks an audit`) {
		t.Errorf("got %v", err)
	}
}

func TestAnUnknownAddressIs404AndAnotherMethod405WithAllow(t *testing.T) {
	f := serve(t, []Route{route("GET /a"), route("POST /a"), route("PATCH /b"), route("GET /c/{$}")})
	f.Get("/unknown").Want(http.StatusNotFound)
	cases := []struct {
		method, path, allow string
		status              int
	}{
		{"DELETE", "/a", "GET, POST, HEAD", 405}, {"GET", "/b", "PATCH", 405}, {"OPTIONS", "/b", "PATCH", 405}, {"FETCH", "/a", "GET, POST, HEAD", 405},
		{"POST", "/unknown", "", 404}, {"OPTIONS", "*", "", 404},
	}
	for _, c := range cases {
		got := f.Do(c.method, c.path, "", "").Want(c.status)
		if got.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got.Header.Get("Allow"), c.allow)
		}
		got.Title()
	}
}

func TestEachPageHasOneAddress(t *testing.T) {
	f := serve(t, []Route{route("GET /a"), route("GET /a/{x}"), route("POST /b"), route("GET /{$}")})
	cases := []struct {
		method, path, location string
		status                 int
	}{
		{"GET", "/a/?x=1&y=2", "/a?x=1&y=2", 308}, {"HEAD", "/a/", "/a", 308}, {"GET", "/a/b/", "/a/b", 308}, {"GET", "/", "", 200},
		{"POST", "/b/", "", 404}, {"GET", "/b/", "", 404}, {"GET", "/unknown/", "", 404},
		{"GET", "/a/%2F%2Fevil.example/", "", 404},
	}
	for _, c := range cases {
		got := f.Do(c.method, c.path, "", "").Want(c.status)
		if got.Location() != c.location {
			t.Errorf("%s %s leads to %q, want %q", c.method, c.path, got.Location(), c.location)
		}
	}
}

func TestAPathThatIsNoTextDoesNotExist(t *testing.T) {
	f := serve(t, []Route{route("GET /a/{x}"), route("GET /api/a/{x}")})
	for _, path := range []string{"/a/%00", "/a/%ff", "/api/a/%00"} {
		f.Get(path).Want(http.StatusNotFound)
	}
	f.Get("/a/%C3%A9").Want(http.StatusOK)
}
