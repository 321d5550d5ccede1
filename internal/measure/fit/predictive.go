package fit

import (
	"fmt"
	"math"
)

// Conditioning says which answers of a person predict an answer.
type Conditioning uint8

const (
	// OnPast predicts from the answers that come before, in the order of the data. It is right
	// whatever chose the items, as long as the choice rests on past answers.
	OnPast Conditioning = iota
	// OnRest predicts from all the other answers. It sees more, for the early answers above all,
	// and is right only when answers had no part in the choice of the items: elsewhere the items
	// that follow an answer, or the end of the test, tell what it was. Tests of variable length
	// make it wrong at once; in adaptive tests of fixed length the bias is small.
	OnRest
)

// PredictiveFit is the fit of an item by the ability that other answers predict.
type PredictiveFit struct {
	Item    string
	Status  Status
	Persons int
	X2      float64
	DF      int
	P       float64
	RMSEA   float64
	// Z is the standardised sum of all residuals: positive when the item is easier than its
	// parameters say. It follows N(0, 1) under the model.
	Z float64
	// Groups are the groups of predicted ability, from the lowest.
	Groups []Group
}

// PredictiveFits compares each answer with its prediction from other answers of the person: the
// category probabilities averaged over the posterior of the ability, the population being the
// prior. The persons who answered an item are grouped by the predicted ability; in a group, z is
// the sum of the residuals of the score on the item, divided by the root of the sum of their
// predictive variances; X2 is the sum of z² over at most ten groups of about equal predictive
// variance, at least 5 each. Persons of one prediction are one group: of an item that comes
// first, only the difficulty is tested.
//
// Predictions from the past are those of a sequential forecaster (Dawid 1984;
// Seillier-Moiseiwitsch & Dawid 1993): under the model the residuals are martingale differences
// and X2 follows χ² with one degree of freedom a group, in adaptive tests as well, with no
// estimate of ability that contains the answer. This is what S-X² cannot give there.
//
// Limits. The population must be that of the persons: a wrong one shows in the answers that are
// predicted from few others. Where Options.Parameters says that parameters come from these
// answers, taking their number off the degrees of freedom is an approximation (6 % were rejected
// at 5 % in simulated calibrations of 20 items by 1,000 persons), and Z is nearer to 0. An item that
// most persons answered early is predicted from the prior, and tested with little power. With more than two
// categories only the expected score is tested, not how the other categories share. Other items
// that do not fit blur the predictions.
func PredictiveFits(d *Data, given Conditioning, o Options) ([]PredictiveFit, error) {
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	if given > OnRest {
		return nil, fmt.Errorf("fit: conditioning %d", given)
	}
	t := newPredictions(d, &o)
	for p := range d.persons {
		t.person(d.answersOf(p), given)
	}
	fits := make([]PredictiveFit, len(d.items))
	for j := range fits {
		fits[j] = t.conclude(j, o.parameters(j))
		fits[j].Item = d.items[j].ID
	}
	return fits, nil
}

// predictions gathers residuals by item and by narrow bin of predicted ability.
type predictions struct {
	nodes  quadrature
	curves []curve
	bins   [][bins]bin
	low    float64 // predicted ability where the bins begin
	width  float64

	before [][]float64 // the posterior before each answer of a person
	after  [][]float64 // the likelihood of the answers after it
}

// bins cover four standard deviations on either side of the mean; the two end ones are open.
const bins = 64

type bin struct {
	persons                               int
	ability, observed, expected, variance float64 // sums
}

func newPredictions(d *Data, o *Options) *predictions {
	nodes := newQuadrature(o.Population, o.Nodes)
	return &predictions{
		nodes: nodes, curves: d.curves(nodes.theta), bins: make([][bins]bin, len(d.items)),
		low: o.Population.Mean - 4*o.Population.SD, width: 8 * o.Population.SD / bins,
	}
}

