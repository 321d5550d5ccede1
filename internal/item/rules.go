package item

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"galien/internal/framework"
)

var (
	slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	partForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	langForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// check records everything in the file that breaks the format of docs/authoring.md.
func (p *parsed) check(fw *framework.Framework) {
	s := &p.doc.Source
	if !slugForm.MatchString(s.ID) || len(s.ID) > 64 {
		p.yaml.Addf("id", "id %q: lower case, digits and hyphens, 64 at most", s.ID)
	}
	if s.Version < 1 {
		p.yaml.Addf("version", "version is 1 or more")
	}
	if s.Level < 1 || s.Level > 4 {
		p.yaml.Addf("level", "level is 1, 2, 3 or 4")
	}
	if s.Family != "" && !slugForm.MatchString(s.Family) {
		p.yaml.Addf("family", "family %q: lower case, digits and hyphens", s.Family)
	}
	if s.Seconds < 10 || s.Seconds > 1800 {
		p.yaml.Addf("seconds", "seconds is between 10 and 1800")
	}
	p.checkAccessible()
	p.checkCompetency(fw)
	p.checkType()
	p.checkSources()
	p.checkReviews()
	p.checkBody()
}

// checkPlace compares the head with the folder, the file and the bank.
func (p *parsed) checkPlace(competency, id, lang string) {
	s := &p.doc.Source
	if s.ID != id {
		p.yaml.Addf("id", "id %q and the file's name differ", s.ID)
	}
	if s.Competency != competency {
		p.yaml.Addf("competency", "competency %q in the folder of %q", s.Competency, competency)
	}
	if s.Lang != lang {
		p.yaml.Addf("lang", "lang %q in a bank in %q", s.Lang, lang)
	}
}

func (p *parsed) checkAccessible() {
	s := &p.doc.Source
	switch {
	case s.Accessible == nil:
		p.yaml.Addf("accessible", "accessible is missing: true, or false with accessibleWhy")
	case !*s.Accessible && strings.TrimSpace(s.AccessibleWhy) == "":
		p.yaml.Addf("accessible", "accessible: false needs accessibleWhy")
	case *s.Accessible && s.AccessibleWhy != "":
		p.yaml.Addf("accessibleWhy", "accessibleWhy is for an item that is not accessible")
	}
}

func (p *parsed) checkCompetency(fw *framework.Framework) {
	s := &p.doc.Source
	competency, ok := fw.Competency(s.Competency)
	if !ok {
		p.yaml.Addf("competency", "%s has no competency %q", fw.Name(), s.Competency)
		return
	}
	if len(s.Capacities) == 0 {
		p.yaml.Addf("capacities", "an item measures at least one capacity")
	}
	for i, code := range s.Capacities {
		path := fmt.Sprintf("capacities[%d]", i)
		if _, ok := competency.Capacity(code); !ok {
			p.yaml.Addf(path, "%q is no capacity of the competency %s", code, s.Competency)
		}
		if slices.Contains(s.Capacities[:i], code) {
			p.yaml.Addf(path, "the capacity %q is written twice", code)
		}
	}
}

func (p *parsed) checkSources() {
	sources := p.doc.Source.Sources
	if len(sources) == 0 {
		p.yaml.Addf("sources", "an item has at least one source")
	}
	for i, src := range sources {
		path := fmt.Sprintf("sources[%d]", i)
		if strings.TrimSpace(src.Title) == "" {
			p.yaml.Addf(path, "the source has no title")
		}
		if src.Year != 0 && (src.Year < 1800 || src.Year > 2100) {
			p.yaml.Addf(path+".year", "year %d is not a year", src.Year)
		}
		if src.URL != "" && !strings.HasPrefix(src.URL, "https://") {
			p.yaml.Addf(path+".url", "an address begins with https://")
		}
		v := src.Verified
		if (v.How == "") != (v.On == "") || v.On != "" && !isDate(v.On) {
			p.yaml.Addf(path+".verified", "verified is false, or { how: …, on: YYYY-MM-DD }")
		}
	}
}

func (p *parsed) checkReviews() {
	for i, r := range p.doc.Source.Reviews {
		path := fmt.Sprintf("reviews[%d]", i)
		if strings.TrimSpace(r.Reader) == "" {
			p.yaml.Addf(path, "the reading has no reader")
		}
		if !isDate(r.On) {
			p.yaml.Addf(path, "the reading has no date: on: YYYY-MM-DD")
		}
	}
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (p *parsed) checkBody() {
	for _, part := range []section{p.stem, p.explain} {
		if part.prose.words == "" {
			p.yaml.AddLine(max(part.line, 1), "the %s is empty", part.name)
		}
		if part.prose.raw {
			p.yaml.AddLine(part.line, "raw HTML in the %s: write Markdown", part.name)
		}
		if part.prose.link {
			p.yaml.AddLine(part.line, "a link in the %s: addresses stand in sources", part.name)
		}
		for _, image := range part.prose.images {
			if strings.TrimSpace(image.alt) == "" {
				p.yaml.AddLine(part.line, "image %s has no text: write what it shows, in full", image.name)
			}
		}
	}
}

// checkWorld checks a scenario item against its scenario.
func (p *parsed) checkWorld(w *world) {
	switch {
	case w == nil:
		p.yaml.Addf("scenario", "scenarios/%s/scenario.yaml cannot be used", p.doc.Source.Scenario)
	case w.scenario.ID != p.doc.Source.Scenario:
		p.yaml.Addf("scenario", "scenarios/%s holds the scenario %q", p.doc.Source.Scenario, w.scenario.ID)
	case w.scenario.Lang != p.doc.Source.Lang:
		p.yaml.Addf("scenario", "the scenario is in %q", w.scenario.Lang)
	}
}

// named checks the identifiers and the texts of a list. texts gives them by index.
func (p *parsed) named(path string, ids []string, texts func(int) string) {
	seen := map[string]bool{}
	words := map[string]bool{}
	for i, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !partForm.MatchString(id) {
			p.yaml.Addf(at, "id %q: lower case, digits and hyphens, 32 at most", id)
		}
		if seen[id] {
			p.yaml.Addf(at, "the id %q is used twice", id)
		}
		seen[id] = true
		text := fold(texts(i))
		if text == "" {
			p.yaml.Addf(at, "the text of %q is empty", id)
		} else if words[text] {
			p.yaml.Addf(at, "two texts are the same: %q", texts(i))
		}
		words[text] = true
	}
}

func (p *parsed) count(path string, n, low, high int) {
	if n < low || n > high {
		p.yaml.Addf(path, "%d %s; %d to %d are expected", n, path, low, high)
	}
}

func tooLong(text string) bool { return utf8.RuneCountInString(text) > MaxText }
