package item

import (
	"slices"

	"galien/internal/scenario"
)

// Feedback is what a learner reads once the answer is closed: what was right, why, and where to verify it. It holds the
// key. Lists are in the author's order, which is the right one for steps.
type Feedback struct {
	Credit          Credit           `json:"credit"`
	Options         []OptionFeedback `json:"options,omitempty"`
	Text            *TextFeedback    `json:"text,omitempty"`
	Steps           []StepFeedback   `json:"steps,omitempty"`
	Rows            []RowFeedback    `json:"rows,omitempty"`
	Scenario        *scenario.Result `json:"scenario,omitempty"`
	Deeds           []scenario.Deed  `json:"deeds,omitempty"` // what was done in a scenario, in order
	ExplanationHTML string           `json:"explanationHTML"` // sanitised
	Sources         []Source         `json:"sources"`
}

// OptionFeedback is an option with its key and its reason.
type OptionFeedback struct {
	Text   string `json:"text"`
	Key    bool   `json:"key"`
	Chosen bool   `json:"chosen"`
	Why    string `json:"why"`
}

// TextFeedback is the answer expected and the one given.
type TextFeedback struct {
	Label    string `json:"label"`
	Expected string `json:"expected"` // the first accepted answer
	Given    string `json:"given"`
}

// StepFeedback is a step at its right place, with the place it was given.
type StepFeedback struct {
	Text  string `json:"text"`
	Given int    `json:"given"` // from 1; 0 when no answer was given
}

// RowFeedback is a row with its category, the one it was given and the reason.
type RowFeedback struct {
	Text     string `json:"text"`
	Category string `json:"category"` // text of the right category
	Given    string `json:"given"`    // text of the category given, "" when none was
	Right    bool   `json:"right"`
	Why      string `json:"why"`
}

// Feedback explains a response that Check accepts. For a scenario, see FeedbackState.
func (it *Item) Feedback(r Response, url ImageURL) Feedback {
	s := &it.doc.Source
	f := it.explanation(url)
	f.Credit = it.Score(r)
	for _, o := range s.Options {
		f.Options = append(f.Options, OptionFeedback{Text: it.typeset(o.Text), Key: o.Key, Chosen: slices.Contains(r.Choices, o.ID), Why: it.typeset(o.Why)})
	}
	if s.Answer != nil {
		f.Text = &TextFeedback{Label: it.typeset(s.Answer.Label), Expected: s.Answer.Accept[0], Given: r.Text}
	}
	for _, step := range s.Steps {
		f.Steps = append(f.Steps, StepFeedback{Text: it.typeset(step.Text), Given: slices.Index(r.Order, step.ID) + 1})
	}
	for _, row := range s.Rows {
		f.Rows = append(f.Rows, RowFeedback{
			Text: it.typeset(row.Text), Category: it.typeset(textOf(s.Categories, row.Category)),
			Given: it.typeset(textOf(s.Categories, r.Match[row.ID])), Right: r.Match[row.ID] == row.Category, Why: it.typeset(row.Why),
		})
	}
	return f
}

// FeedbackState explains the state in which a scenario item was closed.
func (it *Item) FeedbackState(st scenario.State, url ImageURL) Feedback {
	f := it.explanation(url)
	f.Credit = it.ScoreState(st)
	result := it.scenario.Score(st)
	f.Scenario, f.Deeds = &result, it.scenario.Account(st)
	return f
}

func (it *Item) explanation(url ImageURL) Feedback {
	return Feedback{ExplanationHTML: it.prose(it.set.explanationHTML, it.doc.Explanation, url), Sources: slices.Clone(it.set.sources)}
}

func textOf(list []choice, id string) string {
	for _, c := range list {
		if c.ID == id {
			return c.Text
		}
	}
	return ""
}
