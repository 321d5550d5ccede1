package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"galien/internal/app"
	"galien/internal/platform/web/webtest"
)

func TestBehindATrustedProxyOneNetworksGuessesDoNotStopTheOthers(t *testing.T) {
	s := newSite(t, func(c *app.Config) { c.Proxies = []string{"127.0.0.1", " 10.0.0.0/8", "::1"} })
	from := func(address string) *webtest.Client {
		b := s.browser()
		b.Remote = "127.0.0.1:9"
		b.Header.Set("X-Forwarded-For", address)
		return b
	}
	for range 10 {
		from("198.51.100.4, 10.1.2.3").Post("/connexion", "email", "ada@example.org", "password", "wrong password!").Want(formRefused)
	}
	from("198.51.100.4").Post("/connexion", "email", "ada@example.org", "password", "wrong password!").Want(http.StatusTooManyRequests)
	from("198.51.100.5").Post("/connexion", "email", "ada@example.org", "password", "wrong password!").Want(formRefused)
}

func TestAProxyThatCannotBeReadStopsTheStart(t *testing.T) {
	for _, proxy := range []string{"nginx", "10.0.0.0/33", "10.0.0.0/8;10.1.0.0/16", "", "::ffff:10.0.0.0/104"} {
		_, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Proxies: []string{proxy}})
		if err == nil || !strings.Contains(err.Error(), "trusted proxy") {
			t.Errorf("%q: %v", proxy, err)
		}
	}
}

func TestMetricsAreServedOnTheirOwnAddressOnly(t *testing.T) {
	b := newSite(t).browser()
	b.Remote = "127.0.0.1:9"
	b.Get("/metrics").Want(http.StatusNotFound)
	log := run(t, "http://galien.test", nil, func(address string) {
		if status, body := fetch(t, "http://"+address+"/metrics"); status != http.StatusOK || !strings.Contains(body, "galien_ledger_unsealed_age_seconds") {
			t.Errorf("%d: %.200s", status, body)
		}
		if status, _ := fetch(t, "http://"+address+"/"); status != http.StatusNotFound {
			t.Errorf("the site is there too: %d", status)
		}
	})
	if strings.Contains(log, "--trusted-proxy") {
		t.Error("a site without HTTPS is warned of a proxy")
	}
}

func TestAPublicSiteThatTrustsNoProxyIsWarnedOnce(t *testing.T) {
	if log := run(t, publicURL, nil, func(string) {}); strings.Count(log, "--trusted-proxy") != 1 || !strings.Contains(log, `"level":"WARN"`) {
		t.Errorf("the log says\n%s", log)
	}
	if log := run(t, publicURL, []string{"127.0.0.1"}, func(string) {}); strings.Contains(log, "--trusted-proxy") {
		t.Errorf("a site that trusts its proxy is warned:\n%s", log)
	}
}

// run serves an application, calls f with the address of its metrics, stops it and returns its log.
func run(t *testing.T, public string, proxies []string, f func(metrics string)) string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	log, metrics := &logBuffer{}, freeAddress(t)
	a, err := app.New(t.Context(), app.Config{Data: t.TempDir(), Listen: "127.0.0.1:0", PublicURL: public, Metrics: metrics, Proxies: proxies, Log: logger(log)})
	must(err)
	_, err = a.Listen(t.Context())
	must(err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	fetch(t, "http://"+metrics+"/metrics") // answered once it serves
	f(metrics)
	stop()
	must(<-ended)
	must(a.Close())
	return log.String()
}

func fetch(t *testing.T, address string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(text)
}

// freeAddress is an address of this machine that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// A class behind one address: everybody opens the site, chooses, begins and sees the first question, within one minute.
func TestAClassOf150BeginsInOneMinuteFromOneNetwork(t *testing.T) {
	s := newSite(t)
	for range 150 {
		b := s.browser()
		b.Get("/").Want(http.StatusOK)
		b.Get("/positionnement").Want(http.StatusOK)
		attempt := b.Post("/positionnement", "domaine", "1").Want(http.StatusSeeOther).Location()
		b.Get(attempt).Want(http.StatusOK)
	}
}

func TestWhatNobodyHasSignedInForBearsAClassOf150(t *testing.T) {
	for _, r := range newSite(t).app.Routes() {
		if r.Policy.Name == "anyone" && r.Limit.PerMinute < 300 {
			t.Errorf("%s: %d calls a minute from one network, want 300 for a class of 150", r.Pattern, r.Limit.PerMinute)
		}
	}
}

// Each refusal of an account's forms is in the log under its request's reference, and names neither address nor network.
func TestRefusedSignInsAreInTheLogAndNameNobody(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.Remote = "198.51.100.77:9"
	b.Post("/inscription", "name", "Ada", "email", "canary@example.org", "password", password).Want(http.StatusSeeOther)
	version := b.Get("/compte").Value("version")
	b.Post("/compte", "version", version, "name", "Ada", "lang", "fr", "current_password", "wrong password!", "password", "another good password").Want(formRefused)
	b.Post("/deconnexion").Want(http.StatusSeeOther)
	b.Post("/inscription", "name", "Eve", "email", "canary@example.org", "password", password).Want(http.StatusConflict)
	for range 11 {
		b.Post("/connexion", "email", "canary@example.org", "password", "wrong password!")
	}
	log := s.log.String()
	for code, want := range map[string]int{"identity.password_wrong": 1, "identity.register_refused": 1, "identity.sign_in_refused": 10, "identity.throttled": 1} {
		line := fmt.Sprintf(`"code":"%s"`, code)
		if n := strings.Count(log, line); n != want {
			t.Errorf("%d lines say %s, want %d", n, code, want)
		}
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"msg":"refused"`) && (!strings.Contains(line, `"level":"INFO"`) || !strings.Contains(line, `"ref":"`)) {
			t.Errorf("a refusal without a reference: %s", line)
		}
	}
	for _, found := range []string{"canary", "198.51.100"} {
		if strings.Contains(log, found) {
			t.Errorf("the log holds %q", found)
		}
	}
}
