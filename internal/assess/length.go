package assess

import (
	"context"
	"slices"

	"galien/internal/item"
)

// Length is how long a positioning may be: questions, and minutes at the authors' pace.
type Length struct {
	MinQuestions, MaxQuestions int
	MinMinutes, MaxMinutes     int // multiples of five, or 1
}

// Length returns how long a positioning with these options may be, on the bank in service. The error is Invalid for a scope
// that the framework does not have and Conflict when the bank is too short for the options; a start would give the same.
func (s *Service) Length(ctx context.Context, o Options) (Length, error) {
	published, err := s.items.Current(ctx)
	if err != nil {
		return Length{}, err
	}
	p, err := s.plan(ctx, planKey{published.Release.SHA256, o.Scope, o.Accessible})
	if err != nil {
		return Length{}, err
	}
	return p.length(), nil
}

// length bounds the questions by the stop rule. Minutes are rounded outwards, as authors state a pace to the nearest ten
// seconds and people differ more than that.
func (p *plan) length() Length {
	const step = 5
	few, many := p.seconds(p.stop.MinItems, nil), p.seconds(p.stop.MaxItems, nil)
	return Length{MinQuestions: p.stop.MinItems, MaxQuestions: p.stop.MaxItems,
		MinMinutes: max(1, few/60/step*step), MaxMinutes: minutes(many, step)}
}

// seconds is how long n more items take after the answered ones: the scenario at its own pace when it is still to come, the
// others at the mean pace of the pool without it.
func (p *plan) seconds(n int, answered []int) int {
	total, others := 0, 0
	for i, it := range p.items {
		if i != p.staged {
			total, others = total+it.Seconds, others+1
		}
	}
	staged := 0
	if n > 0 && p.staged >= 0 && !slices.Contains(answered, p.staged) {
		staged, n = p.items[p.staged].Seconds, n-1
	}
	return staged + n*total/max(others, 1)
}

// minutesLeft bounds the time to the longest form: the current item at its pace, then what may follow.
func (l *live) minutesLeft(current *item.Item) int {
	answered := slices.Clone(l.answered)
	if i, err := l.plan.at(current.ID); err == nil {
		answered = append(answered, i)
	}
	others := max(0, l.plan.stop.MaxItems-len(answered))
	return minutes(current.Seconds+l.plan.seconds(others, answered), 1)
}

// minutes rounds seconds up to a multiple of step minutes.
func minutes(seconds, step int) int {
	per := 60 * step
	return (seconds + per - 1) / per * step
}
