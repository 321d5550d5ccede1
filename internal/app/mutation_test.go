package app_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"galien/internal/platform/web"
	"galien/internal/platform/web/webtest"
)

var (
	mutations = flag.Int("mutations", 5000, "mutated requests to send")
	seed      = flag.Uint64("mutation-seed", 1, "seed of the mutated requests")
)

// mutator spoils valid requests.
type mutator struct{ *rand.Rand }

// TestMutatedRequestsAreAnsweredInOrder sends requests that were valid before they were spoilt: each is answered by a page
// with its h1 or by a problem document, never by a failure of ours.
func TestMutatedRequestsAreAnsweredInOrder(t *testing.T) {
	w := newWorld(t)
	m := mutator{rand.New(rand.NewPCG(*seed, 0))}
	routes, forms := w.app.Routes(), forms()
	statuses := map[int]int{}
	for n := range *mutations {
		if n%50 == 0 {
			w.clock.Advance(time.Minute) // another window of the rate limits
		}
		route, c := routes[n%len(routes)], w.callers[m.IntN(len(w.callers))]
		w.called++
		if c.role != anonymous && !c.Holds(cookieName) {
			w.signIn(c.person)
		}
		method, address, media, body := m.request(w, route, c, forms[route.Pattern])
		c.Header = m.header()
		got := c.Do(method, address, media, body)
		statuses[got.Status]++
		if fault := unsound(got, method, address); fault != "" {
			t.Errorf("request %d, %s %q as %s with %q %.200q: %d, %s", n, method, address, c.role, media, body, got.Status, fault)
		}
	}
	if statuses[http.StatusOK] == 0 || statuses[http.StatusNotFound] == 0 || statuses[formRefused] == 0 {
		t.Errorf("the mutations are too tame or too wild: %v", statuses)
	}
	t.Logf("%d requests, by status: %v", *mutations, statuses)
}

// unsound says what is wrong with an answer, "" when nothing is.
func unsound(r *webtest.Response, method, address string) string {
	u, err := url.ParseRequestURI(address)
	if err != nil {
		return err.Error()
	}
	api, media := strings.HasPrefix(u.Path, "/api/"), r.Header.Get("Content-Type")
	switch location := r.Location(); {
	case r.Status >= 500 && !strings.Contains(u.Path, "/startupz"):
		return "a failure of ours: " + r.Body
	case r.Header.Get("Content-Security-Policy") == "":
		return "no security headers"
	case strings.Contains(r.Body, "goroutine ") || strings.Contains(r.Body, ".go:"):
		return "a stack is shown"
	case location != "" && web.LocalPath(location, "") == "":
		return "leads elsewhere: " + location
	case api && r.Status >= 400:
		var p web.Problem
		if media != "application/problem+json" || json.Unmarshal([]byte(r.Body), &p) != nil || p.Status != r.Status || p.Type == "" {
			return "no problem document but " + media + ": " + r.Body
		}
	case r.Status == http.StatusRequestedRangeNotSatisfiable: // of an asset: no person asks for one
	case !api && (r.Status >= 400 || r.Status < 300 && strings.HasPrefix(media, "text/html")):
		if !strings.HasPrefix(media, "text/html") || len(r.Tags("h1")) != 1 {
			return fmt.Sprintf("no page with one h1 but %s: %.300s", media, r.Body)
		}
	}
	return ""
}

// nasty are texts that programs stumble over.
func nasty() []string {
	return []string{"", " ", "\x00", "\xff\xfe", "é", "e\u0301", "\u202e", "\u017f", "%", "%00", "%zz", "..", "../../etc/passwd", "..\\..", "'; DROP TABLE person; --", "\"",
		"<script>alert(1)</script>", "{{.}}", "${x}", "0", "-1", "1e9", "9223372036854775808", "null", "true", "[]", "{}", strings.Repeat("x", 300),
		strings.Repeat("é", 3000), "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF", "https://evil.example/", "//evil.example",
		"\r\nSet-Cookie: a=b", "\t", "１２", "a\nb", "*", "?", "#", ";", "&", "=", "+", "/", "\\"}
}

