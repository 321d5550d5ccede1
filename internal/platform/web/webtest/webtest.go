// Package webtest is a browser without a screen, for the tests of front doors: it keeps cookies, follows no redirect and
// reads the pages it is given.
package webtest

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Client is one person's browser on a site that runs in the test's own process.
type Client struct {
	t    testing.TB
	site http.Handler
	base *url.URL
	jar  *cookiejar.Jar

	// Header is sent with each request.
	Header http.Header
	// Remote is the address that requests come from, as HOST:PORT.
	Remote string
}

// New returns a browser without cookies. base is the site's public address, as https://galien.example.org.
func New(t testing.TB, site http.Handler, base string) *Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{t: t, site: site, base: u, jar: jar, Header: http.Header{}, Remote: "192.0.2.7:40000"}
}

// Get asks for a page.
func (c *Client) Get(path string) *Response {
	c.t.Helper()
	return c.Do(http.MethodGet, path, "", "")
}

// Post sends a form, given as name, value, name, value….
func (c *Client) Post(path string, fields ...string) *Response {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return c.Do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// Do sends a request; an empty media type sends none. The fragment of an address stays in the browser.
func (c *Client) Do(method, path, media, body string) *Response {
	c.t.Helper()
	path, _, _ = strings.Cut(path, "#")
	r := httptest.NewRequest(method, path, strings.NewReader(body)).WithContext(c.t.Context())
	r.Host, r.RemoteAddr = c.base.Host, c.Remote
	for name, values := range c.Header {
		r.Header[name] = values
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	at := c.base.ResolveReference(&url.URL{Path: "/"})
	for _, cookie := range c.jar.Cookies(at) {
		r.AddCookie(cookie)
	}
	rec := httptest.NewRecorder()
	c.site.ServeHTTP(rec, r)
	result := rec.Result()
	c.jar.SetCookies(at, result.Cookies())
	return &Response{t: c.t, Status: result.StatusCode, Header: result.Header, Cookies: result.Cookies(), Body: rec.Body.String()}
}

// SetCookie puts a cookie in the browser, as an earlier visit would have.
func (c *Client) SetCookie(cookie *http.Cookie) { c.jar.SetCookies(c.base, []*http.Cookie{cookie}) }

// Holds reports whether the browser holds a cookie of that name.
func (c *Client) Holds(name string) bool {
	for _, cookie := range c.jar.Cookies(c.base) {
		if cookie.Name == name {
			return true
		}
	}
	return false
}

// Response is an answer.
type Response struct {
	t       testing.TB
	Status  int
	Header  http.Header
	Cookies []*http.Cookie
	Body    string
}

// Location is where the answer redirects to.
func (r *Response) Location() string { return r.Header.Get("Location") }

// Want fails the test when the answer has another status, and returns the answer.
func (r *Response) Want(status int) *Response {
	r.t.Helper()
	if r.Status != status {
		r.t.Errorf("status %d, want %d; location %q; the page says: %s", r.Status, status, r.Location(), r.Text())
	}
	return r
}

// Cookie returns the cookie that the answer sets, or nil.
func (r *Response) Cookie(name string) *http.Cookie {
	for _, c := range r.Cookies {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// All returns the elements of a page that match.
func (r *Response) All(match func(*html.Node) bool) []*html.Node {
	r.t.Helper()
	doc, err := html.Parse(strings.NewReader(r.Body))
	if err != nil {
		r.t.Fatal(err)
	}
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

// Tags returns the elements of a name.
func (r *Response) Tags(name string) []*html.Node {
	r.t.Helper()
	return r.All(func(n *html.Node) bool { return n.Data == name })
}

// Value returns what the field of a name holds: an input's value, the chosen radio button's, the selected option's.
func (r *Response) Value(name string) string {
	r.t.Helper()
	for _, n := range r.All(func(n *html.Node) bool { return Attr(n, "name") == name }) {
		switch {
		case n.Data == "select":
			for option := range n.Descendants() {
				if option.Data == "option" && has(option, "selected") {
					return Attr(option, "value")
				}
			}
		case Attr(n, "type") == "radio" && !has(n, "checked"):
		default:
			return Attr(n, "value")
		}
	}
	return ""
}

// Faults returns the messages of the page's error summary by the id of the field that each leads to, and fails the test
// when a field is not on the page.
func (r *Response) Faults() map[string]string {
	r.t.Helper()
	faults := map[string]string{}
	for _, section := range r.All(func(n *html.Node) bool { return Attr(n, "id") == "g-errors" }) {
		for n := range section.Descendants() {
			field, ok := strings.CutPrefix(Attr(n, "href"), "#")
			if n.Data != "a" || !ok {
				continue
			}
			faults[field] = text(n)
			if len(r.All(func(n *html.Node) bool { return Attr(n, "id") == field })) != 1 {
				r.t.Errorf("the error summary leads to #%s, which is not on the page", field)
			}
		}
	}
	return faults
}

// Text is the text of the page's main part, its spaces folded.
func (r *Response) Text() string {
	r.t.Helper()
	var all []string
	for _, n := range r.Tags("main") {
		all = append(all, text(n))
	}
	return strings.Join(all, " ")
}

// Title is the text of the page's only h1; the test fails when there are more or none.
func (r *Response) Title() string {
	r.t.Helper()
	titles := r.Tags("h1")
	if len(titles) != 1 {
		r.t.Errorf("the page has %d h1", len(titles))
		return ""
	}
	return text(titles[0])
}

// Attr is the value of an attribute, "" without it.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
