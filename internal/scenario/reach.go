package scenario

import (
	"slices"
	"strings"
)

// reachable looks for rules and caps that nothing played so far satisfies, and then tries to satisfy each on purpose.
// What still fails is reported: the search is not complete, but a rule that neither the expert, nor chance, nor a
// play aimed at it satisfies cannot be tested and must be rewritten.
func (l *linter) reachable() {
	for i := range l.s.src.Rules {
		r := &l.s.src.Rules[i]
		if !l.satisfied(&r.If) {
			l.addf(SeverityError, LintUnreachable, r.ID, "no play satisfies the rule")
		}
		l.reachableCases(r.ID, r.Cases)
	}
	for i := range l.s.src.Caps {
		c := &l.s.src.Caps[i]
		if !l.satisfied(&c.If) {
			l.addf(SeverityError, LintUnreachable, c.ID, "no play makes the cap apply")
		}
		l.reachableCases(c.ID, c.Cases)
	}
}

func (l *linter) reachableCases(id string, cases []remark) {
	for i := range cases {
		if !l.satisfied(&cases[i].If) {
			l.addf(SeverityError, LintUnreachable, item(id, "cases", i), "no play makes the remark be said")
		}
	}
}

func (l *linter) satisfied(p *predicate) bool {
	if slices.ContainsFunc(l.states, p.holds) {
		return true
	}
	aim := player{s: l.s}
	aim.pursue(p)
	if p.holds(aim.st) {
		return true
	}
	for _, act := range p.acts() { // a disjunction, or a count with a maximum: one act at a time
		one := player{s: l.s}
		one.reach(act, "", 0)
		if p.holds(one.st) {
			return true
		}
	}
	return false
}

// pursue does what a predicate asks for, in its order, and leaves out what it forbids.
func (p *player) pursue(q *predicate) {
	switch {
	case q.Never != "" || q.Not != nil:
		return
	case q.Eq != nil:
		p.reach(q.Eq.Of, q.Eq.accepted()[0], 0)
	case q.Says != nil:
		p.reach(q.Says.Of, strings.ReplaceAll(q.Says.Any[0], "*", ""), 0)
	case len(q.Any) > 0:
		p.pursue(&q.Any[0])
	case len(q.All) > 0:
		for i := range q.All {
			p.pursue(&q.All[i])
		}
	default:
		for _, act := range q.acts() {
			p.reach(act, "", 0)
		}
	}
}

// reach does an act, after the acts it needs.
func (p *player) reach(act, v string, depth int) bool {
	name, id := Event{Do: act}.Act()
	t := p.s.targets[id]
	if v == "" && p.s.verbs[name].Value != ValueNone {
		v = p.s.plainValue(name, t)
	}
	if p.try(act, v) {
		return true
	}
	if depth > 8 || t == nil {
		return false
	}
	for _, step := range p.s.steps(name, t) {
		if step == "" || p.valued(step) {
			continue
		}
		p.reach(step, "", depth+1)
		if p.try(act, v) {
			return true
		}
	}
	return false
}

// valued reports whether an act that carries a value was done: doing it again would change the value.
func (p *player) valued(act string) bool {
	name, _ := Event{Do: act}.Act()
	return p.s.verbs[name].Value != ValueNone && p.st.Did(act)
}

// steps lists acts that may make an act on a target possible.
func (s *Scenario) steps(verb string, t *target) []string {
	switch verb {
	case MailInspect, MailForward:
		return []string{MailOpen + ":" + t.id}
	case MailLink, MailAttachment, MailReply:
		return []string{MailOpen + ":" + t.owner}
	case BrowserFollow, BrowserFill:
		return s.ways(t.owner)
	case BrowserSubmit:
		return append(s.ways(t.id), s.requires(BrowserFill, t.id)...)
	case DeskCall:
		return []string{t.needs}
	case DeskAsk:
		return []string{t.needs, submitting(t.reopens), DeskCall + ":" + t.owner}
	case FormSubmit:
		return s.requires(FormFill, t.id)
	}
	return nil
}

// ways lists the acts that bring a page on screen.
func (s *Scenario) ways(page string) []string {
	ways := []string{BrowserVisit + ":" + page}
	for _, id := range s.order {
		switch t := s.targets[id]; {
		case t.page != page:
		case t.kind == KindMailLink:
			ways = append(ways, MailLink+":"+id)
		case t.kind == KindPageLink:
			ways = append(ways, BrowserFollow+":"+id)
		case t.kind == KindPage:
			ways = append(ways, BrowserSubmit+":"+id)
		}
	}
	return ways
}

// requires lists the acts that fill the required fields of a page or form.
func (s *Scenario) requires(verb, owner string) []string {
	var acts []string
	for _, id := range s.order {
		if t := s.targets[id]; t.owner == owner && t.field != nil && t.field.Required {
			acts = append(acts, verb+":"+id)
		}
	}
	return acts
}

// plainValue returns the first value that an act accepts.
func (s *Scenario) plainValue(verb string, t *target) string {
	switch {
	case s.verbs[verb].Value == ValueRecipient && len(s.recipients) > 0:
		return s.recipients[0]
	case t != nil && t.field != nil && t.field.Type == FieldChoice:
		return t.field.Options[0].ID
	case t != nil && t.field != nil && t.field.Type == FieldBox:
		return BoxOn
	}
	return "x"
}
