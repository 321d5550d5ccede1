package classification

import (
	"fmt"
	"math"

	"galien/internal/measure"
)

// Rule says which rule decided.
type Rule uint8

// The rules.
const (
	Undecided     Rule = iota
	RatioTest          // Wald's bounds, at every cut
	Confidence         // the interval holds no cut
	MaximumLength      // the most probable level, when the test ends undecided
)

// String returns the rule in words.
func (r Rule) String() string {
	switch r {
	case Undecided:
		return "undecided"
	case RatioTest:
		return "probability ratio"
	case Confidence:
		return "confidence interval"
	case MaximumLength:
		return "final estimate at maximum length"
	}
	return "unknown"
}

// Verdict is what is known after an answer. Level counts from 0, which is below the
// first cut: with one cut 0 is fail and 1 pass. It has no meaning while Undecided.
type Verdict struct {
	Level int
	Rule  Rule
}

// SPRT are the settings of the sequential probability ratio test (Wald 1947; Reckase
// 1983): at each cut, is the ability cut - Delta or cut + Delta?
type SPRT struct {
	Cuts  []float64 // ascending, more than twice Delta apart
	Delta float64   // half-width of the region of indifference, positive
	// Alpha is the probability accepted of placing above a cut someone at cut - Delta, and
	// Beta that of placing below someone at cut + Delta; both in (0, 0.5).
	Alpha, Beta float64
	// Maximum length of the test, where the side with the larger ratio wins; 0 has none.
	Maximum int
}

// Sequence is a test under way.
type Sequence struct {
	settings  SPRT
	ratios    []float64 // log-likelihood ratio at each cut
	answers   int
	low, high float64 // Wald's bounds
	verdict   Verdict
}

// Start begins a test, or tells which setting is wrong.
func (s SPRT) Start() (*Sequence, error) {
	if err := checkCuts(s.Cuts); err != nil {
		return nil, err
	}
	switch {
	case !(s.Delta > 0) || math.IsInf(s.Delta, 0):
		return nil, fmt.Errorf("classification: region of indifference: half-width %v", s.Delta)
	case !(s.Alpha > 0 && s.Alpha < 0.5 && s.Beta > 0 && s.Beta < 0.5):
		return nil, fmt.Errorf("classification: error rates %v and %v outside (0, 0.5)", s.Alpha, s.Beta)
	case s.Maximum < 0:
		return nil, fmt.Errorf("classification: maximum length %d", s.Maximum)
	}
	for j := 1; j < len(s.Cuts); j++ {
		if s.Cuts[j]-s.Cuts[j-1] <= 2*s.Delta {
			return nil, fmt.Errorf("classification: cuts %v and %v: their regions of indifference meet", s.Cuts[j-1], s.Cuts[j])
		}
	}
	return &Sequence{settings: s, ratios: make([]float64, len(s.Cuts)),
		low: math.Log(s.Beta / (1 - s.Alpha)), high: math.Log((1 - s.Beta) / s.Alpha)}, nil
}

// Answer adds an answer and returns the verdict, which no longer changes once a rule has
// decided: later answers are not counted. With several cuts, every cut must have decided,
// those below the level for above and the others for below (Sobel & Wald 1949).
func (q *Sequence) Answer(r measure.Response) (Verdict, error) {
	if r.Item == nil {
		return Verdict{}, fmt.Errorf("classification: answer %d has no item", q.answers+1)
	}
	if err := r.Item.Validate(); err != nil {
		return Verdict{}, fmt.Errorf("classification: %w", err)
	}
	if r.Category < 0 || r.Category >= r.Item.Categories() {
		return Verdict{}, fmt.Errorf("classification: item %q: category %d of %d", r.Item.ID, r.Category, r.Item.Categories())
	}
	if q.verdict.Rule != Undecided {
		return q.verdict, nil
	}
	q.answers++
	for j, cut := range q.settings.Cuts {
		above, _, _ := r.Item.LogProbability(cut+q.settings.Delta, r.Category)
		below, _, _ := r.Item.LogProbability(cut-q.settings.Delta, r.Category)
		q.ratios[j] += above - below
	}
	q.verdict = q.decide()
	return q.verdict, nil
}

func (q *Sequence) decide() Verdict {
	above, decided := 0, true
	for j, ratio := range q.ratios {
		switch {
		case ratio >= q.high:
			decided = decided && above == j
			above++
		case ratio > q.low:
			decided = false
		}
	}
	if decided {
		return Verdict{above, RatioTest}
	}
	if q.settings.Maximum > 0 && q.answers >= q.settings.Maximum {
		return Verdict{q.nearest(), MaximumLength}
	}
	return Verdict{}
}

// nearest is the level given at the maximum length: above each cut whose ratio is past
// the middle of the bounds, from the lowest up (Spray & Reckase 1996).
func (q *Sequence) nearest() int {
	k := 0
	for k < len(q.ratios) && q.ratios[k] >= (q.low+q.high)/2 {
		k++
	}
	return k
}

// Ratios returns the log-likelihood ratio at each cut, with the bounds that decide.
func (q *Sequence) Ratios() (ratios []float64, low, high float64) {
	return append([]float64(nil), q.ratios...), q.low, q.high
}
