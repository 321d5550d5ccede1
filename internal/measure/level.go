package measure

import (
	"fmt"
	"math"
)

// CheckCuts reports cut scores that are not finite and strictly ascending.
func CheckCuts(cuts []float64) error {
	for i, c := range cuts {
		if math.IsNaN(c) || math.IsInf(c, 0) {
			return fmt.Errorf("measure: cut score %d is %v", i, c)
		}
		if i > 0 && c <= cuts[i-1] {
			return fmt.Errorf("measure: cut scores are not ascending: %v then %v", cuts[i-1], c)
		}
	}
	return nil
}

// LevelProbabilities returns the probability of each of the len(cuts)+1 levels
// under a normal distribution of the score. Cuts ascend (see CheckCuts); a score
// equal to a cut belongs to the level above it.
func LevelProbabilities(e Estimate, cuts []float64) []float64 {
	levels := make([]float64, len(cuts)+1)
	for k := range levels {
		low, high := math.Inf(-1), math.Inf(1)
		if k > 0 {
			low = cuts[k-1]
		}
		if k < len(cuts) {
			high = cuts[k]
		}
		levels[k] = e.between(low, high)
	}
	return levels
}

// between is the probability of [low, high). It works in the tail where the
// interval lies, so that small probabilities keep their digits.
func (e Estimate) between(low, high float64) float64 {
	if e.SE == 0 {
		if low <= e.Mean && e.Mean < high {
			return 1
		}
		return 0
	}
	a, b := (low-e.Mean)/e.SE, (high-e.Mean)/e.SE
	if a > 0 {
		a, b = -b, -a
	}
	return (math.Erfc(-b/math.Sqrt2) - math.Erfc(-a/math.Sqrt2)) / 2
}
