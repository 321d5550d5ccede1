package fit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"galien/internal/measure"
)

// Options of the statistics that rest on the model. The zero value is of use.
type Options struct {
	// Population is the distribution of the ability of the persons; the zero value stands for
	// N(0, 1).
	Population measure.Normal
	// Nodes is the number of nodes, over six standard deviations on either side of the mean; 0
	// stands for 121.
	Nodes int
	// Parameters is how many parameters of each item were estimated from these very answers, by
	// which the degrees of freedom are lowered; nil stands for none: parameters that come from
	// elsewhere. ParameterCounts returns the usual numbers.
	Parameters []int
	// MinimumPersons is how many persons a form must have for its scores to be compared
	// (ScoreFits), and how many must have answered both items of a pair (Q3); 0 stands for 100.
	MinimumPersons int
}

const (
	reach    = 6 // standard deviations
	maxNodes = 4096
)

// ParameterCounts returns how many parameters each item has of its own: one for 1PL, whose slope
// is common to the items (Orlando & Thissen 2000), two for 2PL, and so on.
func ParameterCounts(items []measure.Item) []int {
	counts := make([]int, len(items))
	for j := range items {
		switch items[j].Model {
		case measure.OnePL:
			counts[j] = 1
		case measure.ThreePL:
			counts[j] = 3
		case measure.FourPL:
			counts[j] = 4
		default:
			counts[j] = items[j].Categories()
		}
	}
	return counts
}

// complete fills in what 0 stands for, and refuses what makes no sense.
func (o Options) complete(d *Data) (Options, error) {
	if o.Population == (measure.Normal{}) {
		o.Population.SD = 1
	}
	if o.Nodes == 0 {
		o.Nodes = 121
	}
	if o.MinimumPersons == 0 {
		o.MinimumPersons = 100
	}
	p := o.Population
	switch {
	case math.IsNaN(p.Mean) || math.IsInf(p.Mean, 0) || !(p.SD > 0) || math.IsInf(p.SD, 0):
		return o, fmt.Errorf("fit: population: mean %v, standard deviation %v", p.Mean, p.SD)
	case o.Nodes < 5 || o.Nodes > maxNodes:
		return o, fmt.Errorf("fit: %d nodes are outside [5, %d]", o.Nodes, maxNodes)
	case o.MinimumPersons < 2:
		return o, fmt.Errorf("fit: a minimum of %d persons", o.MinimumPersons)
	case o.Parameters != nil && len(o.Parameters) != len(d.items):
		return o, fmt.Errorf("fit: numbers of parameters of %d items for %d items", len(o.Parameters), len(d.items))
	}
	for j, n := range o.Parameters {
		if n < 0 {
			return o, fmt.Errorf("fit: item %q: %d parameters", d.items[j].ID, n)
		}
	}
	return o, nil
}

// parameters is how many parameters of an item were estimated from these answers.
func (o *Options) parameters(item int) int {
	if o.Parameters == nil {
		return 0
	}
	return o.Parameters[item]
}

// upperTail is the probability that a χ² of df degrees of freedom exceeds x.
func upperTail(x float64, df int) float64 {
	return distuv.ChiSquared{K: float64(df)}.Survival(x)
}

// rootMeanSquareError is the misfit of a χ² statistic by degree of freedom and by person (Steiger
// 1990), which, unlike the probability, does not depend on the number of persons.
func rootMeanSquareError(x float64, df, persons int) float64 {
	if persons < 2 {
		return math.NaN()
	}
	return math.Sqrt(max(0, x/float64(df)-1) / float64(persons-1))
}
