package assessweb

import (
	"context"
	"math"
	"time"

	"github.com/a-h/templ"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/framework/frameworkweb"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// certainty says how sure a level, or one of two neighbours, is: in words and in chances out of 100.
func certainty(ctx context.Context, m assess.Measured, low, high int) string {
	probability := total(m.Levels[low : high+1])
	chances := outOf100(probability)
	switch {
	case low < high:
		return i18n.T(ctx, "assess.certainty.between", "chances", chances)
	case probability >= 0.9:
		return i18n.T(ctx, "assess.certainty.high", "chances", chances)
	case probability >= 0.7:
		return i18n.T(ctx, "assess.certainty.good", "chances", chances)
	}
	return i18n.T(ctx, "assess.certainty.fair", "chances", chances)
}

// headline is the level to announce: that of the mean where it is more likely than all the others together, else it and
// its likelier neighbour. One name alone would claim what the measure does not know.
func headline(m assess.Measured) (low, high int) {
	if m.Levels[m.Level] >= 0.5 {
		return m.Level, m.Level
	}
	return grow(m.Levels, m.Level, m.Level)
}

// credible is the run of levels around the mean's that holds it with 8 chances in 10.
func credible(m assess.Measured) (low, high int) {
	low, high = m.Level, m.Level
	for total(m.Levels[low:high+1]) < 0.8 && high-low+1 < len(m.Levels) {
		low, high = grow(m.Levels, low, high)
	}
	return low, high
}

func total(probabilities []float64) (sum float64) {
	for _, p := range probabilities {
		sum += p
	}
	return sum
}

// grow takes the likelier of the levels on either side of a run into it.
func grow(levels []float64, low, high int) (int, int) {
	if low == 0 || high+1 < len(levels) && levels[high+1] >= levels[low-1] {
		return low, min(high+1, len(levels)-1)
	}
	return low - 1, high
}

// outOf100 writes a probability as chances out of 100, never 0 nor 100: nothing here is certain.
func outOf100(probability float64) int {
	return min(max(int(math.Round(probability*100)), 1), 99)
}

// rival is the second most probable level, -1 when it has fewer than 10 chances out of 100.
func rival(m assess.Measured) int {
	best := -1
	for k, p := range m.Levels {
		if k != m.Level && p >= 0.1 && (best < 0 || p > m.Levels[best]) {
			best = k
		}
	}
	return best
}

// scopeTitle names what an attempt covers.
func scopeTitle(ctx context.Context, fw *framework.Framework, scope string) string {
	if scope == "" {
		return i18n.T(ctx, "assess.scope.whole")
	}
	if d, ok := fw.Domain(scope); ok {
		return i18n.T(ctx, "assess.scope.domain", "title", d.Title)
	}
	return i18n.T(ctx, "assess.scope.other")
}

// nextStep is what to do next, in words.
type nextStep struct {
	Title  string
	Why    string
	Scope  string // of the positioning to start, when Resume is empty
	Resume string // address of the attempt to resume
	Do     string // label of the action
	First  string // competency to work on first; "" when none is told
	Read   string // address of what it asks for
}

func stepWords(ctx context.Context, fw *framework.Framework, s assess.Step) nextStep {
	switch s.Kind {
	case assess.StepResume:
		return nextStep{Title: i18n.T(ctx, "assess.next.resume"), Why: i18n.T(ctx, "assess.next.resume_why"),
			Resume: Path(s.Attempt), Do: i18n.T(ctx, "assess.next.resume_do")}
	case assess.StepDomain:
		d, _ := fw.Domain(s.Domain)
		n := nextStep{Title: i18n.T(ctx, "assess.next.domain", "title", scaleOf(fw).typeset(d.Title)), Scope: d.Code, Do: i18n.T(ctx, "assess.next.domain_do"),
			Why: i18n.T(ctx, "assess.next.domain_unsure"), Read: frameworkweb.Path(fw, d.Code)}
		if s.Sure {
			n.Why = i18n.T(ctx, "assess.next.domain_why")
		}
		if c, ok := fw.Competency(s.Competency); ok {
			n.First = i18n.T(ctx, "assess.next.competency", "code", c.Code, "title", scaleOf(fw).typeset(c.Title))
		}
		return n
	}
	n := nextStep{Title: i18n.T(ctx, "assess.next.whole"), Why: i18n.T(ctx, "assess.next.whole_again"), Do: i18n.T(ctx, "assess.start.do")}
	if s.Unmeasured > 0 {
		n.Why = i18n.T(ctx, "assess.next.whole_why", "count", s.Unmeasured)
	}
	return n
}

// historyTable lists attempts, the latest first. actions adds the link to each; staff see none.
func historyTable(ctx context.Context, fw *framework.Framework, history []assess.Summary, actions bool) ui.TableProps {
	t := ui.TableProps{Caption: i18n.T(ctx, "assess.history.caption"), HideTitle: true, ID: "historique", Columns: []ui.Column{
		{Label: i18n.T(ctx, "assess.history.date")}, {Label: i18n.T(ctx, "assess.history.scope")}, {Label: i18n.T(ctx, "assess.history.level")}}}
	if actions {
		t.Columns = append(t.Columns, ui.Column{Label: i18n.T(ctx, "assess.history.action")})
	}
	t.Empty = ui.EmptyProps{Title: i18n.T(ctx, "assess.history.none"), Text: i18n.T(ctx, "assess.history.none_text")}
	if actions {
		t.Empty.Action = ui.LinkProps{Label: i18n.T(ctx, "assess.start.do"), Href: StartPath}
	}
	for _, h := range history {
		t.Rows = append(t.Rows, historyRow(ctx, fw, h, actions))
	}
	return t
}

func historyRow(ctx context.Context, fw *framework.Framework, h assess.Summary, actions bool) []ui.Cell {
	started := time.UnixMicro(h.Attempt.StartedAt)
	row := []ui.Cell{{Text: i18n.DateTime(ctx, started)}, {Text: scopeTitle(ctx, fw, h.Attempt.Scope)}}
	link := ui.Cell{Content: ui.ButtonLink(ui.LinkProps{Label: i18n.T(ctx, "assess.history.resume"), Href: Path(h.Attempt.ID), Kind: ui.Secondary,
		Small: true, Hidden: i18n.T(ctx, "assess.history.of", "date", i18n.DateTime(ctx, started))})}
	switch {
	case h.Result == nil:
		row = append(row, ui.Cell{Content: ui.Tag(ui.TagProps{Label: i18n.T(ctx, "assess.history.open"), Tone: ui.Info})})
	case !h.Result.Enough():
		row, link = append(row, ui.Cell{Text: i18n.T(ctx, "assess.history.too_few")}), ui.Cell{Text: "–"}
	default:
		row = append(row, ui.Cell{Text: resultLevel(fw, *h.Result)})
		link = ui.Cell{Content: ui.ButtonLink(ui.LinkProps{Label: i18n.T(ctx, "assess.history.see"), Href: ResultPath(h.Attempt.ID), Kind: ui.Quiet,
			Small: true, Hidden: i18n.T(ctx, "assess.history.of_result", "date", i18n.DateTime(ctx, started))})}
	}
	if actions {
		row = append(row, link)
	}
	return row
}

// resultLevel names the level of a result under the framework in service; another framework's levels are its own.
func resultLevel(fw *framework.Framework, r assess.Result) string {
	if r.Framework != fw.Code || r.Version != fw.Version {
		return "–"
	}
	return scaleOf(fw).titles(headline(r.Main))
}

// langOf is the lang attribute of a text in another language than the page (RGAA 8.7); none for "" or the page's own.
func langOf(ctx context.Context, lang string) templ.Attributes {
	if lang == "" || lang == string(i18n.From(ctx)) {
		return nil
	}
	return templ.Attributes{"lang": lang}
}

// lengthWords says how long a positioning is: «25 à 32 questions, 30 à 50 minutes».
func lengthWords(ctx context.Context, l assess.Length) string {
	return i18n.T(ctx, "assess.length", "few", l.MinQuestions, "many", l.MaxQuestions, "least", l.MinMinutes, "most", l.MaxMinutes)
}

// levelWords says what each level means, with its place on the scale shown. A level that we have no sentence for, another
// framework's, is left out.
func levelWords(ctx context.Context, fw *framework.Framework) []levelWord {
	var out []levelWord
	for k, l := range fw.Scale.Levels {
		text := ""
		switch l.Code {
		case "novice":
			text = i18n.T(ctx, "assess.level.novice")
		case "independent":
			text = i18n.T(ctx, "assess.level.independent")
		case "confirmed":
			text = i18n.T(ctx, "assess.level.confirmed")
		case "advanced":
			text = i18n.T(ctx, "assess.level.advanced")
		case "expert":
			text = i18n.T(ctx, "assess.level.expert")
		default:
			continue
		}
		out = append(out, levelWord{Title: l.Title, Range: i18n.T(ctx, "assess.level.range", "from", k, "to", k+1), Text: text})
	}
	return out
}

// levelWord is a level, its part of the scale and what it means.
type levelWord struct{ Title, Range, Text string }
