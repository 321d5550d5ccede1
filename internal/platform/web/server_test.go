package web

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"galien/internal/platform/errs"
)

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	f := serve(t, []Route{
		route("GET /ok"), route("POST /form"), route("GET /fails", fails(errors.New("x"))), route("GET /api/v1/fails", fails(errors.New("x"))),
		route("GET /panics", func(r *Route) { r.Handler = func(http.ResponseWriter, *http.Request) error { panic("x") } }),
		route("GET /private", fails(errs.New(errs.Unauthenticated, "identity.sign_in_first"))),
	}, func(s *Site) { s.Secure = true })
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
	}
	statuses := map[string]int{"GET /ok": 200, "GET /ok/": 308, "GET /unknown": 404, "GET /form": 405, "GET /fails": 500, "GET /panics": 500,
		"GET /private": 303, "GET /api/v1/fails": 500, "GET /api/v1/unknown": 404, "GET //ok": 307}
	for call, status := range statuses {
		method, path, _ := strings.Cut(call, " ")
		got := f.Do(method, path, "", "").Want(status)
		for name, value := range want {
			if got.Header.Get(name) != value {
				t.Errorf("%s: %s is %q, want %q", call, name, got.Header.Get(name), value)
			}
		}
		if policy := got.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") ||
			!strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", call, policy)
		}
		if !strings.Contains(got.Header.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: no permissions policy", call)
		}
	}
	if serve(t, []Route{route("GET /ok")}).Get("/ok").Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS is announced without HTTPS")
	}
}

func TestAPostFromAnotherSiteIsRefused(t *testing.T) {
	called := 0
	counted := func(r *Route) { r.Handler = func(http.ResponseWriter, *http.Request) error { called++; return nil } }
	f := serve(t, []Route{route("POST /form", counted), route("GET /form"), route("POST /api/v1/x", counted)})
	for name, values := range map[string][]string{"Sec-Fetch-Site": {"cross-site", "same-site"}, "Origin": {"https://evil.example", "null"}} {
		for _, value := range values {
			f.Header = http.Header{name: {value}}
			f.Post("/form", "a", "b").Want(http.StatusForbidden).Title()
			if got := f.Do("POST", "/api/v1/x", "application/json", "{}").Want(http.StatusForbidden); got.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("the API answers %s", got.Header.Get("Content-Type"))
			}
			f.Get("/form").Want(http.StatusOK)
		}
	}
	if called != 0 {
		t.Errorf("%d refused forms reached their handler", called)
	}
	for _, header := range []http.Header{{}, {"Sec-Fetch-Site": {"same-origin"}}, {"Origin": {"http://galien.test"}}} {
		f.Header = header
		f.Post("/form", "a", "b").Want(http.StatusOK)
	}
}

func TestABodyOverItsLimitIsRefusedInWords(t *testing.T) {
	small := func(r *Route) { r.Limit.Body = 100 }
	f := serve(t, []Route{route("POST /form", small)})
	f.Post("/form", "a", strings.Repeat("x", 98)).Want(http.StatusOK)
	got := f.Post("/form", "a", strings.Repeat("x", 99)).Want(http.StatusRequestEntityTooLarge)
	if !strings.Contains(got.Text(), "100") {
		t.Errorf("the limit is not said: %s", got.Text())
	}
}

func TestAFormThatCannotBeReadIsRefused(t *testing.T) {
	f := serve(t, []Route{route("POST /form"), route("GET /page")})
	const form = "application/x-www-form-urlencoded"
	for _, body := range []string{"a=%zz", "a=%00", "a=%ff", "%00=a", "a=1;b=2"} {
		f.Do("POST", "/form", form, body).Want(http.StatusUnprocessableEntity)
	}
	f.Do("POST", "/form?a=%00", form, "a=1").Want(http.StatusUnprocessableEntity)
	f.Get("/page?a=%00").Want(http.StatusUnprocessableEntity)
	f.Get("/page?discount=100%").Want(http.StatusOK)
	f.Do("POST", "/form", form, "a=%C3%A9").Want(http.StatusOK)
}

