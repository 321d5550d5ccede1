package e2e

import (
	"slices"
	"testing"

	"galien/internal/item"
)

func TestWithoutScriptADomainIsPositionedFromHomeToHistory(t *testing.T) {
	s, b := visit(t)
	p := s.visitor(t, b)
	p.JavaScript(false)
	p.open("/")
	p.Click(p.say("assess.home.choose"))
	p.ClickRole("radio", p.domain("2"))
	p.Click(p.say("assess.start.do"))
	attempt := p.path()
	met := p.finish()
	if !slices.Contains(met, item.Scenario) {
		t.Errorf("the questions were %v: no mailbox", met)
	}
	p.readResult(1, 2)
	p.readAnswers(len(met))
	p.Click(p.say("assess.result.keep_do"))
	kept := newAccount("Sans Script")
	p.signUp(kept)
	p.arrive(attempt + "/resultat")
	p.ClickRole("link", p.say("nav.attempts"))
	p.clickLike("link", p.say("assess.history.see"))
	p.arrive(attempt + "/resultat")
	p.Quiet(t)
}

func TestADomainsPageOpensAPositioningOnThatDomain(t *testing.T) {
	s, b := visit(t)
	p := s.visitor(t, b)
	published, err := s.app.Items.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fw := published.Framework
	p.open("/referentiels/" + fw.Code + "/" + fw.Version + "/domaines/5")
	p.Click(p.say("framework.domain.position"))
	if most := min(12, 4*len(fw.Domains[4].Competencies)); !p.shows(p.say("assess.question.title", "number", 1, "most", most)) {
		t.Errorf("the domain's page opens «%s», want a positioning of at most %d questions", p.Title(), most)
	}
}
