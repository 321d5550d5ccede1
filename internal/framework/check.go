package framework

import (
	"fmt"
	"math"
	"strings"

	"galien/internal/framework/strictyaml"
)

// checker records everything that is wrong in a source.
type checker struct {
	doc *strictyaml.Document
	src *source
}

func (c *checker) head() {
	head := c.src.Framework
	if !frameworkCode.MatchString(head.Code) {
		c.doc.Addf("framework.code", "code %q: capitals, digits and hyphens are expected, 40 at most", head.Code)
	}
	if !versionForm.MatchString(head.Version) {
		c.doc.Addf("framework.version", "version %q: digits, letters, dots and hyphens are expected, 20 at most", head.Version)
	}
	if !languageForm.MatchString(head.Language) {
		c.doc.Addf("framework.language", "language %q is no language tag such as fr or en", head.Language)
	}
	c.title("framework.title", head.Title)
	c.title("framework.publisher", head.Publisher)
	if !positive(head.TotalHours) {
		c.doc.Addf("framework.total_hours", "total_hours %v: a positive number is expected", head.TotalHours)
	}
	if !(head.ECTS >= 0) || math.IsInf(head.ECTS, 1) {
		c.doc.Addf("framework.ects", "ects %v: a number from 0 is expected", head.ECTS)
	}
}

func (c *checker) title(path, text string) {
	if strings.TrimSpace(text) == "" {
		c.doc.Addf(path, "%s is empty", path[strings.LastIndexByte(path, '.')+1:])
	}
}

func (c *checker) scale() {
	s := c.src.Scale
	if s == nil {
		return
	}
	if len(s.Levels) < 2 {
		c.doc.Addf("scale", "a scale has at least two levels")
	}
	codes := map[string]bool{}
	for i, l := range s.Levels {
		path := fmt.Sprintf("scale.levels[%d]", i)
		if !levelCode.MatchString(l.Code) || codes[l.Code] {
			c.doc.Addf(path+".code", "level code %q: unique, lower case letters, digits and hyphens", l.Code)
		}
		codes[l.Code] = true
		c.title(path+".title", l.Title)
		c.cut(path+".from", i)
	}
}

// cut checks where level i begins.
func (c *checker) cut(path string, i int) {
	from := c.src.Scale.Levels[i].From
	switch {
	case i == 0:
		if from != nil {
			c.doc.Addf(path, "the first level has no lower bound: remove from")
		}
	case from == nil:
		c.doc.Addf(path, "a level after the first says where it begins: add from, in logits")
	case math.IsNaN(*from) || math.IsInf(*from, 0):
		c.doc.Addf(path, "from %v is no finite number", *from)
	case i > 1 && c.src.Scale.Levels[i-1].From != nil && *from <= *c.src.Scale.Levels[i-1].From:
		c.doc.Addf(path, "the levels rise: %v is not above %v", *from, *c.src.Scale.Levels[i-1].From)
	}
}

func (c *checker) prior() {
	p := c.src.Prior
	if p == nil {
		return
	}
	if !positive(p.Competency) {
		c.doc.Addf("prior.competency", "variance %v: a positive number is expected", p.Competency)
	}
	if !(p.General >= 0) || math.IsInf(p.General, 1) {
		c.doc.Addf("prior.general", "variance %v: a number from 0 is expected", p.General)
	}
	if !(p.Domain >= 0) || math.IsInf(p.Domain, 1) {
		c.doc.Addf("prior.domain", "variance %v: a number from 0 is expected", p.Domain)
	}
}

func (c *checker) domains() {
	if len(c.src.Domains) == 0 {
		c.doc.Addf("domains", "a framework has at least one domain")
		return
	}
	sum := 0.0
	domains, competencies := map[string]bool{}, map[string]bool{}
	for i, d := range c.src.Domains {
		path := fmt.Sprintf("domains[%d]", i)
		c.code(path+".code", "domain", d.Code, domains)
		c.title(path+".title", d.Title)
		if !positive(d.Hours) {
			c.doc.Addf(path+".hours", "hours %v: a positive number is expected", d.Hours)
		}
		sum += d.Hours
		if len(d.Competencies) == 0 {
			c.doc.Addf(path, "the domain %q has no competency", d.Code)
		}
		for k, competency := range d.Competencies {
			c.competency(fmt.Sprintf("%s.competencies[%d]", path, k), competency, competencies)
		}
	}
	if total := c.src.Framework.TotalHours; math.Abs(sum-total) > 1e-9 {
		c.doc.Addf("framework.total_hours", "the domains' hours add up to %v, total_hours says %v: correct one of them", sum, total)
	}
}

func (c *checker) competency(path string, src competencySource, seen map[string]bool) {
	c.code(path+".code", "competency", src.Code, seen)
	c.title(path+".title", src.Title)
	if len(src.Capacities) == 0 {
		c.doc.Addf(path, "the competency %q has no capacity", src.Code)
	}
	if len(src.Capacities) > maxCapacities {
		c.doc.Addf(path+".capacities", "%d capacities; their codes end with a letter, so there are at most %d", len(src.Capacities), maxCapacities)
	}
	for i, text := range src.Capacities {
		if strings.TrimSpace(text) == "" {
			c.doc.Addf(fmt.Sprintf("%s.capacities[%d]", path, i), "a capacity is empty")
		}
	}
}

// code checks the form of a code and that it is the first of its kind.
func (c *checker) code(path, kind, code string, seen map[string]bool) {
	if !partCode.MatchString(code) {
		c.doc.Addf(path, "%s code %q: letters and digits are expected, with dots between", kind, code)
	}
	if seen[code] {
		c.doc.Addf(path, "the %s code %q is used twice", kind, code)
	}
	seen[code] = true
}