func TestARequestThatOutlastsItsTimeGets503(t *testing.T) {
	slow := func(err func(context.Context) error) func(*Route) {
		return func(r *Route) {
			r.Limit.Timeout = time.Millisecond
			r.Handler = func(_ http.ResponseWriter, r *http.Request) error { <-r.Context().Done(); return err(r.Context()) }
		}
	}
	f := serve(t, []Route{route("GET /context", slow(context.Context.Err)),
		route("GET /driver", slow(func(context.Context) error { return errors.New("interrupted (9)") }))})
	for _, path := range []string{"/context", "/driver"} {
		if got := f.Get(path).Want(http.StatusServiceUnavailable); got.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
	}
	if strings.Contains(f.log.String(), "internal error") {
		t.Error("a timeout is logged as an internal error")
	}
}

func TestAPanicIs500WithAReferenceAndNoStack(t *testing.T) {
	f := serve(t, []Route{route("GET /panics", func(r *Route) {
		r.Handler = func(http.ResponseWriter, *http.Request) error { panic("secret of the program") }
	}), route("GET /api/v1/panics", func(r *Route) {
		r.Handler = func(http.ResponseWriter, *http.Request) error { panic("secret of the program") }
	})})
	for _, path := range []string{"/panics", "/api/v1/panics"} {
		f.log.Reset()
		got := f.Get(path).Want(http.StatusInternalServerError)
		if strings.Contains(got.Body, "secret") || strings.Contains(got.Body, ".go") {
			t.Errorf("%s tells %s", path, got.Body)
		}
		ref := strings.TrimSuffix(strings.SplitAfter(f.log.String(), `"ref":"`)[1], `"`)[:8]
		if len(ref) != 8 || !strings.Contains(got.Body, ref) {
			t.Errorf("%s does not show the reference %s of the log: %s", path, ref, got.Body)
		}
		if !strings.Contains(f.log.String(), "secret of the program") || !strings.Contains(f.log.String(), "server_test.go") {
			t.Error("the log lacks the panic or its stack")
		}
	}
}

func TestAnAbortedAnswerIsNotAPanicOfOurs(t *testing.T) {
	f := serve(t, []Route{route("GET /aborts", func(r *Route) {
		r.Handler = func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }
	})})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v, want net/http's own", p)
		}
	}()
	f.Get("/aborts")
}

func TestMoreCallsThanTheRouteAllowsWaitForTheNextMinute(t *testing.T) {
	who := ""
	f := serve(t, []Route{route("GET /a", func(r *Route) { r.Limit.PerMinute = 3 }), route("GET /b")}, func(s *Site) {
		s.Caller = func(context.Context) string { return who }
	})
	for range 3 {
		f.Get("/a").Want(http.StatusOK)
	}
	f.clock.Advance(20 * time.Second)
	got := f.Get("/a").Want(http.StatusTooManyRequests)
	if wait, err := strconv.Atoi(got.Header.Get("Retry-After")); err != nil || wait < 40 || wait > 41 {
		t.Errorf("Retry-After %q, want the 40 seconds left", got.Header.Get("Retry-After"))
	}
	f.Get("/b").Want(http.StatusOK)
	f.Remote = "192.0.2.8:1"
	f.Get("/a").Want(http.StatusOK)
	f.Remote, who = "192.0.2.7:2", "somebody"
	f.Get("/a").Want(http.StatusOK)
	who = ""
	f.Get("/a").Want(http.StatusTooManyRequests)
	f.clock.Advance(40 * time.Second)
	f.Get("/a").Want(http.StatusOK)
}

func TestWhenPagesQueueAnswersStillPass(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	f := serve(t, []Route{
		route("GET /held", func(r *Route) {
			r.Handler = func(http.ResponseWriter, *http.Request) error { close(held); <-release; return nil }
		}),
		route("GET /page"), route("POST /reponse", func(r *Route) { r.Limit = Answer() }), route("GET /livez", func(r *Route) { r.Limit = Probe() }),
	}, func(s *Site) { s.InFlight = 1 })
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.server.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/held", nil))
	}()
	<-held
	if got := f.Get("/page").Want(http.StatusServiceUnavailable); got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	f.Post("/reponse", "a", "b").Want(http.StatusOK)
	f.Get("/livez").Want(http.StatusOK)
	close(release)
	<-done
	f.Get("/page").Want(http.StatusOK)
}