func (m mutator) text() string {
	if m.IntN(4) == 0 {
		bytes := make([]byte, m.IntN(20))
		for i := range bytes {
			bytes[i] = byte(m.IntN(256))
		}
		return string(bytes)
	}
	return nasty()[m.IntN(len(nasty()))]
}

// request makes a valid request of the route and spoils it in some places, or in none.
func (m mutator) request(w *world, route web.Route, c *caller, form input) (method, address, media, body string) {
	method = route.Method()
	if form != nil {
		media, body = form(w, c, false)
	}
	values := c.values(w)
	address = strings.ReplaceAll(parameter.ReplaceAllStringFunc(route.Path(), func(p string) string { return values[strings.Trim(p, "{}")] }), "{$}", "")
	for range m.IntN(4) {
		switch m.IntN(8) {
		case 0:
			methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"}
			method = methods[m.IntN(len(methods))]
		case 1, 2:
			address = m.address(address)
		case 3:
			address = m.query(address)
		case 4:
			medias := []string{"", "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "application/x+json", "é;=", "*/*"}
			media = medias[m.IntN(len(medias))]
		default:
			body = m.body(body)
		}
	}
	return method, address, media, body
}

func (m mutator) address(address string) string {
	path, query, _ := strings.Cut(address, "?")
	segments := strings.Split(path, "/")
	i := 1 + m.IntN(max(len(segments)-1, 1))
	switch m.IntN(6) {
	case 0:
		segments = append(segments, url.PathEscape(m.text()))
	case 1:
		segments = append(segments, "")
	case 2:
		segments = slices.Insert(segments, min(i, len(segments)), "")
	case 3:
		segments = segments[:max(len(segments)-1, 2)]
	case 4:
		segments[min(i, len(segments)-1)] = strings.ToUpper(segments[min(i, len(segments)-1)])
	default:
		segments[min(i, len(segments)-1)] = url.PathEscape(m.text())
	}
	path = strings.Join(segments, "/")
	if query != "" {
		path += "?" + query
	}
	return path
}

func (m mutator) query(address string) string {
	names := []string{"page", "retour", "domaine", "avis", "fenetre", "objet", "fait", "enregistre", "lang", m.text()}
	value := url.QueryEscape(m.text())
	if m.IntN(3) == 0 {
		value = "%zz;a=%00"
	}
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return address + sep + url.QueryEscape(names[m.IntN(len(names))]) + "=" + value
}

func (m mutator) body(body string) string {
	switch m.IntN(8) {
	case 0:
		return m.text()
	case 1:
		return body[:m.IntN(len(body)+1)]
	case 2:
		return body + body
	case 3:
		return body + "&" + url.QueryEscape(m.text()) + "=" + url.QueryEscape(m.text())
	case 4:
		return strings.Repeat("[", 1000)
	case 5:
		return strings.Repeat("a=b&", 20_000)
	case 6:
		i, j := strings.LastIndexAny(body, "=:"), len(body)
		return body[:i+1] + url.QueryEscape(m.text()) + body[j:]
	}
	if body == "" {
		return body
	}
	spoilt := []byte(body)
	spoilt[m.IntN(len(spoilt))] = byte(m.IntN(256))
	return string(spoilt)
}

func (m mutator) header() http.Header {
	h := http.Header{}
	for range m.IntN(3) {
		names := []string{"Accept", "Accept-Language", "Accept-Encoding", "Content-Type", "Cookie", "Origin", "Sec-Fetch-Site", "Range", "If-None-Match",
			"If-Modified-Since", "X-Forwarded-For", "Forwarded", "X-HTTP-Method-Override", "Expect", "Host"}
		h.Set(names[m.IntN(len(names))], m.text())
	}
	return h
}
