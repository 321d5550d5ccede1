package measure

import "math"

// searchReach bounds the search for a maximum: abilities beyond it are not
// distinguished from infinity.
const searchReach = 30.0

// search looks for the highest maximum of a log-likelihood plus a penalty known
// by its derivative (nil: none).
type search struct {
	responses []Response
	penalty   func(theta float64) float64
	low, high float64
}

// maximum scans the derivative for its descending roots, refines each one, and
// returns the one with the largest objective. The objective is the
// log-likelihood plus the penalty integrated from s.low, cell by cell, by
// Simpson's rule. The scan's step resolves the steepest item.
func (s search) maximum() (theta, value float64, found bool) {
	cells := s.cells()
	step := (s.high - s.low) / float64(cells)
	value = math.Inf(-1)
	penalty, left := 0.0, s.low
	before := s.slope(left)
	for n := range cells {
		right := s.low + float64(n+1)*step
		after := s.slope(right)
		if before > 0 && after <= 0 {
			root := s.root(left, right)
			if v := s.logLikelihood(root) + penalty + s.penaltyOver(left, root); v > value {
				theta, value, found = root, v, true
			}
		}
		penalty += s.penaltyOver(left, right)
		left, before = right, after
	}
	return theta, value, found
}

// cells is the number of steps of the scan: a quarter of 1/slope each, the slope
// counting up to 50, beyond which a curve is a step that hides no second root.
func (s search) cells() int {
	steepest := 1.0
	for _, r := range s.responses {
		steepest = math.Max(steepest, math.Min(r.Item.slope(), 50))
	}
	return int(math.Ceil((s.high - s.low) * 4 * steepest))
}

func (s search) slope(theta float64) float64 {
	sum := 0.0
	if s.penalty != nil {
		sum = s.penalty(theta)
	}
	for _, r := range s.responses {
		_, d, _ := r.Item.LogProbability(theta, r.Category)
		sum += d
	}
	return sum
}

func (s search) logLikelihood(theta float64) float64 {
	sum := 0.0
	for _, r := range s.responses {
		l, _, _ := r.Item.LogProbability(theta, r.Category)
		sum += l
	}
	return sum
}

func (s search) penaltyOver(left, right float64) float64 {
	if s.penalty == nil {
		return 0
	}
	return (right - left) / 6 * (s.penalty(left) + 4*s.penalty((left+right)/2) + s.penalty(right))
}

// root bisects a descending root down to neighbouring numbers.
func (s search) root(left, right float64) float64 {
	for {
		middle := left + (right-left)/2
		if middle <= left || middle >= right {
			return middle
		}
		if s.slope(middle) > 0 {
			left = middle
		} else {
			right = middle
		}
	}
}
