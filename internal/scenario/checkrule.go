package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	maxPredicateDepth = 6
	maxPattern        = 200 // bytes of a regular expression
)

// rules checks points, caps and predicates. Repeated identifiers and missing reasons are the lint's to tell.
func (c *checker) rules() {
	for i := range c.s.src.Rules {
		r := &c.s.src.Rules[i]
		path := fmt.Sprintf("rules[%d]", i)
		c.found.identifier(path+".id", r.ID)
		if r.Points < 1 || r.Points > 100 {
			c.found.addf(path+".points", "points is between 1 and 100")
		}
		c.predicate(path+".if", &r.If, 1)
		for k, act := range r.Attempt {
			c.act(fmt.Sprintf("%s.attempt[%d]", path, k), act)
		}
		c.cases(path, r.Cases)
	}
	for i := range c.s.src.Caps {
		l := &c.s.src.Caps[i]
		path := fmt.Sprintf("caps[%d]", i)
		c.found.identifier(path+".id", l.ID)
		if l.Cap < 0 || l.Cap >= 1 || round6(l.Cap) != l.Cap {
			c.found.addf(path+".cap", "cap is in [0, 1[, with 6 decimals at most")
		}
		c.predicate(path+".if", &l.If, 1)
		c.cases(path, l.Cases)
	}
}

func (c *checker) cases(path string, list []remark) {
	for i := range list {
		p := item(path, "cases", i)
		c.predicate(p+".if", &list[i].If, 1)
		c.found.text(p+".say", list[i].Say)
	}
}

func (c *checker) predicate(path string, p *predicate, depth int) {
	if depth > maxPredicateDepth {
		c.found.addf(path, "more than %d predicates inside one another", maxPredicateDepth)
		return
	}
	set := []bool{p.Did != "", p.Never != "", len(p.Before) > 0, p.Eq != nil, p.Matches != nil, p.Says != nil,
		p.Count != nil, p.Within != nil, len(p.All) > 0, len(p.Any) > 0, p.Not != nil}
	if n := len(slices.DeleteFunc(set, func(b bool) bool { return !b })); n != 1 {
		c.found.addf(path, "exactly one predicate is expected, among did, never, before, eq, matches, says, count, within, all, any, not")
		return
	}
	for _, act := range p.own() {
		c.act(path, act)
	}
	c.shape(path, p)
	for _, child := range p.children() {
		c.predicate(path+"."+child.key, child.predicate, depth+1)
	}
}

// own returns the acts that p names itself, not through its children.
func (p *predicate) own() []string {
	alone := *p
	alone.All, alone.Any, alone.Not = nil, nil, nil
	return alone.acts()
}

// shape checks what is proper to each kind of predicate.
func (c *checker) shape(path string, p *predicate) {
	switch {
	case len(p.Before) > 0 && len(p.Before) != 2:
		c.found.addf(path+".before", "before takes two acts")
	case p.Eq != nil:
		c.valued(path+".eq", p.Eq.Of)
		c.comparison(path+".eq", p.Eq)
	case p.Matches != nil:
		c.valued(path+".matches", p.Matches.Of)
		re, err := regexp.Compile(p.Matches.Re)
		if err != nil || p.Matches.Re == "" || len(p.Matches.Re) > maxPattern {
			c.found.addf(path+".matches.re", "no RE2 expression of at most %d bytes", maxPattern)
		}
		p.Matches.compiled = re
	case p.Says != nil:
		c.valued(path+".says", p.Says.Of)
		c.statement(path+".says", p.Says)
	case p.Count != nil:
		n, upper := len(p.Count.Of), len(p.Count.Of)
		if p.Count.Max != nil {
			upper = *p.Count.Max
		}
		if n == 0 || p.Count.Min < 0 || p.Count.Min > n || upper < p.Count.Min {
			c.found.addf(path+".count", "count takes a list of acts, and 0 ≤ min ≤ max")
		}
	case p.Within != nil && (p.Within.Seconds < 1 || p.Within.Of == ""):
		c.found.addf(path+".within", "within takes an act and seconds, 1 or more")
	}
}

// comparison checks that each value that a choice is compared with is one of its options.
func (c *checker) comparison(path string, cmp *comparison) {
	if (cmp.Value == "") == (len(cmp.In) == 0) {
		c.found.addf(path, "eq takes either value or in")
	}
	_, id := Event{Do: cmp.Of}.Act()
	t := c.s.targets[id]
	for _, v := range cmp.accepted() {
		switch {
		case normalise(v) == "":
			c.found.addf(path, "the value %q is empty once normalised", v)
		case t == nil:
		case t.field != nil && t.field.Type == FieldChoice && !slices.Contains(optionIDs(t.field.Options), v),
			t.field != nil && t.field.Type == FieldBox && v != BoxOn && v != BoxOff,
			strings.HasPrefix(cmp.Of, MailForward+":") && !slices.Contains(c.s.recipients, v):
			c.found.addf(path, "%q is none of the choices of %s", v, cmp.Of)
		}
	}
}

// act checks that an act exists.
func (c *checker) act(path, act string) {
	name, id := Event{Do: act}.Act()
	verb, known := c.s.verbs[name]
	t := c.s.targets[id]
	switch {
	case !known:
		c.found.addf(path, "no verb %q", name)
	case verb.On == KindNone && act != name:
		c.found.addf(path, "%s takes no target", name)
	case verb.On == KindNone:
	case t == nil:
		c.found.addf(path, "no target %q", id)
	case t.kind != verb.On:
		c.found.addf(path, "%s acts on a %s, %q is a %s", name, verb.On, id, t.kind)
	}
}

// valued checks that an act has a value that a rule may look at.
func (c *checker) valued(path, act string) {
	name, id := Event{Do: act}.Act()
	if verb, known := c.s.verbs[name]; known && verb.Value == ValueNone {
		c.found.addf(path, "%s has no value", name)
	}
	if t := c.s.targets[id]; t != nil && t.field != nil && t.field.Secret {
		c.found.addf(path, "the value of %s is secret: it is not kept", id)
	}
}

const maxPhrases = 150 // of each list of a statement

// statement checks the phrases and makes them ready to be looked for.
func (c *checker) statement(path string, p *statement) {
	lang, known := grammarOf(c.s.Lang)
	if !known {
		c.found.addf(path, "says cannot read a text in %q", c.s.Lang)
	}
	if len(p.Any) == 0 || len(p.About) == 0 && len(p.But) > 0 {
		c.found.addf(path, "says takes any, and about where there is a but")
	}
	p.lang = lang
	p.yes, p.no, p.skip = c.phrases(path+".any", p.Any), c.phrases(path+".none", p.None), c.phrases(path+".aside", p.Aside)
	p.names, p.others = c.phrases(path+".about", p.About), c.phrases(path+".but", p.But)
}

func (c *checker) phrases(path string, list []string) phrases {
	if len(list) > maxPhrases {
		c.found.addf(path, "%d phrases, %d at most", len(list), maxPhrases)
	}
	out := newPhrases(list)
	if slices.ContainsFunc(out, func(phrase []string) bool { return len(phrase) == 0 || phrase[0] == "*" }) {
		c.found.addf(path, "a phrase begins with a word")
	}
	return out
}
