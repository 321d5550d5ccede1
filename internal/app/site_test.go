package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"galien/internal/app"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/ui/pages"
	"galien/internal/platform/web/webtest"
)

const (
	publicURL   = "https://galien.test"
	cookieName  = "__Host-galien"
	password    = "correct horse battery"
	formRefused = http.StatusUnprocessableEntity
)

// site is the whole application on SQLite, with a national administrator and a school.
type site struct {
	*testing.T
	app    *app.App
	clock  *clock.Manual
	log    *logBuffer
	n      int
	chief  person
	school org.Organisation
}

// person is somebody with an account who is signed in on a browser.
type person struct {
	identity.Actor
	*webtest.Client
}

// logBuffer keeps the log of an application whose jobs write to it too.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func newSite(t *testing.T, change ...func(*app.Config)) *site {
	t.Helper()
	s := &site{T: t, clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)), log: &logBuffer{}}
	config := app.Config{Data: t.TempDir(), Clock: s.clock, PublicURL: publicURL,
		Operator: pages.Operator{Contact: "aide@galien.test"}, Log: logger(s.log)}
	for _, c := range change {
		c(&config)
	}
	a, err := app.New(t.Context(), config)
	s.must(err)
	s.app = a
	stop, err := a.Start(t.Context())
	s.must(err)
	t.Cleanup(func() {
		s.must(stop(context.WithoutCancel(t.Context())))
		s.must(a.Close())
	})
	s.chief = s.person("Chief")
	_, err = a.Orgs.Found(t.Context(), "Administration nationale", s.chief.Person)
	s.must(err)
	s.school = s.organisation(org.School, "IFSI du Nord")
	return s
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// browser is somebody's who has not been here before.
func (s *site) browser() *webtest.Client {
	s.Helper()
	c := webtest.New(s.T, s.app.Handler(), publicURL)
	c.Header.Set("Accept-Language", "fr")
	return c
}

// person makes somebody with an account, signed in, without the cost of a password's hash.
func (s *site) person(name string) person {
	s.Helper()
	s.n++
	p := person{Actor: identity.Actor{Person: id.New(s.clock.Now()), Name: name, Email: fmt.Sprintf("p%d@example.org", s.n)}, Client: s.browser()}
	s.exec("INSERT INTO person (id, created_at) VALUES ($1, $2)", p.Person, s.clock.Now().UnixMicro())
	s.exec("INSERT INTO account (person_id, email, name, sort_name, password_hash, lang, created_at, version) VALUES ($1, $2, $3, $3, '', 'fr', 0, 1)", p.Person, p.Email, name)
	s.signIn(p)
	return p
}

// visitor makes somebody without an account.
func (s *site) visitor() person {
	s.Helper()
	p := person{Actor: identity.Actor{Person: id.New(s.clock.Now()), Visitor: true}, Client: s.browser()}
	s.exec("INSERT INTO person (id, created_at) VALUES ($1, $2)", p.Person, s.clock.Now().UnixMicro())
	s.signIn(p)
	return p
}

// signIn gives the person's browser a token that is valid for a year.
func (s *site) signIn(p person) {
	s.Helper()
	token := rand.Text()
	sum := sha256.Sum256([]byte(token))
	now := s.clock.Now()
	s.exec("INSERT INTO login (token_hash, person_id, visitor, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)", sum[:], p.Person, p.Visitor,
		now.UnixMicro(), now.AddDate(1, 0, 0).UnixMicro())
	p.SetCookie(&http.Cookie{Name: cookieName, Value: token, Path: "/", Secure: true})
}

func (s *site) organisation(kind org.Kind, name string) org.Organisation {
	s.Helper()
	o, err := s.app.Orgs.Create(s.Context(), s.chief.Actor, kind, name)
	s.must(err)
	return o
}

// staff makes somebody who holds a role.
func (s *site) staff(o id.ID, role org.Role) person {
	s.Helper()
	p := s.person(string(role))
	s.must(s.app.Orgs.Grant(s.Context(), s.chief.Actor, o, p.Person, role, nil))
	return p
}

// learner makes somebody who has joined and shares.
func (s *site) learner(o org.Organisation, name string) person {
	s.Helper()
	p := s.person(name)
	_, err := s.app.Orgs.Join(s.Context(), p.Actor, o.JoinCode)
	s.must(err)
	return p
}

func (s *site) exec(statement string, args ...any) {
	s.Helper()
	s.must(s.app.DB.Write(s.Context(), func(tx *db.Tx) error {
		_, err := tx.Unscoped("test").Exec(s.Context(), statement, args...)
		return err
	}))
}

// one reads the first row.
func one[T any](s *site, statement string, args ...any) T {
	s.Helper()
	var out T
	s.must(s.app.DB.Read(s.Context(), func(tx *db.Tx) (err error) {
		out, err = db.One[T](s.Context(), tx.Unscoped("test"), statement, args...)
		return err
	}))
	return out
}

// events counts the audit events of an action.
func (s *site) events(action string) int {
	s.Helper()
	return one[int](s, "SELECT COUNT(*) FROM audit_event WHERE action = $1", action)
}

// query reads a parameter of an address.
func query(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get(name)
}

// answerOne passes over the question that the page of an attempt shows.
func (s *site) answerOne(b *webtest.Client, attempt string) {
	s.Helper()
	page := b.Get(attempt).Want(http.StatusOK)
	if question := page.Value("item"); question != "" {
		b.Post(attempt+"/reponse", "seq", page.Value("seq"), "item", question, "sais-pas", "1").Want(http.StatusSeeOther)
	}
}
