package item

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of docs/authoring.md.
const (
	maxStemWords     = 120
	minExplainWords  = 40
	maxExplainWords  = 120
	maxSentence      = 25 // words; the guide asks for 20 where possible
	minAlternative   = 30 // characters
	minPerCompetency = 4
	levels           = 4
)

// Check inspects a loaded bank: each item, then the bank as a whole. The findings come in a fixed order.
func Check(b *Bank) []Finding {
	var out []Finding
	for _, it := range b.items {
		c := itemCheck{it: it}
		c.lengths()
		c.question()
		c.references()
		c.alternatives()
		c.sources()
		c.reviews()
		c.canary()
		out = append(out, c.findings...)
	}
	return slices.Concat(out, checkDuplicates(b), checkCoverage(b), checkStrategies(b))
}

type itemCheck struct {
	it       *Item
	findings []Finding
}

func (c *itemCheck) addf(severity Severity, line int, code, format string, args ...any) {
	c.findings = append(c.findings, Finding{severity, c.it.File, line, code, fmt.Sprintf(format, args...)})
}

func (c *itemCheck) lengths() {
	stem, explanation := inspect(c.it.doc.Stem).words, inspect(c.it.doc.Explanation).words
	if n := words(stem); n > maxStemWords {
		c.addf(SeverityError, c.it.lines.stem, FindStem, "the stem has %d words; at most %d", n, maxStemWords)
	}
	if n := words(explanation); n < minExplainWords || n > maxExplainWords {
		c.addf(SeverityError, c.it.lines.explanation, FindExplanation, "the explanation has %d words; %d to %d are expected", n, minExplainWords, maxExplainWords)
	}
	c.sentences(stem, c.it.lines.stem)
	c.sentences(explanation, c.it.lines.explanation)
}

func (c *itemCheck) sentences(text string, line int) {
	for _, s := range sentences(text) {
		if n := words(s); n > maxSentence {
			c.addf(SeverityWarning, line, FindSentence, "a sentence of %d words: «%s…»", n, strings.Join(strings.Fields(s)[:6], " "))
		}
	}
}

// several matches, folded, a stem that announces more than one answer.
var several = regexp.MustCompile(`\b(plusieurs|deux|trois|quatre|cinq|several|two|three|four|five|all that apply)\b`)

// bold is emphasised text in Markdown; negation is that of a question in French or in English, once bold is taken out.
var (
	bold     = regexp.MustCompile(`\*\*[^*]+\*\*`)
	negation = regexp.MustCompile(`(?i)(\bne\s|\bn['’]).*\b(pas|jamais|aucun|aucune|plus)\b[^.?!]*\?|\bnot\b[^.?!]*\?`)
)

// question checks how the stem asks.
func (c *itemCheck) question() {
	if c.it.Type == Multiple && !several.MatchString(fold(inspect(c.it.doc.Stem).words)) {
		c.addf(SeverityError, c.it.lines.stem, FindMultiple, "the stem does not say that several answers are expected")
	}
	for _, s := range sentencesWithMarks(bold.ReplaceAllString(c.it.doc.Stem, "")) {
		if negation.MatchString(s) {
			c.addf(SeverityWarning, c.it.lines.stem, FindNegation, "a negation in the question, not in bold: «%s»", strings.TrimSpace(s))
		}
	}
}

// words counts what a reader reads: runs that hold a letter or a digit. French spaces before : ; ? ! do not count.
func words(text string) int {
	n := 0
	for _, w := range strings.Fields(text) {
		if fold(w) != "" {
			n++
		}
	}
	return n
}

var sentenceEnd = regexp.MustCompile(`[.?!…]+(\s|$)|\n`)

func sentences(text string) []string { return sentenceEnd.Split(text, -1) }

// sentencesWithMarks keeps the mark that ends each sentence.
func sentencesWithMarks(text string) []string {
	var out []string
	from := 0
	for _, end := range sentenceEnd.FindAllStringIndex(text, -1) {
		out = append(out, text[from:end[1]])
		from = end[1]
	}
	return append(out, text[from:])
}

// reference matches, folded, an option that speaks of the others or of a place: shuffling makes it wrong, and «all of
// them» gives itself away.
var reference = regexp.MustCompile(`\b(toutes les (autres )?reponses|toutes ces reponses|aucune (des|de ces) (autres )?reponses|les deux reponses|` +
	`(premiere|deuxieme|seconde|troisieme|quatrieme|derniere|precedente) reponse|reponse [a-g]\b|reponses [a-g] et [a-g]|` +
	`(all|none) of the (above|answers|options)|(first|second|third|last) (answer|option)|(answer|option) [a-g]\b)`)

func (c *itemCheck) references() {
	s := &c.it.doc.Source
	texts := []string{}
	for _, o := range s.Options {
		texts = append(texts, o.Text, o.Why)
	}
	for _, r := range s.Rows {
		texts = append(texts, r.Text, r.Why)
	}
	for _, step := range s.Steps {
		texts = append(texts, step.Text)
	}
	for _, text := range texts {
		if reference.MatchString(fold(text)) {
			c.addf(SeverityError, c.it.lines.options, FindReference, "«%s» speaks of the other options or of a place", text)
		}
	}
}

func (c *itemCheck) alternatives() {
	for _, image := range c.it.doc.Images {
		if n := utf8.RuneCountInString(image.Alt); n < minAlternative {
			c.addf(SeverityError, c.it.lines.stem, FindAlternative, "the text of %s has %d characters: it must allow answering", image.Name, n)
		}
	}
}

func (c *itemCheck) sources() {
	verified := false
	for _, src := range c.it.doc.Source.Sources {
		if strings.TrimSpace(src.Section) == "" && src.URL == "" {
			c.addf(SeverityError, c.it.lines.sources, FindSource, "the source «%s» has neither section nor url", src.Title)
		}
		if src.Year == 0 && !src.Verified.Done() {
			c.addf(SeverityError, c.it.lines.sources, FindSource, "the source «%s» has neither a year nor the date when it was read", src.Title)
		}
		verified = verified || src.Verified.Done()
	}
	if !verified {
		c.addf(SeverityWarning, c.it.lines.sources, FindUnverified, "no source of the item was read")
	}
}

func (c *itemCheck) reviews() {
	reviews := c.it.doc.Source.Reviews
	if len(reviews) == 0 && c.it.Type != Scenario {
		c.addf(SeverityWarning, c.it.lines.head, FindReviewNone, "nobody answered the item before seeing its key")
	}
	for _, r := range reviews {
		response, err := c.it.unflatten(r.Answer)
		if err != nil {
			c.addf(SeverityError, c.it.lines.reviews, FindReviewStale, "the answer of %s is none that the item can have (%v): read the item again", r.Reader, err)
			continue
		}
		right := c.it.Score(response).Category == c.it.Max()
		switch {
		case right != r.Agrees:
			c.addf(SeverityError, c.it.lines.reviews, FindReviewStale, "the reading of %s says agrees: %t, and its answer says %t: read the item again", r.Reader, r.Agrees, right)
		case !right:
			c.addf(SeverityError, c.it.lines.reviews, FindReviewKey, "%s answered %s, which is not the key: correct the item, then have it read again", r.Reader, strings.Join(r.Answer, ", "))
		}
	}
}