// person adds the residuals of a person.
func (t *predictions) person(answers []answer, given Conditioning) {
	t.lookAhead(answers)
	if given == OnRest {
		t.lookBack(answers)
	}
	for i, a := range answers {
		t.add(a, t.before[i])
	}
}

// lookAhead finds the posterior before each answer.
func (t *predictions) lookAhead(answers []answer) {
	for len(t.before) <= len(answers) {
		t.before = append(t.before, make([]float64, len(t.nodes.theta)))
		t.after = append(t.after, make([]float64, len(t.nodes.theta)))
	}
	copy(t.before[0], t.nodes.weight)
	for i, a := range answers {
		copy(t.before[i+1], t.before[i])
		multiply(t.before[i+1], t.curves[a.item()][a.category()])
	}
}

// lookBack multiplies the posterior before each answer by the likelihood of those after it.
func (t *predictions) lookBack(answers []answer) {
	after := t.after[len(answers)]
	for q := range after {
		after[q] = 1
	}
	for i := len(answers) - 1; i >= 0; i-- {
		copy(t.after[i], t.after[i+1])
		multiply(t.after[i], t.curves[answers[i].item()][answers[i].category()])
		multiply(t.before[i], t.after[i+1])
	}
}

// add puts an answer in the bin of the ability that a posterior predicts.
func (t *predictions) add(a answer, posterior []float64) {
	var mean, square float64
	for k, p := range t.curves[a.item()][1:] {
		v := float64(k+1) * dot(posterior, p)
		mean += v
		square += float64(k+1) * v
	}
	ability := dot(posterior, t.nodes.theta)
	at := min(max(int((ability-t.low)/t.width), 0), bins-1)
	b := &t.bins[a.item()][at]
	b.persons++
	b.ability += ability
	b.observed += float64(a.category())
	b.expected += mean
	b.variance += square - mean*mean
}

const (
	maxGroups            = 10
	minimumGroupVariance = 5.0
)

// conclude tests the groups of an item.
func (t *predictions) conclude(item, parameters int) PredictiveFit {
	f := PredictiveFit{X2: math.NaN(), P: math.NaN(), RMSEA: math.NaN(), Z: math.NaN()}
	all, merged := merge(t.bins[item][:])
	f.Persons = all.persons
	switch {
	case all.persons == 0:
		f.Status = NoAnswer
		return f
	case len(merged) == 0:
		f.Status = TooFewPersons
		return f
	}
	f.Z = all.z()
	x2 := 0.0
	for _, b := range merged {
		x2 += b.z() * b.z()
		f.Groups = append(f.Groups, b.group())
	}
	if len(merged) <= parameters {
		f.Status = TooFewCells
		return f
	}
	f.Status, f.X2, f.DF = Computed, x2, len(merged)-parameters
	f.P, f.RMSEA = upperTail(x2, f.DF), rootMeanSquareError(x2, f.DF, f.Persons)
	return f
}

// merge returns the sum of the bins, and groups of neighbours: a group is closed when it has its
// share of the variance; what is left at the end goes with the last group.
func merge(parts []bin) (all bin, groups []bin) {
	for i := range parts {
		all.add(&parts[i])
	}
	share := max(minimumGroupVariance, all.variance/maxGroups*(1-1e-9))
	var open bin
	for i := range parts {
		open.add(&parts[i])
		if open.variance >= share {
			groups, open = append(groups, open), bin{}
		}
	}
	if last := len(groups) - 1; last >= 0 {
		groups[last].add(&open)
	}
	return all, groups
}

func (b *bin) add(other *bin) {
	b.persons += other.persons
	b.ability += other.ability
	b.observed += other.observed
	b.expected += other.expected
	b.variance += other.variance
}

// z is the standardised residual.
func (b *bin) z() float64 { return (b.observed - b.expected) / math.Sqrt(b.variance) }

func (b *bin) group() Group {
	n := float64(b.persons)
	return Group{At: b.ability / n, Persons: b.persons, Observed: b.observed / n, Expected: b.expected / n}
}
