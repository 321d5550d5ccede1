package app

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/platform/id"
	"galien/internal/scenario"
)

// learner is a simulated person who takes assessments through the real services: what they know is drawn from the
// framework's prior, and each answer from the item's own model.
type learner struct {
	actor   identity.Actor
	ability []float64 // per competency
	random  *rand.Rand
}

// newLearner draws a person whose general level is shifted by the given amount, in logits.
func newLearner(a identity.Actor, published *item.Published, shift float64, seed uint64) *learner {
	l := &learner{actor: a, random: rand.New(rand.NewPCG(seed, 1))}
	prior := published.Framework.Prior
	general := shift + math.Sqrt(prior.General)*l.random.NormFloat64()
	domain := make([]float64, len(published.Framework.Domains))
	for d := range domain {
		domain[d] = math.Sqrt(prior.Domain) * l.random.NormFloat64()
	}
	for _, d := range published.Framework.DomainOfDims() {
		l.ability = append(l.ability, general+domain[d]+math.Sqrt(prior.Competency)*l.random.NormFloat64())
	}
	return l
}

// take starts an attempt and answers until its end, or until `most` answers when that is not 0.
func (l *learner) take(ctx context.Context, a *App, scope string, most int, pace func()) error {
	attempt, err := a.Assess.Start(ctx, l.actor, assess.Options{Scope: scope})
	if err != nil {
		return err
	}
	for n := 0; most == 0 || n < most; n++ {
		pace()
		sc, err := a.Assess.Screen(ctx, l.actor, attempt)
		if err != nil || sc.Over {
			return err
		}
		if err := l.answer(ctx, a, sc); err != nil {
			return err
		}
	}
	return nil
}

func (l *learner) answer(ctx context.Context, a *App, sc assess.Screen) error {
	published, err := a.Items.Current(ctx)
	if err != nil {
		return err
	}
	it := sc.Subject()
	dim, _ := published.Framework.Dim(it.Competency)
	model := published.Measure(it, dim)
	category := l.draw(&model, l.ability[dim])
	if it.Type == item.Scenario {
		return l.play(ctx, a, sc.Attempt, sc.Seq, it, category)
	}
	_, err = a.Assess.Answer(ctx, l.actor, sc.Attempt, sc.Seq, sc.Item, sc.Shown(l.response(it, category)))
	return err
}

// draw takes a category with the probability the model gives it at the ability.
func (l *learner) draw(model *measure.Item, ability float64) int {
	u := l.random.Float64()
	p := model.Probabilities(ability, nil)
	for k := range p {
		if u -= p[k]; u < 0 {
			return k
		}
	}
	return len(p) - 1
}

// response makes an answer that earns the category: the key with as many faults as it takes.
func (l *learner) response(it *item.Item, category int) item.Response {
	r := it.Key()
	if category == it.Max() {
		return r
	}
	for range 50 {
		faulty := l.spoil(it, r)
		if it.Check(faulty) == nil && it.Score(faulty).Category == category {
			return faulty
		}
		if it.Type == item.Order || it.Type == item.Match {
			r = faulty // one more fault next time
		}
	}
	return item.Response{} // «je ne sais pas»
}

// spoil adds a fault to a response.
func (l *learner) spoil(it *item.Item, r item.Response) item.Response {
	switch it.Type {
	case item.Single:
		ids := it.OptionIDs()
		return item.Response{Choices: []string{ids[l.random.IntN(len(ids))]}}
	case item.Multiple:
		ids := it.OptionIDs()
		l.random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		if l.random.IntN(2) == 0 && len(r.Choices) > 1 {
			return item.Response{Choices: r.Choices[1:]}
		}
		return item.Response{Choices: ids[:1+l.random.IntN(len(ids)-1)]}
	case item.Order:
		order := slices.Clone(r.Order)
		i := l.random.IntN(len(order) - 1)
		order[i], order[i+1] = order[i+1], order[i]
		return item.Response{Order: order}
	case item.Match:
		match := map[string]string{}
		var categories []string
		for row, category := range r.Match {
			match[row] = category
			categories = append(categories, category)
		}
		slices.Sort(categories)
		rows := slices.Sorted(func(yield func(string) bool) {
			for row := range match {
				if !yield(row) {
					return
				}
			}
		})
		match[rows[l.random.IntN(len(rows))]] = categories[l.random.IntN(len(categories))]
		return item.Response{Match: match}
	}
	return item.Response{}
}

// play acts as the recorded transcript of that category does.
func (l *learner) play(ctx context.Context, a *App, attempt id.ID, seq int, it *item.Item, category int) error {
	for _, act := range a.transcripts[it.World().ID][category] {
		ack, err := a.Assess.Act(ctx, l.actor, attempt, seq, act.Do, act.V)
		if err != nil {
			return err
		}
		seq = ack.Seq + 1
	}
	_, err := a.Assess.Act(ctx, l.actor, attempt, seq, scenario.Finish, "")
	return err
}
