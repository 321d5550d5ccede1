package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"galien/internal/platform/clock"
	"galien/internal/platform/errs"
	"galien/internal/platform/web/webtest"
)

type echoInput struct {
	Number int `query:"number" maximum:"10"`
	Body   struct {
		Role  string `json:"role" maxLength:"5"`
		Count int    `json:"count,omitempty"`
	}
}

type echoOutput struct{ Body struct{ Role string } }

// api is a site with one operation, which answers with fail when it is set.
func api(t *testing.T, fail error) *fixture {
	t.Helper()
	r := route("POST /api/v1/echo")
	r.Handler = nil
	r.Limit.Body = 1000
	op := huma.Operation{OperationID: "echo", Summary: "Echo"}
	return serve(t, []Route{Operation(r, op, func(_ context.Context, in *echoInput) (*echoOutput, error) {
		out := &echoOutput{}
		out.Body.Role = in.Body.Role
		return out, fail
	})})
}

// problem reads an answer as a problem document (RFC 9457).
func problem(t *testing.T, r *webtest.Response) Problem {
	t.Helper()
	var p Problem
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%d is %s: %s", r.Status, got, r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
		t.Fatalf("%v: %s", err, r.Body)
	}
	if p.Type == "" || p.Title == "" || p.Status != r.Status {
		t.Errorf("incomplete: %s", r.Body)
	}
	return p
}

func TestEveryRefusalOfTheAPIIsAProblemDocument(t *testing.T) {
	f := api(t, nil)
	const media = "application/json"
	cases := []struct {
		what, path, media, body string
		status                  int
	}{
		{"a missing name", "/api/v1/echo", media, `{}`, 422},
		{"a wrong type", "/api/v1/echo", media, `{"role":1}`, 422},
		{"a long text", "/api/v1/echo", media, `{"role":"administrator"}`, 422},
		{"an unknown name", "/api/v1/echo", media, `{"role":"a","admin":true}`, 422},
		{"a name in another case", "/api/v1/echo", media, `{"ROLE":"a"}`, 422},
		{"a name twice", "/api/v1/echo", media, `{"role":"a","role":"b"}`, 400},
		{"a name twice as a structured syntax", "/api/v1/echo", "application/x+json", `{"role":"a","ROLE":"b"}`, 400},
		{"no JSON", "/api/v1/echo", media, `role=a`, 400},
		{"an empty body", "/api/v1/echo", media, ``, 400},
		{"another media type", "/api/v1/echo", "text/csv", `role`, 415},
		{"a query out of range", "/api/v1/echo?number=11", media, `{"role":"a"}`, 422},
		{"a query that is no number", "/api/v1/echo?number=x", media, `{"role":"a"}`, 422},
		{"a query that is no text", "/api/v1/echo?number=%00", media, `{"role":"a"}`, 422},
		{"a body over the limit", "/api/v1/echo", media, `{"role":"` + strings.Repeat("a", 1000) + `"}`, 413},
		{"an unknown address", "/api/v1/unknown", media, `{}`, 404},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			problem(t, f.Do("POST", c.path, c.media, c.body).Want(c.status))
		})
	}
	if got := f.Do("GET", "/api/v1/echo", "", "").Want(http.StatusMethodNotAllowed); problem(t, got).Type != "/problemes/web.method" {
		t.Errorf("405 is %s", got.Body)
	}
	if got := f.Do("POST", "/api/v1/echo", media, `{"role":"a"}`).Want(http.StatusOK); !strings.Contains(got.Body, `"Role":"a"`) {
		t.Errorf("answered %s", got.Body)
	}
}

func TestAnErrorOfAUseCaseKeepsItsKindAndItsFields(t *testing.T) {
	var c errs.Collect
	c.Add("email", "identity.email_invalid")
	got := api(t, c.Err()).Do("POST", "/api/v1/echo", "application/json", `{"role":"a"}`).Want(http.StatusUnprocessableEntity)
	if p := problem(t, got); p.Type != "/problemes/form.invalid" || len(p.Errors) != 1 || p.Errors[0].Name != "email" ||
		!strings.Contains(p.Errors[0].Detail, "address") {
		t.Errorf("answered %s", got.Body)
	}
	got = api(t, errs.New(errs.Unavailable, "web.busy")).Do("POST", "/api/v1/echo", "application/json", `{"role":"a"}`).Want(http.StatusServiceUnavailable)
	if got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestAnInternalErrorOfTheAPIIsLoggedAndTellsItsReferenceOnly(t *testing.T) {
	f := api(t, errors.New("connection to 10.0.0.1 lost"))
	got := f.Do("POST", "/api/v1/echo", "application/json", `{"role":"a"}`).Want(http.StatusInternalServerError)
	p := problem(t, got)
	ref, ok := strings.CutPrefix(p.Instance, "urn:galien:ref:")
	if !ok || strings.Contains(got.Body, "10.0.0.1") {
		t.Errorf("answered %s", got.Body)
	}
	if !strings.Contains(f.log.String(), `"msg":"internal error","ref":"`+ref) || !strings.Contains(f.log.String(), "10.0.0.1") {
		t.Errorf("the log does not hold the error under its reference %s:\n%s", ref, f.log)
	}
}

type embedded struct {
	Thing string `path:"thing"`
}

func TestAnOperationThatDoesNotReadItsPathDoesNotStart(t *testing.T) {
	r := route("GET /api/v1/things/{thing}")
	r.Handler = nil
	type input struct{ embedded } // huma overlooks an embedded type that is not exported
	faulty := Operation(r, huma.Operation{OperationID: "read-thing"}, func(context.Context, *input) (*echoOutput, error) { return nil, nil })
	site := Site{Metrics: NewMetrics(prometheus.NewRegistry()), Clock: clock.NewManual(start)}
	if _, err := NewServer(site, APIConfig("Test", "1"), []Route{faulty}); err == nil || !strings.Contains(err.Error(), "does not read {thing}") {
		t.Errorf("got %v", err)
	}
}

func TestAFailureInsideTheAPIFrameTellsNothing(t *testing.T) {
	p, ok := ProblemOfHuma(http.StatusInternalServerError, "unable to marshal", errors.New("secret")).(*Problem)
	if !ok || p.Detail != "" || p.Status != 500 || strings.Contains(p.Title, "marshal") {
		t.Errorf("tells %+v", p)
	}
}
