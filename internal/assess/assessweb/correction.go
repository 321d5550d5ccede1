package assessweb

import (
	"context"
	"slices"
	"strconv"
	"time"

	"galien/internal/item"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/scenario"
)

// optionTags says of an option whether it is right and whether it was chosen.
func optionTags(ctx context.Context, o item.OptionFeedback) []ui.TagProps {
	var out []ui.TagProps
	if o.Key {
		out = append(out, ui.TagProps{Label: i18n.T(ctx, "assess.correction.key"), Tone: ui.Success})
	}
	switch {
	case o.Chosen && o.Key:
		out = append(out, ui.TagProps{Label: i18n.T(ctx, "assess.correction.yours"), Tone: ui.Info})
	case o.Chosen:
		out = append(out, ui.TagProps{Label: i18n.T(ctx, "assess.correction.yours_wrong"), Tone: ui.Bad})
	}
	return out
}

// stepTable shows each step at its right place, with the place it was given.
func stepTable(ctx context.Context, steps []item.StepFeedback) ui.TableProps {
	t := ui.TableProps{Caption: i18n.T(ctx, "assess.correction.order"), Columns: []ui.Column{
		{Label: i18n.T(ctx, "assess.correction.step")}, {Label: i18n.T(ctx, "assess.correction.place"), Numeric: true},
		{Label: i18n.T(ctx, "assess.correction.your_place"), Numeric: true}}}
	for i, s := range steps {
		given := "–"
		if s.Given > 0 {
			given = strconv.Itoa(s.Given)
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: s.Text}, {Text: strconv.Itoa(i + 1)}, {Content: marked(given, s.Given == i+1)}})
	}
	return t
}

// rowTable shows where each row belongs, where it was put, and why.
func rowTable(ctx context.Context, rows []item.RowFeedback) ui.TableProps {
	t := ui.TableProps{Caption: i18n.T(ctx, "assess.correction.match"), Columns: []ui.Column{
		{Label: i18n.T(ctx, "assess.question.match_row")}, {Label: i18n.T(ctx, "assess.correction.yours")},
		{Label: i18n.T(ctx, "assess.correction.key")}, {Label: i18n.T(ctx, "assess.correction.why")}}}
	for _, r := range rows {
		given := r.Given
		if given == "" {
			given = "–"
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: r.Text}, {Content: marked(given, r.Right)}, {Text: r.Category}, {Text: r.Why}})
	}
	return t
}

// ruleTag says whether what a rule asks for was done, done in another way, or not done. What a rule of restraint asks for
// is not an act: it was respected or not, or did not count because the rest was not done.
func ruleTag(ctx context.Context, r scenario.RuleResult) ui.TagProps {
	key, tone := "not_done", ui.Bad
	switch {
	case r.Restraint && r.Satisfied:
		key, tone = "spared", ui.Success
	case r.Restraint && r.Tried:
		key, tone = "not_spared", ui.Bad
	case r.Restraint:
		key, tone = "not_counted", ui.Neutral
	case r.Satisfied:
		key, tone = "done", ui.Success
	case r.Tried:
		key, tone = "otherwise", ui.Warning
	}
	return ui.TagProps{Label: i18n.T(ctx, "assess.correction."+key), Tone: tone}
}

// ruleGroup is the rules about one message or one subject. Title is empty for rules that stand in no group.
type ruleGroup struct {
	Title       string
	Done, Total int // points
	Rules       []scenario.RuleResult
}

// ruleGroups puts the rules in their groups, in the order in which these are first met; in each, those that were not earned
// come first.
func ruleGroups(r *scenario.Result) []ruleGroup {
	var out []ruleGroup
	for _, rule := range r.Rules {
		i := slices.IndexFunc(out, func(g ruleGroup) bool { return g.Title == rule.Group })
		if i < 0 {
			i, out = len(out), append(out, ruleGroup{Title: rule.Group})
		}
		g := &out[i]
		g.Rules, g.Done, g.Total = append(g.Rules, rule), g.Done+earned(rule), g.Total+rule.Points
	}
	for _, g := range out {
		slices.SortStableFunc(g.Rules, func(a, b scenario.RuleResult) int { return order(a.Satisfied) - order(b.Satisfied) })
	}
	return out
}

