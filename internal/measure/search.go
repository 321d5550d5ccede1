package measure

import (
	"math"
	"slices"
)

// searchReach bounds the search for a maximum: abilities beyond it are not
// distinguished from infinity.
const searchReach = 30.0

// search looks for the highest maximum of a log-likelihood plus a penalty known
// by its derivative (nil: none).
type search struct {
	responses []Response
	penalty   func(theta float64) float64
	concave   bool // the penalty falls everywhere; then without asymptotes there is one root at most
	low, high float64
}

// maximum returns the descending root of the derivative with the largest objective, which is the log-likelihood plus the
// penalty integrated from the first root. value is the objective.
func (s search) maximum() (theta, value float64, found bool) {
	value = math.Inf(-1)
	penalty := 0.0
	roots := s.roots()
	for n, root := range roots {
		if n > 0 {
			penalty += s.penaltyOver(roots[n-1], root)
		}
		if v := s.logLikelihood(root) + penalty; v > value {
			theta, value, found = root, v, true
		}
	}
	return theta, value, found
}

// roots scans the derivative for its descending roots, from low to high. The scan's step resolves the steepest item.
func (s search) roots() []float64 {
	if s.single() {
		if s.slope(s.low) > 0 && s.slope(s.high) <= 0 {
			return []float64{s.root(s.low, s.high)}
		}
		return nil
	}
	var roots []float64
	cells := s.cells()
	step := (s.high - s.low) / float64(cells)
	left, before := s.low, s.slope(s.low)
	for n := range cells {
		right := s.low + float64(n+1)*step
		after := s.slope(right)
		if before > 0 && after <= 0 {
			roots = append(roots, s.root(left, right))
		}
		left, before = right, after
	}
	return roots
}

// single reports whether the objective is concave: the log-likelihood is, under models without asymptotes (Samejima 1969 for GRM;
// the others are exponential families).
func (s search) single() bool {
	if s.penalty != nil && !s.concave {
		return false
	}
	for _, r := range s.responses {
		if r.Item.C > 0 || r.Item.upper() < 1 {
			return false
		}
	}
	return true
}

// narrow shortens the scan of a posterior whose prior has the given mean: past all the items and the mean, by so much that the
// flattest of them pulls no more, answers and prior pull back.
func (s *search) narrow(mean float64) {
	low, high, flattest := mean, mean, 1.0
	for _, r := range s.responses {
		low, high = min(low, slices.Min(r.Item.B)), max(high, slices.Max(r.Item.B))
		flattest = min(flattest, r.Item.slope())
	}
	reach := searchReach / max(flattest, 0.1)
	s.low, s.high = max(s.low, low-reach), min(s.high, high+reach)
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

// penaltyOver integrates the penalty by Simpson's rule, in steps of the scan or less.
func (s search) penaltyOver(left, right float64) float64 {
	if s.penalty == nil {
		return 0
	}
	steps := int(math.Ceil((right - left) / (s.high - s.low) * float64(s.cells())))
	width, sum := (right-left)/float64(steps), 0.0
	for n := range steps {
		at := left + float64(n)*width
		sum += s.penalty(at) + 4*s.penalty(at+width/2) + s.penalty(at+width)
	}
	return width / 6 * sum
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
