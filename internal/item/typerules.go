package item

import (
	"fmt"
	"slices"
	"strings"
)

// checkType checks the fields of the item's type, and that no field of another type is there.
func (p *parsed) checkType() {
	s := &p.doc.Source
	own := map[Type][]string{
		Single: {"options"}, Multiple: {"options"}, Text: {"answer"}, Order: {"steps"}, Match: {"categories", "rows"}, Scenario: {"scenario"},
	}
	if own[s.Type] == nil {
		p.yaml.Addf("type", "type %q: single, multiple, text, order, match or scenario", s.Type)
		return
	}
	filled := map[string]bool{
		"options": len(s.Options) > 0, "answer": s.Answer != nil, "steps": len(s.Steps) > 0,
		"categories": len(s.Categories) > 0, "rows": len(s.Rows) > 0, "scenario": s.Scenario != "",
	}
	for _, field := range []string{"options", "answer", "steps", "categories", "rows", "scenario"} {
		if mine := slices.Contains(own[s.Type], field); mine && !filled[field] {
			p.yaml.Addf("type", "a %s item has %s", s.Type, field)
		} else if !mine && filled[field] {
			p.yaml.Addf(field, "a %s item has no %s", s.Type, field)
		}
	}
	if s.Shuffle != nil && !slices.Contains([]Type{Single, Multiple, Match}, s.Type) {
		p.yaml.Addf("shuffle", "shuffle is for options and rows; steps are always shuffled")
	}
	switch s.Type {
	case Single, Multiple:
		p.checkOptions()
	case Text:
		p.checkAnswer()
	case Order:
		p.count("steps", len(s.Steps), 4, 6)
		p.named("steps", choiceIDs(s.Steps), func(i int) string { return s.Steps[i].Text })
	case Match:
		p.checkMatch()
	}
}

func (p *parsed) checkOptions() {
	s := &p.doc.Source
	p.named("options", s.optionIDs(), func(i int) string { return s.Options[i].Text })
	keys := 0
	for i, o := range s.Options {
		if o.Key {
			keys++
		}
		if strings.TrimSpace(o.Why) == "" {
			p.yaml.Addf(fmt.Sprintf("options[%d]", i), "the option %q has no why", o.ID)
		}
	}
	if s.Type == Single {
		p.count("options", len(s.Options), 3, 5)
		if keys != 1 {
			p.yaml.Addf("options", "%d keys; a single has exactly one", keys)
		}
		return
	}
	p.count("options", len(s.Options), 4, 7)
	if keys < 2 || len(s.Options)-keys < 2 {
		p.yaml.Addf("options", "%d keys of %d options; a multiple has at least two keys and two that are not", keys, len(s.Options))
	}
}

func (p *parsed) checkAnswer() {
	a := p.doc.Source.Answer
	if a == nil {
		return
	}
	if strings.TrimSpace(a.Label) == "" {
		p.yaml.Addf("answer", "the answer has no label")
	}
	if len(a.Accept) == 0 {
		p.yaml.Addf("answer", "no accepted answer")
	}
	for i, text := range slices.Concat(a.Accept, a.Refuse) {
		path := fmt.Sprintf("answer.accept[%d]", i)
		if i >= len(a.Accept) {
			path = fmt.Sprintf("answer.refuse[%d]", i-len(a.Accept))
		}
		if fold(text) == "" || tooLong(text) {
			p.yaml.Addf(path, "an answer holds letters or digits and at most %d characters", MaxText)
		}
		if i >= len(a.Accept) && slices.ContainsFunc(a.Accept, func(ok string) bool { return fold(ok) == fold(text) }) {
			p.yaml.Addf(path, "%q is accepted and refused", text)
		}
	}
}

func (p *parsed) checkMatch() {
	s := &p.doc.Source
	p.count("categories", len(s.Categories), 2, 4)
	p.count("rows", len(s.Rows), 4, 7)
	categories := choiceIDs(s.Categories)
	p.named("categories", categories, func(i int) string { return s.Categories[i].Text })
	p.named("rows", s.rowIDs(), func(i int) string { return s.Rows[i].Text })
	used := map[string]bool{}
	for i, r := range s.Rows {
		path := fmt.Sprintf("rows[%d]", i)
		if !slices.Contains(categories, r.Category) {
			p.yaml.Addf(path, "the row %q is in the unknown category %q", r.ID, r.Category)
		}
		used[r.Category] = true
		if strings.TrimSpace(r.Why) == "" {
			p.yaml.Addf(path, "the row %q has no why", r.ID)
		}
	}
	for i, c := range s.Categories {
		if !used[c.ID] {
			p.yaml.Addf(fmt.Sprintf("categories[%d]", i), "no row is in the category %q", c.ID)
		}
	}
}