// earned is what a rule was worth.
func earned(r scenario.RuleResult) int {
	if r.Satisfied {
		return r.Points
	}
	return 0
}

// order puts what was earned after what was not.
func order(earned bool) int {
	if earned {
		return 1
	}
	return 0
}

// keptWords says in one sentence how many points count. Where an act limits them, the sentence goes on with its
// title: of several, the one of the lowest cap.
func keptWords(ctx context.Context, r *scenario.Result) string {
	kept, limit, acts := r.Kept(), limiting(r), len(dangers(r))
	switch {
	case limit == nil:
		return i18n.T(ctx, "assess.correction.kept", "done", kept, "total", r.Max)
	case kept == 0:
		return i18n.T(ctx, "assess.correction.kept_none", "count", acts, "points", r.Points, "total", r.Max)
	}
	return i18n.T(ctx, "assess.correction.kept_limited", "count", acts, "done", kept, "total", r.Max, "points", r.Points)
}

// limiting is the act that made points be lost, the one of the lowest cap; nil where none did.
func limiting(r *scenario.Result) *scenario.CapResult {
	if r.Kept() == r.Points {
		return nil
	}
	list := dangers(r)
	i := slices.IndexFunc(list, func(c scenario.CapResult) bool { return c.Cap == r.Cap })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// capWords says what a dangerous act leaves.
func capWords(ctx context.Context, r *scenario.Result, c scenario.CapResult) string {
	if most := r.Most(c.Cap); most > 0 {
		return i18n.T(ctx, "assess.correction.cap", "count", most, "total", r.Max)
	}
	return i18n.T(ctx, "assess.correction.cap_none")
}

// manyDeeds is how many acts the page lists without folding them.
const manyDeeds = 12

// deedWords says what the learner did, to be followed by what it was done to.
func deedWords(ctx context.Context, d scenario.Deed) string {
	return i18n.T(ctx, "assess.correction.did."+d.Verb)
}

// sentForm is a form of the world as the learner sent it, to be compared with what was expected.
type sentForm struct {
	Title string
	Pairs []ui.Pair
}

func sentForms(ctx context.Context, v *scenario.View) []sentForm {
	var out []sentForm
	for _, w := range v.Widgets {
		if w.Form != nil && w.Form.Sent {
			out = append(out, sentForm{Title: w.Title, Pairs: sentPairs(ctx, w.Form.Fields)})
		}
	}
	return out
}

// dangers lists the dangerous acts that limited the credit.
func dangers(r *scenario.Result) []scenario.CapResult {
	var out []scenario.CapResult
	for _, c := range r.Caps {
		if c.Applies {
			out = append(out, c)
		}
	}
	return out
}

// verification says whether a source was read, and when.
func verification(ctx context.Context, s item.Source) string {
	if !s.Verified.Done() {
		return i18n.T(ctx, "assess.source.unverified")
	}
	on := s.Verified.On
	if t, err := time.Parse(time.DateOnly, on); err == nil {
		on = i18n.Date(ctx, t)
	}
	return i18n.T(ctx, "assess.source.verified", "date", on)
}

// reference is the title, the part and the year of a source.
func reference(s item.Source) string {
	text := s.Title
	if s.Section != "" {
		text += ", " + s.Section
	}
	if s.Year > 0 {
		text += " (" + strconv.Itoa(s.Year) + ")"
	}
	return text
}

// orNone writes an answer, or that there was none.
func orNone(ctx context.Context, given string) string {
	if given == "" {
		return i18n.T(ctx, "assess.credit.skipped")
	}
	return given
}
