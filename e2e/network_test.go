package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"galien/internal/item"
	"galien/internal/testkit/browser"
)

// begun is a learner with an account of their own at the first question of a domain, and who asks the service for it.
func begun(t *testing.T, s *site, b *browser.Browser, domain string) (*person, func() (answers, events int)) {
	t.Helper()
	who := newAccount("Réseau Essai")
	actor := s.register(t, who)
	p := s.visitor(t, b)
	p.signIn(who)
	p.open("/positionnement?domaine=" + domain)
	p.Click(p.say("assess.start.do"))
	p.until("at the first question", func() bool { return p.saved() == 0 })
	attempt := p.attempt()
	return p, func() (int, int) {
		t.Helper()
		sc, err := s.app.Assess.Screen(t.Context(), actor, attempt)
		if err != nil {
			t.Fatal(err)
		}
		differences, err := s.app.Assess.Replay(t.Context(), actor.Person, attempt)
		if err != nil || len(differences) > 0 {
			t.Errorf("the log of the attempt is not reproduced: %v, %v", differences, err)
		}
		return sc.Number - 1, sc.Seq - 1
	}
}

// mustHold fails the test when the service does not hold as many answers, each as one event after the one of the start.
func mustHold(t *testing.T, counted func() (answers, events int), want int) {
	t.Helper()
	if answers, events := counted(); answers != want || events != want+1 {
		t.Errorf("the service holds %d answers in %d events, want %d in %d", answers, events, want, want+1)
	}
}

// chosen lists the boxes and buttons that are checked and what is in the fields.
func (p *person) chosen() []string {
	p.t.Helper()
	var list []string
	for _, e := range p.Elements("radio", "checkbox", "textbox", "combobox") {
		if e.Checked || e.Value != "" && e.Role != "radio" && e.Role != "checkbox" {
			list = append(list, e.Name+"="+e.Value)
		}
	}
	return list
}

// question brings the learner to a question that is answered by one form at once.
func (p *person) question() (kind item.Type, answered int) {
	p.t.Helper()
	for turn := 0; ; turn++ {
		kind = p.screen()
		switch kind {
		case item.Single, item.Multiple, item.Text:
			return kind, turn
		}
		p.answer(kind, turn)
	}
}

func TestAnAnswerSentWithoutNetworkIsKeptThenSentOnce(t *testing.T) {
	s, b := visit(t)
	p, counted := begun(t, s, b, "5")
	kind, before := p.question()
	p.choose(kind, 1)
	typed := p.chosen()
	p.Offline(true)
	p.ClickRole("button", p.say("assess.question.submit"))
	p.WaitText(p.say("ui.script.offline"))
	if now := p.chosen(); len(typed) == 0 || strings.Join(now, "|") != strings.Join(typed, "|") {
		t.Errorf("what was chosen was %v, and is %v without network", typed, now)
	}
	mustHold(t, counted, before)
	p.Offline(false)
	p.until("past its question", func() bool { return p.saved() == before+1 })
	mustHold(t, counted, before+1)
	if p.shows(p.say("ui.script.offline")) {
		t.Errorf("%s still says that the connection is lost", p)
	}
}

// An acknowledgement that is lost on its way is the case that double counting comes from: the server has the answer, the
// browser does not know.
func TestAnAnswerWhoseAcknowledgementIsLostCountsOnce(t *testing.T) {
	s, b := visit(t)
	p, counted := begun(t, s, b, "5")
	kind, before := p.question()
	p.choose(kind, 1)
	var received atomic.Int32
	var first time.Time
	var once sync.Once
	s.disturbed(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/reponse") {
				received.Add(1)
				once.Do(func() { first = time.Now() })
				// Chromium tries again by itself, as often as it has connections to spare: all of them are cut for a while.
				if time.Since(first) < time.Second {
					next.ServeHTTP(httptest.NewRecorder(), r)
					panic(http.ErrAbortHandler) // the connection ends without an answer
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	p.ClickRole("button", p.say("assess.question.submit"))
	p.WaitText(p.say("ui.script.offline"))
	p.until("past its question", func() bool { return p.saved() == before+1 })
	if n := received.Load(); n < 2 {
		t.Errorf("the server received the answer %d times, want 2 at least", n)
	}
	mustHold(t, counted, before+1)
}

func TestADoubleClickCountsOnce(t *testing.T) {
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			s, b := visit(t)
			p, counted := begun(t, s, b, "5")
			p.JavaScript(script)
			p.Reload()
			kind, before := p.question()
			p.choose(kind, 1)
			s.disturbed(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/reponse") {
						time.Sleep(300 * time.Millisecond) // so that the second click comes before the answer
					}
					next.ServeHTTP(w, r)
				})
			})
			p.tabToName("button", p.say("assess.question.submit"))
			p.Type("\r\r")
			p.until("past its question", func() bool { return p.saved() == before+1 })
			time.Sleep(500 * time.Millisecond) // a second request that was sent has arrived by now
			mustHold(t, counted, before+1)
		})
	}
}

func TestAStaleTabIsToldCalmlyAndChangesNothing(t *testing.T) {
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			s, b := visit(t)
			p, counted := begun(t, s, b, "5")
			kind, before := p.question()
			stale := p.tab()
			stale.JavaScript(script)
			stale.open(p.path())
			p.choose(kind, 0)
			p.ClickRole("button", p.say("assess.question.submit"))
			p.advanced(before)
			stale.choose(kind, 1)
			stale.ClickRole("button", stale.say("assess.question.submit"))
			stale.WaitText(stale.say("assess.notice.already"))
			stale.mustShow(stale.say("assess.notice.already_text"), stale.say("assess.question.saved", "count", before+1))
			mustHold(t, counted, before+1)
			stale.Quiet(t)
		})
	}
}

func TestReloadingOrGoingBackAfterAnAnswerSendsItNotAgain(t *testing.T) {
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			s, b := visit(t)
			p, counted := begun(t, s, b, "5")
			p.JavaScript(script)
			p.Reload()
			kind, before := p.question()
			p.answer(kind, 1)
			p.Reload()
			if p.saved() != before+1 {
				t.Errorf("%s after a reload: %d answers saved, want %d", p, p.saved(), before+1)
			}
			mustHold(t, counted, before+1)
			p.Back()
			mustHold(t, counted, before+1)
			p.open("/epreuves/" + p.attemptOnHome())
			if p.saved() != before+1 {
				t.Errorf("%s after going back: %d answers saved, want %d", p, p.saved(), before+1)
			}
			p.Quiet(t)
		})
	}
}

// attemptOnHome is the attempt that the home page offers to resume.
func (p *person) attemptOnHome() string {
	p.t.Helper()
	p.open("/")
	p.Click(p.say("assess.next.resume_do"))
	return p.attempt().String()
}
