package e2e

import (
	"slices"
	"strings"
	"testing"

	"galien/internal/item"
	"galien/internal/testkit/browser"
)

// mostTabs bounds the way of the keyboard from one control to another on one page.
const mostTabs = 120

// tabTo presses Tab until the focus is on what is wanted. It ends the test when the focus stands still, which is a trap,
// or comes back to the page's top without having met it.
func (p *person) tabTo(what string, wanted func(browser.Element) bool) {
	p.t.Helper()
	var way []string
	wraps := 0
	for range mostTabs {
		if wanted(p.Focused()) {
			return
		}
		p.Press("Tab")
		now := p.Focused()
		if now.Role == "" {
			wraps++
		}
		if n := len(way); n > 0 && way[n-1] == now.String() && now.Role != "radio" {
			p.t.Fatalf("%s: the focus does not leave %s", p, now)
		}
		way = append(way, now.String())
		if wraps > 1 {
			break
		}
	}
	p.t.Fatalf("%s: the keyboard does not reach %s; it went by %v", p, what, way)
}

// tabToName is tabTo for a role and a name.
func (p *person) tabToName(role, name string) {
	p.t.Helper()
	p.tabTo(role+" «"+name+"»", func(e browser.Element) bool { return e.Role == role && e.Name == plain(name) })
}

// tabToLike is tabTo for a role and a part of a name.
func (p *person) tabToLike(role, part string) {
	p.t.Helper()
	p.tabTo(role+" like «"+part+"»", func(e browser.Element) bool { return e.Role == role && strings.Contains(fold(e.Name), fold(part)) })
}

func TestADomainIsPositionedWithTheKeyboardOnly(t *testing.T) {
	s, b := visit(t)
	p := s.visitor(t, b)
	p.open("/positionnement")
	p.tabTo("the choice of a domain", func(e browser.Element) bool { return e.Role == "radio" })
	wanted := p.domain("2")
	for range 5 {
		if p.Focused().Name == wanted {
			break
		}
		p.Press("ArrowDown")
	}
	if now := p.Focused(); now.Name != wanted || !now.Checked {
		t.Fatalf("the arrows lead to %s, checked: %v; want %q", now, now.Checked, wanted)
	}
	p.Press("Enter") // sends the form from any of its fields
	p.until("at the first question", func() bool { return p.saved() == 0 })
	var met []item.Type
	for kind := p.screen(); kind != over; kind = p.screen() {
		met = append(met, kind)
		before := p.saved()
		p.chooseByKeyboard(kind)
		if kind != item.Scenario {
			p.tabToName("button", p.say("assess.question.submit"))
			p.Press("Space")
		}
		p.advanced(before)
	}
	if !slices.Contains(met, item.Scenario) {
		t.Errorf("the questions were %v: no mailbox", met)
	}
	result := p.path()
	p.tabToName("link", p.say("assess.result.reread"))
	p.Press("Enter")
	p.arrive(strings.TrimSuffix(result, "/resultat") + "/reponses")
	p.tabToLike("DisclosureTriangle", p.say("assess.correction.show"))
	open := p.Focused().Expanded
	p.Press("Enter")
	if p.Focused().Expanded == open {
		t.Errorf("%s: Enter does not open nor close %s", p, p.Focused())
	}
	p.tabToName("link", p.say("assess.result.title"))
	p.Press("Enter")
	p.arrive(result)
	p.tabToName("link", p.say("assess.result.keep_do"))
	p.Press("Enter")
	p.arrive("/inscription")
	p.Quiet(t)
}

func (p *person) chooseByKeyboard(kind item.Type) {
	p.t.Helper()
	switch kind {
	case item.Single:
		p.tabTo("a radio button", func(e browser.Element) bool { return e.Role == "radio" })
		p.Press("Space")
		p.Press("ArrowDown")
	case item.Multiple:
		p.tabTo("a box", func(e browser.Element) bool { return e.Role == "checkbox" })
		p.Press("Space")
	case item.Text:
		p.tabTo("a field", func(e browser.Element) bool { return e.Role == "textbox" })
		p.Type("42")
	case item.Order:
		before := p.moves()
		p.tabToName("button", before[0])
		p.Press("Enter")
		p.until("with the first step moved", func() bool { now := p.moves(); return len(now) > 1 && now[1] == before[0] })
		if now := p.Focused(); now.Name != before[0] {
			p.t.Errorf("%s: the focus is on %s after «%s»", p, now, before[0])
		}
	case item.Match:
		for _, row := range p.Elements("combobox") {
			p.tabToName("combobox", row.Name)
			p.Press("ArrowDown")
		}
	case item.Scenario:
		p.tabToLike("button", phishing)
		p.Press("Enter")
		p.WaitText("votre accès au dossier patient et aux prescriptions sera suspendu")
		p.tabToName("button", p.say("assess.mail.report"))
		p.Press("Enter")
		p.WaitText(p.say("assess.world.done.mail.report"))
		p.tabToName("link", p.say("assess.world.end_tab"))
		p.Press("Enter")
		p.WaitText(p.say("assess.world.end_text"))
		p.tabToName("button", p.say("assess.world.finish"))
		p.Press("Enter")
	}
}
