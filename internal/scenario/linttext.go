package scenario

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	neutralID   = regexp.MustCompile(`^[a-z][0-9]{1,3}$`)
	neutralFile = regexp.MustCompile(`^[a-z][0-9]{1,3}\.(svg|png|webp)$`)
)

// unused reports the targets that nothing uses: no rule or cap names them or what they hold, no transcript plays
// them, no other text mentions their label.
func (l *linter) unused(transcripts []Transcript) {
	used := map[string]bool{}
	mark := func(acts ...string) {
		for _, act := range acts {
			_, id := Event{Do: act}.Act()
			for t := l.s.targets[id]; t != nil; t = l.s.targets[t.owner] {
				used[t.id] = true
				if t.page != "" {
					used[t.page] = true
				}
			}
		}
	}
	for i := range l.s.src.Rules {
		mark(l.s.src.Rules[i].If.acts()...)
		mark(l.s.src.Rules[i].Attempt...)
	}
	for i := range l.s.src.Caps {
		mark(l.s.src.Caps[i].If.acts()...)
	}
	for _, t := range transcripts {
		for _, ev := range t.Events {
			mark(ev.Do)
		}
	}
	for _, id := range l.s.order { // what a used message or page links to
		if t := l.s.targets[id]; t.page != "" && used[t.owner] {
			used[t.page] = true
		}
	}
	for _, id := range l.s.order {
		if t := l.s.targets[id]; !used[id] && !used[t.owner] && !l.mentioned(t) {
			l.addf(SeverityWarning, LintUnused, id, "no rule, transcript or other text uses the %s «%s»", t.kind, t.label)
		}
	}
}

// mentioned reports whether the text of another target, or the introduction, holds the target's label.
func (l *linter) mentioned(t *target) bool {
	label := normalise(t.label)
	return slices.ContainsFunc(l.s.src.passages(), func(p passage) bool {
		return p.owner != t.id && strings.Contains(normalise(p.text), label)
	})
}

// texts checks the alternatives of the images, the neutrality of the names and the reading time.
func (l *linter) texts() {
	for _, pic := range l.s.src.pictures() {
		if strings.TrimSpace(pic.image.Alt) == "" {
			l.addf(SeverityError, LintAlternative, pic.path, "the image %s has no text alternative", pic.image.File)
		}
		if !neutralFile.MatchString(path.Clean(pic.image.File)) {
			l.addf(SeverityError, LintTelltale, pic.path, "name the file %s with a letter and digits", pic.image.File)
		}
	}
	for _, id := range slices.Concat(l.s.order, l.s.recipients, l.s.widgetIDs()) {
		if !neutralID.MatchString(id) {
			l.addf(SeverityError, LintTelltale, id, "an identifier is a letter and digits: a word may give the answer away")
		}
	}
	for _, p := range l.s.src.passages() {
		l.figures.Words += len(strings.Fields(p.text))
	}
	l.figures.ReadSeconds = (l.figures.Words*60 + wordsMinute - 1) / wordsMinute
	if l.figures.ReadSeconds > l.s.Seconds {
		l.addf(SeverityError, LintReading, "seconds", "%d words take %d seconds to read, %d are stated", l.figures.Words, l.figures.ReadSeconds, l.s.Seconds)
	}
}

// ruleHeads checks what the correction shows of the rules and caps.
func (l *linter) ruleHeads() {
	seen := map[string]bool{}
	for _, r := range l.s.src.Rules {
		l.ruleHead(seen, r.ID, r.Title, r.Why)
		if r.Restraint && !r.If.forbids() {
			l.addf(SeverityError, LintRestraint, r.ID, "a rule of restraint holds a never or a not")
		}
	}
	for _, c := range l.s.src.Caps {
		l.ruleHead(seen, c.ID, c.Title, c.Why)
	}
}

// ruleHead checks that the identifier is unique, that the title is there and short, and that the reason is given.
func (l *linter) ruleHead(seen map[string]bool, id, title, why string) {
	if seen[id] {
		l.addf(SeverityError, LintDuplicate, id, "two rules or caps have this identifier")
	}
	seen[id] = true
	switch n := utf8.RuneCountInString(strings.TrimSpace(title)); {
	case n == 0:
		l.addf(SeverityError, LintTitle, id, "the learner is not told which act is meant")
	case n > titleLength:
		l.addf(SeverityError, LintTitle, id, "the title has %d characters, %d at most", n, titleLength)
	}
	if strings.TrimSpace(why) == "" {
		l.addf(SeverityError, LintWhy, id, "the learner is not told why")
	}
}

// widgetIDs returns the identifiers of the widgets that are not targets themselves.
func (s *Scenario) widgetIDs() []string {
	var ids []string
	for _, w := range s.src.Widgets {
		if w.Form == nil {
			ids = append(ids, w.ID)
		}
	}
	return ids
}
