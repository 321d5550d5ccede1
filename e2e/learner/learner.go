// Package learner is a learner at a browser, as the server sees one: forms read from the pages and sent back with their
// fields, a cookie, compressed pages, redirects followed. It knows no more than a page shows.
package learner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
)

// Learner is one person at one device, without an account. Its methods are for one goroutine.
type Learner struct {
	Attempt string // path of the attempt, once begun
	base    string
	client  *http.Client
	cookie  string
	random  *rand.Rand
}

// New returns a learner who visits the site at base, such as http://127.0.0.1:8080. The seed decides the answers.
func New(base string, transport http.RoundTripper, seed uint64) *Learner {
	l := &Learner{random: rand.New(rand.NewPCG(seed, 2))}
	l.Move(base, transport)
	return l
}

// Move has the learner go on over other connections, as on another network.
func (l *Learner) Move(base string, transport http.RoundTripper) {
	l.base = base
	l.client = &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// StatusError is an answer of the server that the learner did not expect.
type StatusError struct {
	Status int
	What   string // what was asked
}

// Error says the status and what was asked.
func (e *StatusError) Error() string { return fmt.Sprintf("%s: status %d", e.What, e.Status) }

// ErrRefused says that an answer's number was taken by other content: the page says «déjà répondu».
var ErrRefused = errors.New("this number holds another answer")

// Begin becomes a visitor and starts a positioning on the whole framework.
func (l *Learner) Begin(ctx context.Context) error {
	r, err := l.post(ctx, "/positionnement", url.Values{"domaine": {""}})
	if err != nil {
		return err
	}
	if r.status != http.StatusSeeOther || !strings.HasPrefix(r.location, "/epreuves/") {
		return &StatusError{r.status, "start a positioning"}
	}
	l.Attempt = r.location
	return nil
}

// Look reads the screen of the attempt.
func (l *Learner) Look(ctx context.Context) (Screen, error) {
	r, err := l.get(ctx, l.Attempt)
	switch {
	case err != nil:
		return Screen{}, err
	case r.status == http.StatusSeeOther && r.location == l.Attempt+"/resultat":
		return Screen{Over: true}, nil
	case r.status != http.StatusOK:
		return Screen{}, &StatusError{r.status, "read the screen"}
	}
	return parse(r.body)
}

// Send sends an answer; nil means that the server has acknowledged it. ErrRefused means that it never will.
func (l *Learner) Send(ctx context.Context, a Answer) error {
	r, err := l.post(ctx, l.Attempt+a.door(), a.values())
	switch {
	case err != nil:
		return err
	case r.status != http.StatusSeeOther || !strings.HasPrefix(r.location, l.Attempt):
		return &StatusError{r.status, "send an answer"}
	case strings.Contains(r.location, "avis=deja"):
		return ErrRefused
	}
	return nil
}

// Page reads a page and returns its weight as sent, in bytes.
func (l *Learner) Page(ctx context.Context, path string) (int, error) {
	r, err := l.get(ctx, path)
	if err == nil && r.status != http.StatusOK {
		err = &StatusError{r.status, "read " + path}
	}
	return r.weight, err
}

type reply struct {
	status   int
	location string
	body     []byte // decompressed
	weight   int    // bytes of the body as sent
}

func (l *Learner) get(ctx context.Context, path string) (reply, error) {
	return l.do(ctx, http.MethodGet, path, nil)
}

func (l *Learner) post(ctx context.Context, path string, form url.Values) (reply, error) {
	return l.do(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
}

func (l *Learner) do(ctx context.Context, method, path string, body io.Reader) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, l.base+path, body)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Accept-Language", "fr")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if l.cookie != "" {
		req.Header.Set("Cookie", l.cookie)
	}
	res, err := l.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	for _, c := range res.Cookies() {
		l.cookie = c.Name + "=" + c.Value
	}
	return read(res)
}

// read takes the whole reply, so that the connection serves again.
func read(res *http.Response) (reply, error) {
	r := reply{status: res.StatusCode, location: res.Header.Get("Location")}
	data, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return r, err
	}
	r.body, r.weight = data, len(data)
	if res.Header.Get("Content-Encoding") == "gzip" {
		r.body, err = decompress(data)
	}
	return r, err
}

func decompress(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// Seeds gives each learner of a run a seed of its own. It is safe for concurrent use.
type Seeds struct{ last atomic.Uint64 }

// NewSeeds starts after the given seed.
func NewSeeds(after uint64) *Seeds {
	s := &Seeds{}
	s.last.Store(after)
	return s
}

// Next returns the next seed.
func (s *Seeds) Next() uint64 { return s.last.Add(1) }
