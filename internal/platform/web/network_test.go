package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"galien/internal/platform/errs"
)

func TestOneSubscribersAddressesAreOneCaller(t *testing.T) {
	for remote, want := range map[string]string{"192.0.2.7:1": "192.0.2.7", "[::ffff:192.0.2.7]:1": "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "nonsense": "unknown"} {
		if got := Network(&http.Request{RemoteAddr: remote}); got != want {
			t.Errorf("%s is %s, want %s", remote, got, want)
		}
	}
}

// networks serves a page that tells the caller's network, behind the given proxies.
func networks(t *testing.T, proxies ...string) *fixture {
	t.Helper()
	tell := func(r *Route) {
		r.Handler = func(w http.ResponseWriter, r *http.Request) error {
			_, err := w.Write([]byte(Network(r)))
			return err
		}
	}
	return serve(t, []Route{route("GET /network", tell)}, func(s *Site) {
		for _, p := range proxies {
			s.Proxies = append(s.Proxies, netip.MustParsePrefix(p))
		}
	})
}

func TestBehindATrustedProxyTheCallerIsWhomTheProxySpeaksFor(t *testing.T) {
	cases := []struct {
		what, peer string
		forwarded  []string
		want       string
	}{
		{"one proxy", "127.0.0.1:9", []string{"198.51.100.4"}, "198.51.100.4"},
		{"what the caller wrote itself", "127.0.0.1:9", []string{"203.0.113.9, 198.51.100.4"}, "198.51.100.4"},
		{"what the caller wrote itself in another header", "127.0.0.1:9", []string{"203.0.113.9", "198.51.100.4"}, "198.51.100.4"},
		{"rubbish that the caller wrote", "127.0.0.1:9", []string{"<script>, 198.51.100.4"}, "198.51.100.4"},
		{"two proxies", "127.0.0.1:9", []string{"203.0.113.9, 198.51.100.4, 10.1.2.3"}, "198.51.100.4"},
		{"an address of version 6", "[::1]:9", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		{"an address with its port", "127.0.0.1:9", []string{"198.51.100.4:4711"}, "198.51.100.4"},
		{"an address of version 6 with its port", "127.0.0.1:9", []string{"[2001:db8::1]:4711"}, "2001:db8::/64"},
		{"a peer written in version 6", "[::ffff:127.0.0.1]:9", []string{"198.51.100.4"}, "198.51.100.4"},
		{"a malformed address", "127.0.0.1:9", []string{"198.51.100.4, nonsense"}, "127.0.0.1"},
		{"an empty address", "127.0.0.1:9", []string{"198.51.100.4,"}, "127.0.0.1"},
		{"no header", "127.0.0.1:9", nil, "127.0.0.1"},
		{"proxies only", "127.0.0.1:9", []string{"10.1.2.3"}, "127.0.0.1"},
		{"a peer that is not trusted", "192.0.2.7:9", []string{"198.51.100.4"}, "192.0.2.7"},
	}
	for _, c := range cases {
		f := networks(t, "127.0.0.0/8", "::1/128", "10.0.0.0/8")
		f.Remote = c.peer
		f.Header["X-Forwarded-For"] = c.forwarded
		if got := f.Get("/network").Want(http.StatusOK); got.Body != c.want {
			t.Errorf("%s: %s, want %s", c.what, got.Body, c.want)
		}
	}
}

func TestWithoutTrustedProxiesForwardedAddressesAreNotBelieved(t *testing.T) {
	f := networks(t)
	f.Remote = "127.0.0.1:9"
	f.Header.Set("X-Forwarded-For", "198.51.100.4")
	if got := f.Get("/network"); got.Body != "127.0.0.1" {
		t.Errorf("the caller is %s", got.Body)
	}
}

func TestBehindAProxyEachCallerHasTheirOwnLimit(t *testing.T) {
	f := serve(t, []Route{route("GET /a", func(r *Route) { r.Limit.PerMinute = 1 })}, func(s *Site) {
		s.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	f.Remote = "127.0.0.1:9"
	for n := range 3 {
		f.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", n))
		f.Get("/a").Want(http.StatusOK)
	}
	f.Get("/a").Want(http.StatusTooManyRequests)
}

func TestACallerOverTheLimitIsInTheLogOnceAMinuteWithoutTheirAddress(t *testing.T) {
	f := serve(t, []Route{route("GET /a", func(r *Route) { r.Limit.PerMinute = 1 })})
	for range 2 {
		for range 10 {
			f.Get("/a")
		}
		f.clock.Advance(time.Minute)
	}
	if n := strings.Count(f.log.String(), `"level":"INFO","msg":"refused"`); n != 2 {
		t.Errorf("%d lines for two minutes over the limit:\n%s", n, f.log)
	}
	if !strings.Contains(f.log.String(), `"route":"GET /a","code":"web.too_many"`) || strings.Contains(f.log.String(), "192.0.2.7") {
		t.Errorf("the log says\n%s", f.log)
	}
}

func TestARefusalThatAHandlerShowsIsLoggedUnderTheReferenceOfItsRequest(t *testing.T) {
	f := serve(t, []Route{route("POST /form", func(r *Route) {
		r.Handler = func(w http.ResponseWriter, _ *http.Request) error {
			Refused(w, errs.New(errs.TooMany, "a.throttled").Cause(fmt.Errorf("bucket 0a1b")))
			w.WriteHeader(http.StatusTooManyRequests)
			return nil
		}
	})})
	if got := f.Post("/form").Want(http.StatusTooManyRequests); got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	lines := strings.Split(f.log.String(), "\n")
	if !strings.Contains(lines[0], `"msg":"refused"`) || !strings.Contains(lines[0], `"code":"a.throttled","cause":"bucket 0a1b"`) {
		t.Fatalf("the log says\n%s", f.log)
	}
	ref := strings.SplitAfter(lines[0], `"ref":"`)[1][:8]
	if !strings.Contains(lines[1], ref) {
		t.Errorf("the line of the request has another reference than %s:\n%s", ref, lines[1])
	}
}

func TestAFormOfTheSitesOwnOriginIsTakenThoughAProxyChangesTheHost(t *testing.T) {
	f := serve(t, []Route{route("POST /form")}, func(s *Site) { s.Origin = "https://galien.example.org" })
	f.Header.Set("Origin", "https://galien.example.org")
	f.Post("/form").Want(http.StatusOK)
	f.Header.Set("Origin", "https://evil.example")
	f.Post("/form").Want(http.StatusForbidden)
}
