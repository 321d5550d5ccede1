package assess

import (
	"cmp"
	"encoding/json"
	"slices"

	"galien/internal/item"
	"galien/internal/scenario"
)

// Explained is an answer, with what makes its explanation.
type Explained struct {
	Item   *item.Item
	Answer AnswerBody

	seed  uint64
	state scenario.State // of a scenario
}

// Question shows the item as it was shown.
func (x Explained) Question(url item.ImageURL) item.View { return x.Item.View(x.seed, url) }

// Feedback is what was right and why. Options and rows come in the order in which they were shown, steps in the right one.
func (x Explained) Feedback(url item.ImageURL) item.Feedback {
	if x.Item.Type == item.Scenario {
		return x.Item.FeedbackState(x.state, url)
	}
	f, shown := x.Item.Feedback(x.Answer.Response, url), x.Question(url)
	place := func(list []item.Choice, text string) int { // an item has no two equal texts
		return slices.IndexFunc(list, func(c item.Choice) bool { return c.Text == text })
	}
	slices.SortStableFunc(f.Options, func(a, b item.OptionFeedback) int {
		return cmp.Compare(place(shown.Options, a.Text), place(shown.Options, b.Text))
	})
	slices.SortStableFunc(f.Rows, func(a, b item.RowFeedback) int {
		return cmp.Compare(place(shown.Rows, a.Text), place(shown.Rows, b.Text))
	})
	return f
}

// World is the simulated world as the learner left it; nil for the other items.
func (x Explained) World() *scenario.View {
	if x.Item.Type != item.Scenario {
		return nil
	}
	world := x.Item.World().View(x.state)
	return &world
}

// explain goes through the log again, since the scenario's world is in its acts.
func (l *live) explain(events []Event) ([]Explained, error) {
	var out []Explained
	var acts []scenario.Event
	for _, e := range events {
		switch e.Kind {
		case EventAct:
			var b ActBody
			if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
				return nil, err
			}
			acts = append(acts, b.Act)
		case EventAnswer:
			var b AnswerBody
			if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
				return nil, err
			}
			i, err := l.plan.at(b.Item)
			if err != nil {
				return nil, err
			}
			x := Explained{Item: l.plan.items[i], Answer: b, seed: l.start.Seed}
			if x.Item.Type == item.Scenario {
				if x.state, err = x.Item.World().Fold(acts); err != nil {
					return nil, err
				}
				acts = nil
			}
			out = append(out, x)
		}
	}
	return out, nil
}
