package study

import (
	"math/bits"
	"slices"

	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/fit"
	"galien/internal/platform/errs"
)

// analysisAlgorithm names the versions of the statistics and of the change of scale.
const analysisAlgorithm = "fit/1 scale/1"

// analyser computes the statistics of the items that enough people answered, with the parameters in force.
type analyser struct {
	*calibrator
	bank  *item.Bank
	alive func() error // called now and then, once an item at least; its error stops the analysis

	shown []task         // the items of the data, in its order
	index map[string]int // of an item of the data, by its reference
	data  *fit.Data
	rest  *fit.Rest
	acts  [][]act // of each item of the data
}

// act is what one person did with an item.
type act struct {
	person  int // of the data
	options uint32
	seconds float64
}

// analyse computes all the statistics.
func (a *analyser) analyse() (*Quality, error) {
	if a.answers.persons < MinPersons {
		return nil, errs.New(errs.Invalid, "study.too_few_persons", "least", MinPersons)
	}
	if err := a.prepare(); err != nil {
		return nil, err
	}
	o := fit.Options{MinimumPersons: a.choice.Minimum}
	evidence, err := a.evidence(o)
	if err != nil {
		return nil, err
	}
	limits := fit.UsualLimits()
	limits.MinimumPersons = a.choice.Minimum
	summaries, err := fit.Summaries(a.data, evidence, limits)
	if err != nil {
		return nil, err
	}
	q := &Quality{Data: a.answers.data(), Algorithm: analysisAlgorithm, Dependent: []Dependence{}}
	a.dependences(q, evidence.Dependence, limits)
	for _, t := range a.tasks {
		q.Items = append(q.Items, a.quality(t, &evidence, summaries))
	}
	return q, nil
}

// prepare gives the answers to the statistics.
func (a *analyser) prepare() error {
	var items []measure.Item
	a.index = map[string]int{}
	for _, t := range a.tasks {
		if t.count < MinPersons {
			continue
		}
		curve, err := t.inForce.Curve(t.ref.String())
		if err != nil {
			return err
		}
		curve.Seconds = t.seconds
		a.index[t.ref.String()] = len(items)
		a.shown = append(a.shown, t)
		items = append(items, a.places[t.dim].oneDimension(curve))
	}
	if len(items) == 0 {
		return errs.New(errs.Invalid, "study.nothing_to_estimate", "least", MinPersons)
	}
	if err := a.alive(); err != nil {
		return err
	}
	var err error
	if a.data, err = a.answers.table(items); err != nil {
		return err
	}
	a.acts = make([][]act, len(items))
	person, last := -1, ""
	return a.answers.each(func(n int, name, item string, _ answer) error {
		if name != last {
			person, last = person+1, name
		}
		if n%10_000 == 0 {
			if err := a.alive(); err != nil {
				return err
			}
		}
		d := a.answers.details[n]
		i := a.index[item]
		a.acts[i] = append(a.acts[i], act{person, d.options, float64(d.tenths) / 10})
		return nil
	})
}

// evidence computes what the flags rest on.
func (a *analyser) evidence(o fit.Options) (e fit.Evidence, err error) {
	var abilities []float64
	steps := []func() error{
		func() error { abilities, err = fit.EAP(a.data, o); return err },
		func() error { a.rest, err = fit.NewRest(a.data, o); return err },
		func() error { e.Classical = fit.Classical(a.data); return nil },
		func() error { e.Predictions, err = fit.PredictiveFits(a.data, fit.OnPast, o); return err },
		func() error { e.Squares, err = fit.ItemSquares(a.data, abilities); return err },
		func() error { e.Dependence, err = fit.Q3(a.data, abilities, o); return err },
	}
	e.Distractors, e.Times = map[int]*fit.DistractorReport{}, map[int]*fit.TimeReport{}
	for i := range a.shown {
		steps = append(steps, func() error { return a.observe(i, abilities, &e) })
	}
	for _, step := range steps {
		if err := a.alive(); err != nil {
			return e, err
		}
		if err := step(); err != nil {
			return e, err
		}
	}
	return e, a.alive()
}

// observe adds the statistics of an item's options and times.
func (a *analyser) observe(i int, abilities []float64, e *fit.Evidence) error {
	var timings []fit.Timing
	for _, d := range a.acts[i] {
		if d.seconds > 0 {
			timings = append(timings, fit.Timing{Seconds: d.seconds, Ability: abilities[d.person]})
		}
	}
	var err error
	if len(timings) >= MinPersons {
		if e.Times[i], err = fit.Times(timings); err != nil {
			return err
		}
	}
	options := a.options(a.shown[i])
	if len(options) == 0 {
		return nil
	}
	rest, err := a.rest.EAP(i)
	if err != nil {
		return err
	}
	choices := make([]fit.Choice, 0, len(a.acts[i]))
	for _, d := range a.acts[i] {
		choices = append(choices, fit.Choice{Ability: rest[d.person], Chosen: places(d.options)})
	}
	e.Distractors[i], err = fit.Distractors(options, choices)
	return err
}

// places are the positions of the bits that are set.
func places(set uint32) []int {
	var at []int
	for ; set != 0; set &= set - 1 {
		at = append(at, bits.TrailingZeros32(set))
	}
	return at
}

// options are those of the item, in the author's order, when the bank serves the version that was answered.
func (a *analyser) options(t task) []fit.Alternative {
	it, ok := a.bank.Item(t.ref.ID)
	if !ok || it.Version != t.ref.Version {
		return nil
	}
	var options []fit.Alternative
	for _, name := range it.OptionIDs() {
		options = append(options, fit.Alternative{ID: name, Key: slices.Contains(it.Key().Choices, name)})
	}
	return options
}
