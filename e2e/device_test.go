package e2e

import (
	"testing"

	"galien/internal/platform/i18n"
)

// stem is the question shown, as a person reads it.
func (p *person) stem() string {
	p.t.Helper()
	p.Reload()
	doc := parse(p.t, p.HTML())
	for _, main := range elements(doc, "main") {
		for _, form := range elements(main, "form") {
			return text(form)
		}
	}
	p.t.Fatalf("%s has no question", p)
	return ""
}

func TestAnAttemptGoesOnAtTheSameQuestionOnAnotherDevice(t *testing.T) {
	s, b := visit(t)
	who := newAccount("Noor Essai")
	s.register(t, who)
	first := s.visitor(t, b)
	first.signIn(who)
	first.Click(first.say("assess.start.do"))
	for turn := range 3 {
		first.answer(first.screen(), turn)
	}
	left, attempt := first.stem(), first.attempt()

	second := s.visitor(t, b)
	second.signIn(who)
	second.mustShow(second.say("assess.next.resume"))
	second.Click(second.say("assess.next.resume_do"))
	if second.attempt() != attempt || second.stem() != left {
		t.Errorf("the second device is at %s:\n%s\nwant attempt %s:\n%s", second, second.stem(), attempt, left)
	}
	second.mustShow(second.say("assess.question.saved", "count", 3))
	second.answer(second.screen(), 0)
	first.Reload()
	first.mustShow(first.say("assess.question.saved", "count", 4))
	first.Quiet(t)
	second.Quiet(t)
}

func TestADomainIsPositionedInEnglishFromHomeToResult(t *testing.T) {
	s, b := visit(t)
	p := s.visitorIn(t, b, i18n.English)
	p.open("/")
	p.Click(p.say("assess.home.choose"))
	p.ClickRole("radio", p.domain("5"))
	p.Click(p.say("assess.start.do"))
	met := p.finish()
	if len(met) < 6 || len(met) > 8 {
		t.Errorf("%d questions on a domain of two competencies, want 6 to 8", len(met))
	}
	p.readResult(1, 2)
	p.onlyEnglish()
	p.readAnswers(len(met))
	p.Quiet(t)
}

// domain is the name under which a domain is chosen.
func (p *person) domain(code string) string {
	p.t.Helper()
	published, err := p.site.app.Items.Current(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	d, ok := published.Framework.Domain(code)
	if !ok {
		p.t.Fatalf("no domain %s", code)
	}
	return p.like("radio", d.Title)
}

// onlyEnglish looks for texts of the interface that are French and not marked as such.
func (p *person) onlyEnglish() {
	p.t.Helper()
	doc := parse(p.t, p.HTML())
	french := *p
	french.lang = i18n.French
	for _, key := range []string{"assess.result.title", "assess.result.level", "assess.result.reread",
		"assess.credit.wrong", "ui.chart_table", "nav.home", "ui.sign_in", "pages.help.title", "assess.result.keep"} {
		own, other := plain(p.say(key)), plain(french.say(key))
		if own != other && contains(text(doc), other) {
			p.t.Errorf("%s shows %q, which is French", p, other)
		}
	}
	if root := elements(doc, "html"); len(root) != 1 || attribute(root[0], "lang") != string(i18n.English) {
		p.t.Errorf("%s does not say that it is in English", p)
	}
}
