package measure

import (
	"fmt"
	"math"
	"slices"
)

// ExposureRule bounds the exposure of items: the share of the candidates who get
// one. The zero value is a ceiling of 0.25 over all candidates, without a floor.
type ExposureRule struct {
	// Max is the ceiling, in (0, 1]; 0 stands for 0.25.
	Max float64
	// ItemMax is the ceiling of each item, when it is not 0; nil: Max for all.
	ItemMax []float64
	// Cuts make level bands of a score, ascending; a candidate at a cut is in the
	// band above it. The ceiling holds in each band; without cuts, over all candidates only.
	Cuts []float64
	// Score is the weights of the score of the bands, one per dimension; needed with Cuts.
	Score []float64
	// Min is the floor, in [0, Max): an item that the last 1/Min candidates did not get
	// becomes eligible in rare turns, Min·Len() of a candidate's at most; 0: none. It is
	// an aim: the items that inform least may wait longer, a few of a bank for ever.
	Min float64
	// Memory is the number of candidates after which a count weighs 1/e; 0 stands for 1000.
	Memory float64
}

// Defaults of an ExposureRule.
const (
	defaultCeiling = 0.25
	defaultMemory  = 1000
)

func (r *ExposureRule) complete(b *Bank) error {
	if r.Max == 0 {
		r.Max = defaultCeiling
	}
	if r.Memory == 0 {
		r.Memory = defaultMemory
	}
	if err := CheckCuts(r.Cuts); err != nil {
		return err
	}
	switch {
	case !(r.Max > 0 && r.Max <= 1):
		return fmt.Errorf("measure: exposure: ceiling %v is outside (0, 1]", r.Max)
	case !(r.Memory >= 1):
		return fmt.Errorf("measure: exposure: memory of %v candidates", r.Memory)
	case !(r.Min >= 0 && r.Min < r.Max):
		return fmt.Errorf("measure: exposure: floor %v is outside [0, %v)", r.Min, r.Max)
	case 2*r.Min*float64(b.Len()) > float64(b.Length()):
		return fmt.Errorf("measure: exposure: a floor of %v for %d items takes over half of an exam of %d", r.Min, b.Len(), b.Length())
	case len(r.Cuts) > 0 && len(r.Score) < b.plan.Pools():
		return fmt.Errorf("measure: exposure: %d weights for bands on %d dimensions", len(r.Score), b.plan.Pools())
	case r.ItemMax != nil && len(r.ItemMax) != b.Len():
		return fmt.Errorf("measure: exposure: %d ceilings for %d items", len(r.ItemMax), b.Len())
	}
	for k, w := range r.Score {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("measure: exposure: weight %v of dimension %d", w, k)
		}
	}
	for i, c := range r.ItemMax {
		if !(c >= 0 && c <= 1) {
			return b.items[i].invalid("exposure", "ceiling %v is outside [0, 1]", c)
		}
	}
	return nil
}

// ceilings returns the ceiling of each item.
func (r *ExposureRule) ceilings(items int) []float64 {
	if r.ItemMax == nil {
		return slices.Repeat([]float64{r.Max}, items)
	}
	ceilings := slices.Clone(r.ItemMax)
	for i, c := range ceilings {
		if c == 0 {
			ceilings[i] = r.Max
		}
	}
	return ceilings
}

// Exposure is the state of exposure control by item eligibility (van der Linden &
// Veldkamp 2004, 2007), with prices and a floor. What follows from the counts is
// frozen between two calls of Advance: in that time Exposure may be read by many
// goroutines, and the order in which candidates end does not matter.
//
// Eligibility. In band k, item i is eligible for a candidate with the probability
// min(1, ceiling · eligible/given), from the expected number of candidates of the
// band for whom it was eligible and the number of those who got it.
//
// Prices. Eligibility alone is blind to ability: it takes a sharp item from those
// whom it fits best as often as from others. So an item in demand has a price, in units
// of information, which rises while its demand, given/eligible, exceeds the ceiling and falls
// otherwise, not under 0: a subgradient ascent on the dual of the best assignment under the
// ceilings. The item goes to those to whom it is worth most, and eligibility seldom
// binds. A price counts in part while the exam is young, because information that
// comes early also guides later choices; and a little more or less from candidate to
// candidate, so that neighbours do not start with the same item.
//
// Floor. In rare turns, in an exam's second half, when the ability is known well
// enough to lose little, only rare items are eligible: those that were not given to
// the last 1/floor candidates.
type Exposure struct {
	rule     ExposureRule
	bank     *Bank
	ceilings []float64

	state  ExposureState
	recent []float64 // given since the last Advance, [band·items + item]
	in     []float64 // candidates since the last Advance, by band

	probability []float64 // of eligibility, [band·items + item]
	rare        []bool
	turns       float64 // rare turns of a candidate, on average
}

// ExposureState is what an Exposure remembers, to be kept between sessions.
type ExposureState struct {
	Candidates []float64 `json:"candidates"` // by band
	Given      []float64 `json:"given"`      // [band·items + item]
	Eligible   []float64 `json:"eligible"`   // [band·items + item], expected
	Prices     []float64 `json:"prices"`     // by item, in units of information
	Idle       []float64 `json:"idle"`       // by item: candidates since it was last given
}

