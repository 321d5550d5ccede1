package measure

import (
	"fmt"
	"math"
)

// Estimate is a score with its standard error, on the ability scale.
type Estimate struct{ Mean, SE float64 }

// Score is a reported score: a weighted sum of the abilities. Importance says
// how much its variance counts when items are chosen; 0 reports it only.
type Score struct {
	Name       string
	Weights    []float64 // one per dimension, usually of sum 1
	Importance float64
}

// Objective is what the selection of items makes precise: the sum of the scores'
// variances, each times its importance. As a matrix, W = Σ importance·w·wᵀ.
type Objective []Score

// Validate checks the scores against the number of dimensions. At least one
// importance must be positive.
func (o Objective) Validate(dims int) error {
	total := 0.0
	for _, s := range o {
		if len(s.Weights) != dims {
			return fmt.Errorf("measure: score %q: %d weights for %d dimensions", s.Name, len(s.Weights), dims)
		}
		for _, w := range s.Weights {
			if math.IsNaN(w) || math.IsInf(w, 0) {
				return fmt.Errorf("measure: score %q: weight %v", s.Name, w)
			}
		}
		if !(s.Importance >= 0) || math.IsInf(s.Importance, 0) {
			return fmt.Errorf("measure: score %q: importance %v", s.Name, s.Importance)
		}
		total += s.Importance
	}
	if total == 0 {
		return fmt.Errorf("measure: no score has a positive importance")
	}
	return nil
}

// gains returns the diagonal of ΣWΣ: what a unit of information on each
// dimension would take from the weighted variance, before saturation.
func (o Objective) gains(p *Posterior) []float64 {
	d := p.Dims()
	gains := make([]float64, d)
	for _, s := range o {
		if s.Importance == 0 {
			continue
		}
		for k := range d {
			cov := 0.0
			for j, w := range s.Weights {
				cov += w * p.cov[k*d+j]
			}
			gains[k] += s.Importance * cov * cov
		}
	}
	return gains
}
