package measure

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Response is an item with the category that was given to the answer.
type Response struct {
	Item     *Item
	Category int
}

// Normal is the prior of a single ability.
type Normal struct{ Mean, SD float64 }

// Grid is a set of equally spaced nodes, both ends included, with its rule.
type Grid struct {
	Min, Max float64
	Points   int
	Rule     Rule
}

// Rule weighs the nodes of a grid. The rules part only as far as the posterior
// reaches the ends of the grid.
type Rule uint8

const (
	Trapezoid   Rule = iota // the two end nodes count half (as catR does)
	Rectangular             // all nodes count the same (as mirt does)
)

// Coarse tells whether the spacing exceeds two standard errors of an estimate
// made on the grid: the estimate is then not to be trusted.
func (g Grid) Coarse(e Estimate) bool { return g.step() > 2*e.SE }

func (g Grid) node(q int) float64 { return g.Min + float64(q)*g.step() }

func (g Grid) weight(q int) float64 {
	if g.Rule == Trapezoid && (q == 0 || q == g.Points-1) {
		return 0.5
	}
	return 1
}

func (g Grid) step() float64 { return (g.Max - g.Min) / float64(g.Points-1) }

// ErrNoFiniteMaximum says that the likelihood has its supremum at infinity (all
// answers right, all wrong, or scores below what guessing gives), or beyond the
// abilities searched, 30 logits (30 prior standard deviations for MAP, less where an asymptote makes a scan necessary).
var ErrNoFiniteMaximum = errors.New("measure: the likelihood has no finite maximum")

// EAP returns the mean and standard deviation of the posterior on the grid, each
// node weighing the likelihood times the prior density times the rule's weight.
func EAP(responses []Response, prior Normal, grid Grid) (Estimate, error) {
	if err := errors.Join(check(responses), prior.validate(), grid.validate()); err != nil {
		return Estimate{}, err
	}
	weights := make([]float64, grid.Points)
	for q := range weights {
		weights[q] = prior.logDensity(grid.node(q))
		for _, r := range responses {
			log, _, _ := r.Item.LogProbability(grid.node(q), r.Category)
			weights[q] += log
		}
	}
	top := slices.Max(weights)
	if math.IsInf(top, -1) {
		return Estimate{}, fmt.Errorf("measure: grid [%v, %v]: the posterior has no weight on it", grid.Min, grid.Max)
	}
	var sum, first, second float64
	for q := range weights {
		weights[q] = grid.weight(q) * math.Exp(weights[q]-top)
		sum += weights[q]
		first += weights[q] * grid.node(q)
	}
	mean := first / sum
	for q, w := range weights {
		d := grid.node(q) - mean
		second += w * d * d
	}
	return Estimate{Mean: mean, SE: math.Sqrt(second / sum)}, nil
}

// MAP returns the mode of the posterior; the highest one if there are several.
// The standard error is 1/sqrt(I + 1/sd²), I being the expected information.
func MAP(responses []Response, prior Normal) (Estimate, error) {
	if err := errors.Join(check(responses), prior.validate()); err != nil {
		return Estimate{}, err
	}
	precision := 1 / (prior.SD * prior.SD)
	s := search{responses: responses, concave: true, penalty: func(theta float64) float64 {
		return -(theta - prior.Mean) * precision
	}}
	s.low, s.high = prior.Mean-searchReach*max(1, prior.SD), prior.Mean+searchReach*max(1, prior.SD)
	if !s.single() {
		s.narrow(prior.Mean)
	}
	theta, _, found := s.maximum()
	if !found {
		return Estimate{}, ErrNoFiniteMaximum
	}
	return Estimate{Mean: theta, SE: 1 / math.Sqrt(information(responses, theta)+precision)}, nil
}

// ML returns the maximum of the likelihood, the highest one if there are several,
// or ErrNoFiniteMaximum. The standard error is 1/sqrt(I), I being the expected
// information.
func ML(responses []Response) (Estimate, error) {
	if err := check(responses); err != nil {
		return Estimate{}, err
	}
	s := search{responses: responses, low: -searchReach, high: searchReach}
	theta, value, found := s.maximum()
	for _, side := range [2]int{-1, 1} {
		limit := 0.0
		for _, r := range responses {
			limit += r.Item.limit(r.Category, side)
		}
		found = found && (math.IsInf(limit, -1) || value > limit-1e-12*limit)
	}
	if !found {
		return Estimate{}, ErrNoFiniteMaximum
	}
	return Estimate{Mean: theta, SE: 1 / math.Sqrt(information(responses, theta))}, nil
}

// WLE returns Warm's weighted likelihood estimate (1989): the root of
// score + J/(2I). It is not the Jeffreys-penalised estimate, from which it parts
// under guessing. Between several roots the one with the largest penalised
// likelihood wins. The standard error is 1/sqrt(I).
func WLE(responses []Response) (Estimate, error) {
	if err := check(responses); err != nil {
		return Estimate{}, err
	}
	s := search{responses: responses, low: -searchReach, high: searchReach, penalty: func(theta float64) float64 {
		var info, j float64
		for _, r := range responses {
			di, dj := r.Item.warm(theta)
			info, j = info+di, j+dj
		}
		if info == 0 {
			return 0
		}
		return j / (2 * info)
	}}
	theta, _, found := s.maximum()
	if !found {
		return Estimate{}, ErrNoFiniteMaximum
	}
	return Estimate{Mean: theta, SE: 1 / math.Sqrt(information(responses, theta))}, nil
}

func information(responses []Response, theta float64) float64 {
	info := 0.0
	for _, r := range responses {
		info += r.Item.Information(theta)
	}
	return info
}

func check(responses []Response) error {
	if len(responses) == 0 {
		return errors.New("measure: no response")
	}
	for _, r := range responses {
		if err := r.Item.Validate(); err != nil {
			return err
		}
		if r.Category < 0 || r.Category >= r.Item.Categories() {
			return fmt.Errorf("measure: item %q: category %d of %d", r.Item.ID, r.Category, r.Item.Categories())
		}
	}
	return nil
}

// The standard deviations that a prior may have: a narrower one is a known ability, a wider one no prior.
const narrowestPrior, widestPrior = 1e-3, 1e3

func (n Normal) validate() error {
	if math.IsNaN(n.Mean) || math.Abs(n.Mean) > widestPrior || !(n.SD >= narrowestPrior && n.SD <= widestPrior) {
		return fmt.Errorf("measure: normal prior: mean %v, standard deviation %v: outside [%v, %v]", n.Mean, n.SD, narrowestPrior, widestPrior)
	}
	return nil
}

func (n Normal) logDensity(theta float64) float64 {
	z := (theta - n.Mean) / n.SD
	return -z * z / 2
}

func (g Grid) validate() error {
	if !(g.Max > g.Min) || math.IsInf(g.Max-g.Min, 0) || g.Points < 2 || g.Rule > Rectangular {
		return fmt.Errorf("measure: grid: %d points on [%v, %v]", g.Points, g.Min, g.Max)
	}
	return nil
}