const (
	// A demand of twice the ceiling raises the price by 1 in so many candidates.
	priceTime = 1250.0
	// The largest relative excess that moves a price.
	largestExcess = 4.0
	// The share of the price that counts at the start of an exam.
	youngShare = 0.6
	// A candidate's price of an item is within this share of the price.
	spread = 0.02
	// In a rare turn prices are drawn up to this, so that candidates who sit together
	// get different items.
	rareSpread = 0.5
	// A rare item waits for about 1/rareHaste of the time in which it is not rare.
	rareHaste = 8
)

// NewExposure starts without a past: items are eligible with the probability of
// their ceiling, which no chance can exceed, until the first Advance.
func NewExposure(b *Bank, rule ExposureRule) (*Exposure, error) {
	if err := rule.complete(b); err != nil {
		return nil, err
	}
	bands, n := len(rule.Cuts)+1, b.Len()
	e := &Exposure{
		rule: rule, bank: b, ceilings: rule.ceilings(n),
		state: ExposureState{
			Candidates: make([]float64, bands), Given: make([]float64, bands*n), Eligible: make([]float64, bands*n),
			Prices: make([]float64, n), Idle: make([]float64, n),
		},
		recent: make([]float64, bands*n), in: make([]float64, bands),
		probability: make([]float64, bands*n), rare: make([]bool, n),
	}
	if rule.Min > 0 {
		for i := range n {
			e.state.Idle[i] = 1 / rule.Min
		}
	}
	e.freeze()
	return e, nil
}

// State returns a copy of what is remembered.
func (e *Exposure) State() ExposureState {
	s := e.state
	s.Candidates, s.Given = slices.Clone(s.Candidates), slices.Clone(s.Given)
	s.Eligible, s.Prices, s.Idle = slices.Clone(s.Eligible), slices.Clone(s.Prices), slices.Clone(s.Idle)
	return s
}

// Restore goes on from a state of the same bank and rule. What was counted since
// the last Advance is lost.
func (e *Exposure) Restore(s ExposureState) error {
	own := &e.state
	if len(s.Candidates) != len(own.Candidates) || len(s.Given) != len(own.Given) ||
		len(s.Eligible) != len(own.Given) || len(s.Prices) != len(own.Prices) || len(s.Idle) != len(own.Idle) {
		return fmt.Errorf("measure: exposure: state of %d bands and %d items, want %d and %d",
			len(s.Candidates), len(s.Prices), len(own.Candidates), len(own.Prices))
	}
	for _, v := range slices.Concat(s.Candidates, s.Given, s.Eligible, s.Prices, s.Idle) {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("measure: exposure: state holds %v", v)
		}
	}
	copy(own.Candidates, s.Candidates)
	copy(own.Given, s.Given)
	copy(own.Eligible, s.Eligible)
	copy(own.Prices, s.Prices)
	copy(own.Idle, s.Idle)
	clear(e.recent)
	clear(e.in)
	e.freeze()
	return nil
}

// Band returns the band of a posterior.
func (e *Exposure) Band(post *Posterior) int {
	if len(e.rule.Cuts) == 0 {
		return 0
	}
	mean := 0.0
	for k, w := range e.rule.Score[:min(len(e.rule.Score), post.Dims())] {
		mean += w * post.mean[k]
	}
	band := 0
	for band < len(e.rule.Cuts) && mean >= e.rule.Cuts[band] {
		band++
	}
	return band
}

// Count records the items that a candidate got, band being that of the last posterior.
func (e *Exposure) Count(band int, given []int) {
	e.in[band]++
	row := e.recent[band*e.bank.Len():]
	for _, i := range given {
		row[i]++
	}
}

// Advance takes in what was counted, and computes the probabilities anew.
func (e *Exposure) Advance() {
	n, all := e.bank.Len(), 0.0
	for _, c := range e.in {
		all += c
	}
	if all == 0 {
		return
	}
	for i := range n {
		given, eligible := 0.0, 0.0
		for band, c := range e.in {
			given += e.recent[band*n+i]
			eligible += c * e.probability[band*n+i]
		}
		excess := min(given/(eligible*e.ceilings[i])-1, largestExcess)
		e.state.Prices[i] = max(0, e.state.Prices[i]+excess*all/priceTime)
		e.state.Idle[i] += all
		if given > 0 {
			e.state.Idle[i] = 0
		}
	}
	fade := math.Exp(-all / e.rule.Memory)
	for band, c := range e.in {
		e.state.Candidates[band] = fade*e.state.Candidates[band] + c
		for at := band * n; at < (band+1)*n; at++ {
			e.state.Given[at] = fade*e.state.Given[at] + e.recent[at]
			e.state.Eligible[at] = fade*e.state.Eligible[at] + c*e.probability[at]
		}
	}
	clear(e.recent)
	clear(e.in)
	e.freeze()
}

// freeze computes the probabilities and the rare items from the state.
func (e *Exposure) freeze() {
	n := e.bank.Len()
	for at := range e.probability {
		ceiling := e.ceilings[at%n]
		e.probability[at] = 1
		if given := e.state.Given[at]; given > 0 {
			e.probability[at] = min(max(ceiling*e.state.Eligible[at]/given, ceiling/2), 1)
		} else if e.state.Candidates[at/n] == 0 {
			e.probability[at] = ceiling
		}
	}
	e.turns = 0
	for i, idle := range e.state.Idle {
		e.rare[i] = e.rule.Min > 0 && idle*e.rule.Min >= 1
		if e.rare[i] {
			e.turns++
		}
	}
	e.turns = e.rule.Min * min(rareHaste*e.turns, float64(n))
}
