package assessweb

import (
	"context"
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
		t.Rows = append(t.Rows, []ui.Cell{{Text: s.Text}, {Text: strconv.Itoa(i + 1)}, {Text: given}})
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
		t.Rows = append(t.Rows, []ui.Cell{{Text: r.Text}, {Text: given}, {Text: r.Category}, {Text: r.Why}})
	}
	return t
}

// ruleTag says whether what a rule asks for was done. A rule that is not satisfied may have been tried in another way.
func ruleTag(ctx context.Context, r scenario.RuleResult) ui.TagProps {
	if r.Satisfied {
		return ui.TagProps{Label: i18n.T(ctx, "assess.correction.done"), Tone: ui.Success}
	}
	return ui.TagProps{Label: i18n.T(ctx, "assess.correction.not_done"), Tone: ui.Bad}
}

// earned is what a rule was worth.
func earned(r scenario.RuleResult) int {
	if r.Satisfied {
		return r.Points
	}
	return 0
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
