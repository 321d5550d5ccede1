package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Evidence is what is known of the items of a data set. What is nil is not looked at; what is not
// is one value an item, in the order of the items. The maps are by index of the item.
type Evidence struct {
	Classical   *ClassicalReport
	Scores      []ScoreFit
	Predictions []PredictiveFit
	Squares     []MeanSquares
	Dependence  *Q3Report
	Distractors map[int]*DistractorReport
	Times       map[int]*TimeReport
}

// Summary is the line of an item in an author's worklist.
type Summary struct {
	Item  string
	Flags []Flag // none when nothing is wrong
}

// Summaries gathers the flags of each item. The probabilities of misfit are adjusted for the
// number of items (Benjamini & Hochberg 1995), so that a long bank does not flag one item in
// twenty. The item-rest correlation and the ease are looked at on complete data only: in an
// adaptive test both are what the selection makes them.
func Summaries(d *Data, e Evidence, l Limits) ([]Summary, error) {
	if err := e.check(len(d.items)); err != nil {
		return nil, err
	}
	persons := make([]int, len(d.items))
	for _, a := range d.answers {
		persons[a.item()]++
	}
	misfit := adjust(len(e.Scores), func(j int) float64 { return e.Scores[j].P })
	unpredicted := adjust(len(e.Predictions), func(j int) float64 { return e.Predictions[j].P })
	all := make([]Summary, len(d.items))
	for j := range all {
		s := &all[j]
		s.Item = d.items[j].ID
		if persons[j] < l.MinimumPersons {
			s.flag(l.few(persons[j]))
			continue
		}
		s.under(ScoreMisfit, misfit, j, l.FalseDiscovery)
		s.under(PredictMisfit, unpredicted, j, l.FalseDiscovery)
		s.flag(e.flags(j, d.items[j].Seconds, l)...)
	}
	e.flagPairs(all, l)
	return all, nil
}

// flags of what is known of one item but for its misfit and its pairs.
func (e *Evidence) flags(item, seconds int, l Limits) (flags []Flag) {
	if e.Squares != nil {
		if square := max(e.Squares[item].Outfit, e.Squares[item].Infit); square > l.MeanSquare {
			flags = append(flags, Flag{Code: Noisy, Value: square, Limit: l.MeanSquare})
		}
	}
	if c := e.Classical; c != nil && c.Status == Computed {
		flags = append(flags, c.Items[item].flags(l)...)
	}
	if o := e.Distractors[item]; o != nil {
		flags = append(flags, o.Flags(l)...)
	}
	if t := e.Times[item]; t != nil {
		flags = append(flags, t.Flags(seconds, l)...)
	}
	return flags
}

// flagPairs flags both items of each dependent pair that enough persons answered.
func (e *Evidence) flagPairs(all []Summary, l Limits) {
	if e.Dependence == nil {
		return
	}
	for _, pair := range e.Dependence.Above(l.Dependence) {
		if pair.Persons < l.MinimumPersons {
			continue
		}
		first, second := &all[pair.First], &all[pair.Second]
		first.flag(Flag{Code: LocalDepend, Of: second.Item, Value: pair.Adjusted, Limit: l.Dependence})
		second.flag(Flag{Code: LocalDepend, Of: first.Item, Value: pair.Adjusted, Limit: l.Dependence})
	}
}

// under flags an item whose probability is under a limit; there may be no probabilities.
func (s *Summary) under(code Code, probabilities []float64, item int, limit float64) {
	if probabilities != nil && probabilities[item] < limit {
		s.flag(Flag{Code: code, Value: probabilities[item], Limit: limit})
	}
}

func (s *Summary) flag(flags ...Flag) { s.Flags = append(s.Flags, flags...) }

// flags of the ease and of the item-rest correlation.
func (c *ClassicalItem) flags(l Limits) (flags []Flag) {
	switch {
	case c.Ease > l.Easy:
		flags = append(flags, Flag{Code: TooEasy, Value: c.Ease, Limit: l.Easy})
	case c.Ease < l.Hard:
		flags = append(flags, Flag{Code: TooHard, Value: c.Ease, Limit: l.Hard})
	}
	if c.Rest < l.Rest {
		flags = append(flags, Flag{Code: WeakItem, Value: c.Rest, Limit: l.Rest})
	}
	return flags
}

func (e *Evidence) check(items int) error {
	wrong := func(n int) bool { return n != 0 && n != items }
	switch {
	case wrong(len(e.Scores)), wrong(len(e.Predictions)), wrong(len(e.Squares)),
		e.Classical != nil && len(e.Classical.Items) != items:
		return fmt.Errorf("fit: the evidence is not that of the %d items of the data", items)
	}
	if e.Dependence != nil {
		for _, pair := range e.Dependence.Pairs {
			if min(pair.First, pair.Second) < 0 || max(pair.First, pair.Second) >= items {
				return fmt.Errorf("fit: the pair of items %d and %d for %d items", pair.First, pair.Second, items)
			}
		}
	}
	return nil
}

// adjust returns the probabilities adjusted for their number (Benjamini & Hochberg 1995): the
// smallest share of wrong flags at which each would be flagged. Those that are NaN stay so and do
// not count.
func adjust(n int, p func(int) float64) []float64 {
	if n == 0 {
		return nil
	}
	adjusted := make([]float64, n)
	var order []int
	for j := range adjusted {
		adjusted[j] = p(j)
		if !math.IsNaN(adjusted[j]) {
			order = append(order, j)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(adjusted[y], adjusted[x]) })
	smallest := 1.0
	for i, j := range order {
		smallest = min(smallest, adjusted[j]*float64(len(order))/float64(len(order)-i))
		adjusted[j] = smallest
	}
	return adjusted
}
