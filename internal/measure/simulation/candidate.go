package simulation

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"galien/internal/measure"
)

// worker gives exams one after the other in the same memory.
type worker struct {
	*run
	selector *measure.Selector
	post     *measure.Posterior
	ability  []float64
	scratch  []float64
	chances  []float64
	source   *rand.PCG
	random   *rand.Rand
	lot      *measure.Lot
	eligible func(item int) bool // nil without exposure control
}

func (r *run) newWorker() (*worker, error) {
	selector, err := r.setup.Bank.NewSelector(r.setup.Scores)
	if err != nil {
		return nil, fmt.Errorf("simulation: %w", err)
	}
	dims := r.start.Dims()
	w := &worker{
		run: r, selector: selector, post: r.start.Clone(), ability: make([]float64, dims), scratch: make([]float64, dims),
		source: rand.NewPCG(0, 0),
	}
	w.random = rand.New(w.source)
	if r.exposure != nil {
		w.lot = r.exposure.NewLot()
		w.eligible = w.lot.Allows
		selector.Charge(w.lot.Price)
	}
	return w, nil
}

// examine gives the exam to a candidate.
func (w *worker) examine(candidate int, o *outcome) {
	o.reset()
	w.source.Seed(w.setup.Seed, uint64(candidate))
	w.sampler.draw(candidate, w.random, w.ability, w.scratch)
	for n, score := range w.setup.Scores {
		o.truth[n] = 0
		for k, weight := range score.Weights {
			o.truth[n] += weight * w.ability[k]
		}
	}
	w.post.CopyFrom(w.start)
	if w.lot != nil {
		w.lot.Draw(w.random.Float64)
	}
	for !w.done(o) {
		item, ok := w.next(o)
		if !ok {
			break
		}
		w.give(candidate, item, o)
	}
	for n, score := range w.setup.Scores {
		o.estimates[n] = w.post.Score(score.Weights)
	}
	if w.exposure != nil {
		o.exposureBand = w.exposure.Band(w.post)
	}
}

// done tells whether the exam ends here, by its length or by the stop rule.
func (w *worker) done(o *outcome) bool {
	if len(o.items) == w.setup.Bank.Length() {
		return true
	}
	if w.stopWeights == nil {
		return false
	}
	done, reason := w.setup.Stop.Done(len(o.items), w.post.Score(w.stopWeights))
	o.stopped = reason
	return done
}

// next chooses the next item; false at the end of the exam or on an error.
func (w *worker) next(o *outcome) (item int, ok bool) {
	form, err := w.shadow(o)
	if err != nil {
		var conflict *measure.InfeasibleError
		if errors.As(err, &conflict) {
			o.binding = conflict.Binding
		} else {
			o.err = err
		}
		return 0, false
	}
	if form.Relaxed {
		o.relaxed++
	}
	return form.Next()
}

// shadow assembles the shadow test. A rare turn that no form allows becomes an
// ordinary one.
func (w *worker) shadow(o *outcome) (measure.Form, error) {
	if w.lot != nil {
		if w.lot.At(w.post, len(o.items)) {
			form, err := w.selector.Shadow(w.post, o.items, w.setup.Excluded, w.eligible)
			if err != nil || !form.Relaxed {
				o.rareTurns++
				return form, err
			}
			o.rareMissed++
			w.lot.Ordinary()
		}
	}
	return w.selector.Shadow(w.post, o.items, w.setup.Excluded, w.eligible)
}

// give takes the candidate's answer to an item into the posterior.
func (w *worker) give(candidate, item int, o *outcome) {
	it := w.setup.Bank.Item(item)
	category := w.answer(candidate, item, it)
	if err := w.setup.Bank.Observe(w.post, item, category); err != nil {
		o.err = err
	}
	o.items, o.answers = append(o.items, item), append(o.answers, category)
	o.seconds += it.Seconds
	if o.reached < len(o.after) && len(o.items) == w.setup.After[o.reached] {
		o.after[o.reached] = w.post.Score(w.setup.Scores[0].Weights)
		o.reached++
	}
}

func (w *worker) answer(candidate, item int, it *measure.Item) int {
	if w.setup.Answer != nil {
		return w.setup.Answer(candidate, item)
	}
	u := w.random.Float64()
	w.chances = it.Probabilities(w.ability[it.Dim], w.chances)
	last := len(w.chances) - 1
	for k, p := range w.chances[:last] {
		if u -= p; u < 0 {
			return k
		}
	}
	return last
}
