package e2e

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/internal/item"
	"galien/internal/testkit/browser"
	"galien/internal/testkit/postgres"
)

// TestAVisitorIsPositionedThenKeepsTheResult is the first journey of all, on both databases.
func TestAVisitorIsPositionedThenKeepsTheResult(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		s, b := visit(t)
		positionedThenKept(t, s, b)
	})
	t.Run("postgres", func(t *testing.T) {
		b := browser.Start(t)
		s, err := newSite(t.Context(), t.TempDir(), postgres.DSN(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			for _, fault := range s.close() {
				t.Error(fault)
			}
		})
		positionedThenKept(t, s, b)
	})
}

func positionedThenKept(t *testing.T, s *site, b *browser.Browser) {
	p := s.visitor(t, b)
	p.open("/")
	p.Click(p.say("assess.start.do")) // one click from the home page to the first question
	if kind := p.screen(); kind == over {
		t.Fatalf("%s: no first question", p)
	}
	attempt := p.path()
	met := p.finish()
	t.Logf("%d questions: %v", len(met), met)
	for _, kind := range []item.Type{item.Single, item.Multiple, item.Match, item.Scenario} {
		if !slices.Contains(met, kind) {
			t.Errorf("no question of type %s came", kind)
		}
	}
	p.readResult(5, 15)
	p.readAnswers(len(met))

	p.Click(p.say("assess.result.keep_do"))
	p.mustShow(p.say("identity.work_kept"))
	kept := newAccount("Maïa Essai")
	p.signUp(kept)
	p.arrive(attempt + "/resultat")
	p.mustShow(p.say("assess.result.level"), kept.Name)
	if p.shows(p.say("assess.result.keep")) {
		t.Errorf("%s still offers to keep a result that is kept", p)
	}
	p.ClickRole("link", p.say("nav.attempts"))
	p.mustShow(p.say("assess.history.title"), p.say("assess.scope.whole"))
	p.clickLike("link", p.say("assess.history.see"))
	p.arrive(attempt + "/resultat")
	p.Quiet(t)

	history, err := s.app.Assess.History(t.Context(), s.actor(t, kept))
	if err != nil || len(history) != 1 || history[0].Result == nil || history[0].Result.Answers != len(met) {
		t.Errorf("the history of the new account is %+v, %v; want one result of %d answers", history, err, len(met))
	}
}

// readResult looks for everything that a result shows: the level in words, the radar, the bars, their tables. The page is
// loaded again first: a result stays.
func (p *person) readResult(domains, competencies int) {
	p.t.Helper()
	p.Reload()
	p.mustShow(p.say("assess.result.title"), p.say("assess.result.level"), p.say("assess.result.provisional"),
		p.say("assess.chart.competencies"), p.say("assess.result.corrections"), p.say("assess.result.facts"))
	doc := parse(p.t, p.HTML())
	radar, bars := 0, 0
	for _, svg := range elements(doc, "svg") {
		switch {
		case attribute(svg, "role") == "img":
			radar++
		case attribute(svg, "class") == "g-bar-drawing": // decoration of the words beside it
			bars++
		}
	}
	if want := min(domains/3, 1); radar != want || bars != competencies {
		p.t.Errorf("%s: %d radars and %d bars, want %d and %d", p, radar, bars, want, competencies)
	}
	captions := ""
	for _, c := range elements(doc, "caption") {
		captions += " " + text(c)
	}
	for _, want := range []string{p.say("assess.chart.competencies"), p.say("assess.chart.domains")}[:1+radar] {
		if !strings.Contains(captions, plain(want)) {
			p.t.Errorf("%s: no table is the twin of %q; captions: %s", p, want, captions)
		}
	}
}

// readAnswers goes through the answers, each with its explanation and its sources, and comes back to the result.
func (p *person) readAnswers(answers int) {
	p.t.Helper()
	p.Click(p.say("assess.result.reread"))
	p.mustShow(p.say("assess.result.corrections"))
	p.readCorrections(elements(parse(p.t, p.HTML()), "article"), answers)
	p.Click(p.say("assess.correction.show_all"))
	p.mustShow(p.say("assess.source.title"))
	p.clickLike("link", p.say("assess.result.title"))
	p.mustShow(p.say("assess.result.level"))
}

// readCorrections looks into each answer for its explanation, its sources and where to verify them.
func (p *person) readCorrections(corrected []*html.Node, answers int) {
	p.t.Helper()
	if len(corrected) != answers {
		p.t.Errorf("%s: %d corrections for %d answers", p, len(corrected), answers)
	}
	for i, c := range corrected {
		words := text(c)
		for _, want := range []string{p.say("assess.correction.number", "number", i+1), p.say("assess.correction.show"), p.say("assess.source.title")} {
			if !strings.Contains(words, plain(want)) {
				p.t.Errorf("%s: correction %d lacks %q: %s", p, i+1, want, words)
			}
		}
		read, unread := plain(p.say("assess.source.verified", "date", "")), plain(p.say("assess.source.unverified"))
		if !strings.Contains(words, read) && !strings.Contains(words, unread) {
			p.t.Errorf("%s: correction %d does not say whether its sources were read", p, i+1)
		}
	}
}
