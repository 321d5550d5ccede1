package e2e

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/e2e/learner"
	"galien/internal/identity"
	"galien/internal/scenario"
)

// listener is a transport that searches each response for secrets on its way.
type listener struct {
	t         *testing.T
	who       string
	token     identity.Token // of the person who reads; empty for a visitor, whose cookie the learner keeps
	secrets   []secret
	responses int
	found     map[secret]string // where each was first read
}

// RoundTrip adds the person's cookie and listens to the response.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.token != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Cookie", "galien="+string(l.token))
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	sent, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(sent))
	plain := sent
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(sent))
		if err != nil {
			return nil, err
		}
		if plain, err = io.ReadAll(z); err != nil {
			return nil, err
		}
	}
	l.listen(r.Method+" "+r.URL.RequestURI(), plain)
	return res, nil
}

// listen searches a response, its headers left out.
func (l *listener) listen(what string, body []byte) {
	l.responses++
	words, whole := visible(body)
	for _, s := range l.secrets {
		if _, known := l.found[s]; !known && (strings.Contains(words, s.text) || strings.Contains(whole, s.text)) {
			l.found[s] = what
		}
	}
}

// silent fails the test for each secret that was heard.
func (l *listener) silent() {
	l.t.Helper()
	for s, where := range l.found {
		l.t.Errorf("%s reads the %s of %s in %s: %s", l.who, s.what, s.item, where, s.text)
	}
	l.t.Logf("%s: %d responses", l.who, l.responses)
}

func (s *site) listener(t *testing.T, who string, token identity.Token, secrets []secret) *listener {
	t.Helper()
	return &listener{t: t, who: who, token: token, secrets: secrets, found: map[secret]string{}}
}

// everyAct looks into everything that the mailbox holds without ending it.
func everyAct() []string {
	acts := []string{"browser.visit:p1", "browser.follow:l4", "browser.close"}
	for _, m := range []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7"} {
		acts = append(acts, scenario.MailOpen+":"+m, scenario.MailInspect+":"+m)
	}
	for _, c := range []string{"c1", "c2", "c3", "c4", "c5"} {
		acts = append(acts, scenario.DeskCall+":"+c)
	}
	for _, q := range []string{"q1", "q2", "q4", "q5", "q6", "q7"} {
		acts = append(acts, scenario.DeskAsk+":"+q)
	}
	return append(acts, "desk.read:d1", "desk.read:d2", "desk.read:d3", scenario.MailReply+":r2", scenario.MailReport+":m2",
		scenario.MailLink+":l1", scenario.MailAttachment+":a2", scenario.Finish)
}

// answerAll takes a positioning to its last question, reading on the way all that a learner can ask for.
func answerAll(t *testing.T, s *site, l *listener, seed uint64) *learner.Learner {
	t.Helper()
	ctx := t.Context()
	who := learner.New(s.url, l, seed)
	if err := who.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	acts := everyAct()
	for {
		sc, err := who.Look(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if sc.Over {
			return who
		}
		answer := who.Choose(sc)
		if answer.Act != "" {
			answer.Act, acts = acts[0], acts[1:]
		}
		for _, path := range []string{who.Attempt + "/resultat", who.Attempt + "/reponses", "/api/v1" + strings.Replace(who.Attempt, "epreuves", "attempts", 1),
			"/api/v1" + strings.Replace(who.Attempt, "epreuves", "attempts", 1) + "/result"} {
			var status *learner.StatusError
			if _, err := who.Page(ctx, path); err != nil && !errors.As(err, &status) {
				t.Fatal(err)
			}
		}
		if err := who.Send(ctx, answer); err != nil {
			t.Fatalf("send %+v: %v", answer, err)
		}
	}
}

// crawl reads every page of the site that can be reached by links, and returns how many.
func (s *site) crawl(t *testing.T, l *listener, first ...string) int {
	t.Helper()
	client := &http.Client{Transport: l}
	seen := map[string]bool{}
	for queue := first; len(queue) > 0; queue = queue[1:] {
		path := queue[0]
		if seen[path] {
			continue
		}
		seen[path] = true
		queue = append(queue, s.links(t, client, path)...)
	}
	return len(seen)
}

// links reads a page and lists the paths of the site that it links to.
func (s *site) links(t *testing.T, client *http.Client, path string) []string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	doc, err := html.Parse(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, a := range elements(doc, "a") {
		u, err := url.Parse(attribute(a, "href"))
		if err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") {
			paths = append(paths, u.RequestURI())
		}
	}
	return paths
}

// TestNoKeyIsReadBeforeTheAttemptEnds listens to every response that visitors, learners and teachers get, for the keys of
// the whole bank (guarantee G6). That the ears work is heard on the result, where the keys are.
func TestNoKeyIsReadBeforeTheAttemptEnds(t *testing.T) {
	s, _ := visit(t)
	secrets := s.secrets(t)
	if len(secrets) < 500 {
		t.Fatalf("only %d secrets: the bank has more", len(secrets))
	}
	visitor := s.listener(t, "a visitor", "", secrets)
	s.crawl(t, visitor, "/")
	visitor.takes(s, 1)
	visitor.takes(s, 2)
	visitor.silent()

	who := newAccount("Oreille Essai")
	_, token, err := s.app.Identity.Register(t.Context(), identity.Actor{}, "e2e",
		identity.Registration{Name: who.Name, Email: who.Email, Password: who.Password})
	if err != nil {
		t.Fatal(err)
	}
	account := s.listener(t, "a learner", token, secrets)
	s.crawl(t, account, "/", "/compte")
	account.takes(s, 3)
	account.silent()

	d := demoAccount(t, "teacher")
	_, token, err = s.app.Identity.SignIn(t.Context(), identity.Actor{}, "e2e", d.Email, d.Password)
	if err != nil {
		t.Fatal(err)
	}
	teacher := s.listener(t, "a teacher", token, secrets)
	if n := s.crawl(t, teacher, "/"); n < 50 {
		t.Errorf("a teacher reaches %d pages only: the sheets of thirty learners are not among them", n)
	}
	teacher.silent()
}

// takes goes through a positioning, then makes sure that its answers are heard: every one is explained there.
func (l *listener) takes(s *site, seed uint64) {
	l.t.Helper()
	done := answerAll(l.t, s, l, seed)
	before := l.found
	l.found = map[secret]string{}
	if _, err := done.Page(l.t.Context(), done.Attempt+"/reponses"); err != nil {
		l.t.Fatal(err)
	}
	if len(l.found) < 50 {
		l.t.Errorf("only %d secrets are heard on the page that explains every answer", len(l.found))
	}
	l.found = before
}