func TestWhoIsNotSignedInIsSentToSignInAndBack(t *testing.T) {
	private := fails(errs.New(errs.Unauthenticated, "identity.sign_in_first"))
	f := serve(t, []Route{route("GET /compte", private), route("POST /compte", private), route("GET /api/v1/me", private)})
	got := f.Get("/compte?a=1&b=2").Want(http.StatusSeeOther)
	if u, err := url.Parse(got.Location()); err != nil || u.Path != "/connexion" || u.Query().Get("retour") != "/compte?a=1&b=2" {
		t.Errorf("sent to %s", got.Location())
	}
	f.Post("/compte", "a", "b").Want(http.StatusUnauthorized)
	f.Get("/api/v1/me").Want(http.StatusUnauthorized)
}

func TestThePolicyIsAskedBeforeTheFormIsRead(t *testing.T) {
	called := false
	f := serve(t, []Route{route("POST /form", func(r *Route) {
		r.Policy = Policy{Name: "nobody", Allow: func(*http.Request) error { return errs.New(errs.Forbidden, "org.forbidden") }}
		r.Handler = func(http.ResponseWriter, *http.Request) error { called = true; return nil }
	})})
	f.Do("POST", "/form", "application/x-www-form-urlencoded", "a=%zz").Want(http.StatusForbidden)
	if called {
		t.Error("the handler ran")
	}
}

func TestHeadAnswersAsGetWithoutABody(t *testing.T) {
	f := serve(t, []Route{route("GET /page")})
	srv := httptest.NewServer(f.server.Handler())
	defer srv.Close()
	res, err := http.Head(srv.URL + "/page")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || len(body) != 0 || res.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("HEAD: %s, %d bytes, %v", res.Status, len(body), err)
	}
}

func TestPagesAreCompressedForWhoAsks(t *testing.T) {
	long := strings.Repeat("les compétences numériques ", 500)
	f := serve(t, []Route{route("GET /page", func(r *Route) {
		r.Handler = func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			return answer(long)(w, r)
		}
	})})
	if got := f.Get("/page"); got.Body != long || got.Header.Get("Content-Encoding") != "" {
		t.Error("compressed for who does not ask")
	}
	f.Header.Set("Accept-Encoding", "gzip")
	got := f.Get("/page").Want(http.StatusOK)
	if got.Header.Get("Content-Encoding") != "gzip" || len(got.Body) > len(long)/10 || got.Header.Get("Vary") == "" {
		t.Fatalf("%d bytes, %v", len(got.Body), got.Header)
	}
	r, err := gzip.NewReader(strings.NewReader(got.Body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != long {
		t.Errorf("the page comes out otherwise: %v", err)
	}
	f.Get("/unknown").Want(http.StatusNotFound)
}

func TestTheLogNamesRoutesAndNobody(t *testing.T) {
	const canary = "0190a0a0-c0de-7000-8000-00000000cafe"
	f := serve(t, []Route{
		route("GET /personne/{id}"), route("POST /personne/{id}", fails(errs.New(errs.Invalid, "form.invalid"))),
		route("GET /fails/{id}", fails(errors.New("disk"))), route("GET /private/{id}", fails(errs.New(errs.Unauthenticated, "x"))),
	}, func(s *Site) { s.Caller = func(context.Context) string { return canary } })
	f.Header.Set("Cookie", "galien="+canary)
	f.Header.Set("User-Agent", canary)
	for _, path := range []string{"/personne/", "/fails/", "/private/", "/unknown/", "/personne/x/"} {
		f.Get(path + canary + "?email=ada%40example.org&q=" + canary)
	}
	f.Post("/personne/"+canary, "email", "ada@example.org", "password", canary)
	for _, found := range []string{canary, "ada", "example.org", "192.0.2.7"} {
		if strings.Contains(f.log.String(), found) {
			t.Errorf("the log holds %q:\n%s", found, f.log)
		}
	}
	if !strings.Contains(f.log.String(), `"route":"GET /personne/{id}","status":200`) || strings.Count(f.log.String(), "\n") != 7 {
		t.Errorf("the log should have a line for each request and one for the error:\n%s", f.log)
	}
}
