package assess

import (
	"encoding/json"
	"fmt"
	"sync"

	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/platform/errs"
	"galien/internal/platform/keyring"
	"galien/internal/scenario"
)

// live is an attempt in memory: the fold of its log. Its mutex is held while an event is decided and made durable, so
// that one attempt's events are strictly ordered.
type live struct {
	mu        sync.Mutex
	attempt   Attempt
	key       keyring.Key
	plan      *plan
	start     StartBody
	last      Event // the last durable event
	posterior *measure.Posterior
	judged    judgement    // of the answer that apply is given next, if judge decided it
	answered  []int        // pool indices, in order
	answers   []AnswerBody // in order
	next      string       // item on the screen; empty when over
	stop      string       // why it is over
	world     scenario.State
	worldFrom int64 // instant of the event that brought the scenario to the screen
}

// judgement is the posterior after an answer, which judge computed to decide and apply would compute again: it depends on
// the state, the item and the category alone.
type judgement struct {
	item, category int
	after          *measure.Posterior // nil: none
}

// apply folds one event of the log into the state. It decides nothing: what was decided is in the event.
func (l *live) apply(e Event) error {
	if e.Seq != l.last.Seq+1 {
		return fmt.Errorf("assess: event %d follows event %d", e.Seq, l.last.Seq)
	}
	var err error
	switch e.Kind {
	case EventStart:
		err = l.applyStart(e)
	case EventAct:
		err = l.applyAct(e)
	case EventAnswer:
		err = l.applyAnswer(e)
	case EventFinish:
		l.next = ""
	default:
		err = fmt.Errorf("assess: unknown event kind %q", e.Kind)
	}
	if err != nil {
		return err
	}
	l.last = e
	return nil
}

func (l *live) applyStart(e Event) error {
	if err := json.Unmarshal([]byte(e.Body), &l.start); err != nil {
		return err
	}
	return l.show(l.start.Next, e.At)
}

func (l *live) applyAct(e Event) error {
	var b ActBody
	if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
		return err
	}
	it, err := l.item()
	if err != nil {
		return err
	}
	state, _, err := it.World().Apply(l.world, b.Act)
	if err != nil {
		return err
	}
	l.world = state
	return nil
}

func (l *live) applyAnswer(e Event) error {
	var b AnswerBody
	if err := json.Unmarshal([]byte(e.Body), &b); err != nil {
		return err
	}
	i, err := l.plan.at(b.Item)
	if err != nil {
		return err
	}
	if err := l.observe(i, b.Category); err != nil {
		return err
	}
	l.answered = append(l.answered, i)
	l.answers = append(l.answers, b)
	l.stop = b.Stop
	return l.show(b.Next, e.At)
}

// observe moves the posterior to after an answer.
func (l *live) observe(i, category int) error {
	known := l.judged
	l.judged = judgement{}
	if known.after != nil && known.item == i && known.category == category {
		l.posterior = known.after
		return nil
	}
	return l.posterior.Observe(l.plan.bank.Item(i), category)
}

// show brings an item to the screen.
func (l *live) show(itemID string, at int64) error {
	l.next, l.world, l.worldFrom = itemID, scenario.State{}, at
	if itemID == "" {
		return nil
	}
	_, err := l.plan.at(itemID)
	return err
}

// item is the item on the screen.
func (l *live) item() (*item.Item, error) {
	if l.next == "" {
		return nil, errs.New(errs.Conflict, "assess.finished")
	}
	i, err := l.plan.at(l.next)
	if err != nil {
		return nil, err
	}
	return l.plan.items[i], nil
}

// judge scores a response to the item on the screen and decides what comes next.
func (l *live) judge(it *item.Item, response item.Response) (AnswerBody, error) {
	credit := it.Score(response)
	if it.Type == item.Scenario {
		credit = it.ScoreState(l.world)
	}
	body := AnswerBody{Item: it.ID, Response: response, Category: credit.Category, Max: credit.Max, Rule: credit.Rule}
	i, err := l.plan.at(it.ID)
	if err != nil {
		return body, err
	}
	post := l.posterior.Clone()
	if err := post.Observe(l.plan.bank.Item(i), credit.Category); err != nil {
		return body, err
	}
	body.Estimate = number(post.Score(l.plan.main.Weights))
	answered := append(append([]int{}, l.answered...), i)
	next, stop, err := l.plan.next(post, answered, l.start.Seed)
	if err != nil {
		return body, err
	}
	l.judged = judgement{i, credit.Category, post}
	body.Stop = stop
	if next >= 0 {
		body.Next = l.plan.items[next].ID
	}
	return body, nil
}
