package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	identifierForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	slugForm       = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)
	langForm       = regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2})?$`)
)

func (p *problems) identifier(path, id string) {
	if !identifierForm.MatchString(id) {
		p.addf(path, "identifier %q: lower case letter, then letters, digits and hyphens, 32 at most", id)
	}
}

func (p *problems) text(path, value string) {
	if strings.TrimSpace(value) == "" {
		p.addf(path, "a text is missing")
	}
}

// check indexes the targets and returns everything that is wrong in the source.
func (s *Scenario) check() problems {
	x := indexer{s: s}
	c := checker{s: s}
	c.head()
	for i := range s.src.Widgets {
		path := fmt.Sprintf("widgets[%d]", i)
		c.widgetKind(path, &s.src.Widgets[i])
		x.widget(path, &s.src.Widgets[i])
	}
	c.found = append(c.found, x.found...)
	if len(s.order) > maxTargets {
		c.found.addf("widgets", "%d targets, %d at most", len(s.order), maxTargets)
	}
	c.widgets()
	c.targets()
	c.rules()
	return c.found
}

type checker struct {
	s     *Scenario
	found problems
}

func (c *checker) head() {
	s := c.s
	if !slugForm.MatchString(s.ID) {
		c.found.addf("id", "id %q: lower case letters, digits and hyphens", s.ID)
	}
	if s.Version < 1 {
		c.found.addf("version", "version is 1 or more")
	}
	if !langForm.MatchString(s.Lang) {
		c.found.addf("lang", "lang %q is no language code", s.Lang)
	}
	if s.Seconds < 30 || s.Seconds > 3600 {
		c.found.addf("seconds", "seconds is between 30 and 3600")
	}
	c.found.text("title", s.Title)
	c.found.text("intro", s.src.Intro)
	th := s.src.Thresholds
	if len(th) != 3 || th[0] <= 0 || th[0] >= th[1] || th[1] >= th[2] || th[2] > 1 {
		c.found.addf("thresholds", "three rising credits in ]0, 1] are expected")
	}
	if len(s.src.Widgets) == 0 || len(s.src.Rules) == 0 {
		c.found.addf("id", "a scenario has at least one widget and one rule")
	}
}

func (c *checker) widgetKind(path string, w *widget) {
	kinds := 0
	for _, set := range []bool{w.Mailbox != nil, w.Browser != nil, w.Desk != nil, w.Form != nil} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		c.found.addf(path, "a widget is exactly one of mailbox, browser, desk, form")
	}
	if w.Form == nil { // a form is a target: its identifier is checked with the others
		c.found.identifier(path+".id", w.ID)
	}
	c.found.text(path+".title", w.Title)
}

// widgets checks the texts and the numbers of each kind of widget.
func (c *checker) widgets() {
	ids := map[string]bool{}
	kinds := map[string]int{}
	for i, w := range c.s.src.Widgets {
		path := fmt.Sprintf("widgets[%d]", i)
		if t := c.s.targets[w.ID]; ids[w.ID] || t != nil && t.path != path {
			c.found.addf(path+".id", "identifier %q is used twice", w.ID)
		}
		ids[w.ID] = true
		switch {
		case w.Mailbox != nil:
			kinds["mailbox"]++
			c.mailbox(path+".mailbox", w.Mailbox)
		case w.Browser != nil:
			kinds["browser"]++
			c.browser(path+".browser", w.Browser)
		case w.Form != nil:
			c.found.text(path+".form.submit", w.Form.Submit)
			c.found.text(path+".form.done", w.Form.Done)
		}
	}
	if kinds["mailbox"] > 1 || kinds["browser"] > 1 {
		c.found.addf("widgets", "one mailbox and one browser at most")
	}
}

func (c *checker) mailbox(path string, m *mailbox) {
	c.found.text(path+".owner", m.Owner)
	seen := map[string]bool{}
	for i, r := range m.Recipients {
		p := item(path, "recipients", i)
		if seen[r.ID] || c.s.targets[r.ID] != nil {
			c.found.addf(p+".id", "identifier %q is used twice", r.ID)
		}
		seen[r.ID] = true
		c.found.text(p+".name", r.Name)
		c.found.text(p+".address", r.Address)
	}
	for i, msg := range m.Messages {
		p := item(path, "messages", i)
		c.found.text(p+".from.name", msg.From.Name)
		c.found.text(p+".from.address", msg.From.Address)
		c.found.text(p+".subject", msg.Subject)
		c.found.text(p+".body", msg.Body)
		c.placed(p+".body", msg.Body, msg.Links)
	}
}

func (c *checker) browser(path string, b *browser) {
	for i, pg := range b.Pages {
		p := item(path, "pages", i)
		c.found.text(p+".url", pg.URL)
		c.found.text(p+".title", pg.Title)
		c.placed(p+".body", pg.Body, pg.Links)
		if pg.Submit != nil {
			c.found.text(p+".submit.text", pg.Submit.Text)
		} else if len(pg.Fields) > 0 {
			c.found.addf(p, "a page with fields needs a submit")
		}
	}
}

// placed checks that each link stands once in its text, and that the text names no other.
func (c *checker) placed(path, text string, links []link) {
	ids := placed(text)
	for _, l := range links {
		if n := len(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id != l.ID })); n != 1 {
			c.found.addf(path, "link {%s} stands %d times in the text, once is expected", l.ID, n)
		}
	}
	for _, id := range ids {
		if _, ok := linkByID(links, id); !ok {
			c.found.addf(path, "no link {%s}", id)
		}
	}
}

// targets checks labels, the pages that links lead to, needs and fields.
func (c *checker) targets() {
	for _, id := range c.s.order {
		t := c.s.targets[id]
		if t.kind != KindForm { // a form's label is its widget's title
			c.found.text(t.path, t.label)
		}
		if t.page != "" {
			if dest := c.s.targets[t.page]; dest == nil || dest.kind != KindPage {
				c.found.addf(t.path, "no page %q", t.page)
			}
		}
		if t.needs != "" {
			c.act(t.path+".needs", t.needs)
		}
		if form := c.s.targets[t.reopens]; t.reopens != "" && (form == nil || form.kind != KindForm) {
			c.found.addf(t.path+".reopens", "no form %q", t.reopens)
		}
		if t.max < 0 || t.max > MaxValue {
			c.found.addf(t.path+".max", "max is between 1 and %d", MaxValue)
		}
		if t.field != nil {
			c.field(t.path, t.field)
		}
	}
}

func (c *checker) field(path string, f *field) {
	types := []string{FieldText, FieldLong, FieldChoice, FieldBox}
	switch {
	case !slices.Contains(types, f.Type):
		c.found.addf(path+".type", "type %q is none of %s", f.Type, strings.Join(types, ", "))
	case (f.Type == FieldChoice) != (len(f.Options) >= 2):
		c.found.addf(path, "a choice, and nothing else, has options, at least two")
	case f.Secret && (f.Type != FieldText || f.Max != 0 && f.Max < 8):
		c.found.addf(path, "a secret field is a text of at least 8 characters")
	}
	seen := map[string]bool{}
	for i, o := range f.Options {
		p := item(path, "options", i)
		c.found.identifier(p+".id", o.ID)
		c.found.text(p+".text", o.Text)
		if seen[o.ID] {
			c.found.addf(p+".id", "option %q is there twice", o.ID)
		}
		seen[o.ID] = true
	}
}
