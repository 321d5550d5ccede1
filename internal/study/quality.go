package study

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/fit"
	"galien/internal/platform/errs"
)

// Quality is what an analysis found. The abilities are on the one dimension of calibrations.
type Quality struct {
	Data      Data          `json:"data"`
	Algorithm string        `json:"algorithm"`
	MeanQ3    *float64      `json:"meanQ3"` // nil: no pair was answered by enough people
	Pairs     int           `json:"pairs"`  // of items that enough people answered both
	Dependent []Dependence  `json:"dependent"`
	Items     []ItemQuality `json:"items"`
}

// Dependence is a pair of items that share more than the ability.
type Dependence struct {
	First   item.Ref `json:"first"`
	Second  item.Ref `json:"second"`
	Persons int      `json:"persons"`
	Excess  float64  `json:"excess"` // Q3 less the mean of the pairs
}

// ItemQuality is what is known of an item. Numbers that are not defined are nil.
type ItemQuality struct {
	item.Ref
	Competency string   `json:"competency"`
	N          int64    `json:"n"`      // 0 when fewer than MinPersons
	Hidden     bool     `json:"hidden"` // answered, by fewer than MinPersons
	Ease       *float64 `json:"ease"`   // mean score over the highest
	Outfit     *float64 `json:"outfit"`
	Infit      *float64 `json:"infit"`
	Misfit     *Misfit  `json:"misfit"`
	Options    []Use    `json:"options,omitempty"` // of items with options
	Skipped    *float64 `json:"skipped"`           // share of «je ne sais pas»
	Time       *Time    `json:"time"`
	Flags      []Sign   `json:"flags"`
}

// Misfit compares the answers with what the answers before them predicted (fit.PredictiveFits).
type Misfit struct {
	X2     float64 `json:"x2"`
	DF     int     `json:"df"`
	P      float64 `json:"p"`
	RMSEA  float64 `json:"rmsea"`
	Z      float64 `json:"z"` // positive: easier than its parameters say
	Groups []Group `json:"groups"`
}

// Group is people of like predicted ability.
type Group struct {
	At       float64 `json:"at"`
	Persons  int     `json:"persons"`
	Observed float64 `json:"observed"`
	Expected float64 `json:"expected"`
}

// Use is how an option was chosen.
type Use struct {
	ID      string      `json:"id"`
	Key     bool        `json:"key"`
	Share   float64     `json:"share"`
	Ability *float64    `json:"ability"` // mean of those who chose it
	Link    *float64    `json:"link"`    // correlation of choosing it with the ability
	Thirds  *[3]float64 `json:"thirds"`  // its share among the lower, middle and upper third
}

// Time is how long the item took, in seconds.
type Time struct {
	Median      float64  `json:"median"`
	Lower       float64  `json:"lower"` // quartiles
	Upper       float64  `json:"upper"`
	Rapid       float64  `json:"rapid"` // share of answers too fast to have been read
	Threshold   float64  `json:"threshold"`
	Correlation *float64 `json:"correlation"` // of its logarithm with the ability
}

// Sign is something for the author to look at; see fit.Flag.
type Sign struct {
	Code  fit.Code `json:"code"`
	Of    string   `json:"of,omitempty"`
	Value *float64 `json:"value"`
	Limit *float64 `json:"limit"`
}

// analysisAlgorithm names the versions of the statistics and of the change of scale.
const analysisAlgorithm = "fit/1 scale/1"

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// analyser computes the statistics of the items that enough people answered, with the parameters in force.
type analyser struct {
	*calibrator
	bank *item.Bank

	shown []task         // the items of the data, in its order
	index map[string]int // of an item of the data, by its reference
	data  *fit.Data
	acts  [][]act // of each item of the data
}

// act is what one person did with an item.
type act struct {
	person  int // of the data
	options uint32
	seconds float64
}

// analyse computes all the statistics.
func (a *analyser) analyse(ctx context.Context) (*Quality, error) {
	if a.answers.persons < MinPersons {
		return nil, errs.New(errs.Invalid, "study.too_few_persons", "least", MinPersons)
	}
	if err := a.prepare(); err != nil {
		return nil, err
	}
	o := fit.Options{MinimumPersons: a.choice.Minimum}
	evidence, err := a.evidence(ctx, o)
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
		d := a.answers.details[n]
		i := a.index[item]
		a.acts[i] = append(a.acts[i], act{person, d.options, float64(d.tenths) / 10})
		return nil
	})
}

// evidence computes what the flags rest on.
func (a *analyser) evidence(ctx context.Context, o fit.Options) (e fit.Evidence, err error) {
	abilities, err := fit.EAP(a.data, o)
	if err != nil {
		return e, err
	}
	e.Classical = fit.Classical(a.data)
	if e.Predictions, err = fit.PredictiveFits(a.data, fit.OnPast, o); err != nil {
		return e, err
	}
	if e.Squares, err = fit.ItemSquares(a.data, abilities); err != nil {
		return e, err
	}
	if e.Dependence, err = fit.Q3(a.data, abilities, o); err != nil {
		return e, err
	}
	e.Distractors, e.Times = map[int]*fit.DistractorReport{}, map[int]*fit.TimeReport{}
	for i := range a.shown {
		if err := ctx.Err(); err != nil {
			return e, err
		}
		if err := a.observe(i, abilities, o, &e); err != nil {
			return e, err
		}
	}
	return e, nil
}

// observe adds the statistics of an item's options and times.
func (a *analyser) observe(i int, abilities []float64, o fit.Options, e *fit.Evidence) error {
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
	rest, err := fit.RestEAP(a.data, i, o)
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
