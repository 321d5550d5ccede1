package item

import (
	"slices"

	"galien/internal/scenario"
)

// Credit is the score of a response: a category from 0 to Max, and the rule that decided.
type Credit struct {
	Category int    `json:"category"`
	Max      int    `json:"max"`
	Rule     string `json:"rule"`
}

// The rules that decide a credit.
const (
	RuleSkipped      = "skipped"
	RuleSingleRight  = "single.right"
	RuleSingleWrong  = "single.wrong"
	RuleMultipleAll  = "multiple.exact"
	RuleMultipleOne  = "multiple.one_error" // one mark missing or one too many
	RuleMultipleNone = "multiple.wrong"
	RuleTextExact    = "text.exact"            // the first accepted answer, case, accents and punctuation folded
	RuleTextVariant  = "text.accepted_variant" // another accepted answer
	RuleTextNear     = "text.near"             // an accepted answer with a spelling slip
	RuleTextRefused  = "text.refused"          // listed by the author as close and wrong
	RuleTextWrong    = "text.wrong"
	RuleOrderAll     = "order.exact"
	RuleOrderSwap    = "order.one_swap" // two neighbours exchanged
	RuleOrderNone    = "order.wrong"
	RuleMatchAll     = "match.exact"
	RuleMatchOne     = "match.one_error" // one row in a wrong category
	RuleMatchNone    = "match.wrong"
	RuleScenario     = "scenario.rules" // the scenario's own rules, see scenario.Result
)

// Score scores a response that Check accepts; one that it refuses scores as wrong. It depends on nothing but the item and
// the response. A scenario is scored by ScoreState; here it is always skipped.
func (it *Item) Score(r Response) Credit {
	c := Credit{Max: it.Max(), Rule: RuleSkipped}
	if r.Skipped() || it.Type == Scenario {
		return c
	}
	switch it.Type {
	case Single:
		c.Category, c.Rule = it.scoreSingle(r.Choices)
	case Multiple:
		c.Category, c.Rule = it.scoreMultiple(r.Choices)
	case Text:
		c.Category, c.Rule = it.doc.Source.Answer.score(r.Text)
	case Order:
		c.Category, c.Rule = it.scoreOrder(r.Order)
	case Match:
		c.Category, c.Rule = it.scoreMatch(r.Match)
	}
	return c
}

// ScoreState scores the state of a scenario item. A learner who did nothing gets 0 under the same rule.
func (it *Item) ScoreState(st scenario.State) Credit {
	return Credit{Category: it.scenario.Score(st).Category, Max: it.Max(), Rule: RuleScenario}
}

func (it *Item) scoreSingle(choices []string) (category int, rule string) {
	if slices.Equal(choices, it.Key().Choices) {
		return 1, RuleSingleRight
	}
	return 0, RuleSingleWrong
}

// scoreMultiple counts the options whose mark is wrong, set or missing.
func (it *Item) scoreMultiple(choices []string) (category int, rule string) {
	wrong := 0
	for _, o := range it.doc.Source.Options {
		if slices.Contains(choices, o.ID) != o.Key {
			wrong++
		}
	}
	return partial(wrong, RuleMultipleAll, RuleMultipleOne, RuleMultipleNone)
}

func (it *Item) scoreMatch(match map[string]string) (category int, rule string) {
	wrong := 0
	for _, r := range it.doc.Source.Rows {
		if match[r.ID] != r.Category {
			wrong++
		}
	}
	return partial(wrong, RuleMatchAll, RuleMatchOne, RuleMatchNone)
}

// partial is the partial credit of docs/authoring.md: 2 for no error, 1 for one, 0 beyond.
func partial(errors int, all, one, none string) (category int, rule string) {
	switch errors {
	case 0:
		return 2, all
	case 1:
		return 1, one
	}
	return 0, none
}

func (it *Item) scoreOrder(given []string) (category int, rule string) {
	right := choiceIDs(it.doc.Source.Steps)
	if len(given) != len(right) {
		return 0, RuleOrderNone
	}
	var wrong []int
	for i := range right {
		if given[i] != right[i] {
			wrong = append(wrong, i)
		}
	}
	swap := len(wrong) == 2 && wrong[1] == wrong[0]+1 && given[wrong[0]] == right[wrong[1]] && given[wrong[1]] == right[wrong[0]]
	switch {
	case len(wrong) == 0:
		return 2, RuleOrderAll
	case swap:
		return 1, RuleOrderSwap
	}
	return 0, RuleOrderNone
}
