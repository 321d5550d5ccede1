package calibration

import (
	"math"
	"slices"
)

// The squared extrapolation S3 of SQUAREM (Varadhan & Roland 2008): from x0, two EM
// steps x1 and x2, with r = x1 - x0, v = x2 - x1 - r and α = -|r|/|v|, lead to
// x0 - 2αr + α²v, which is x2 when α = -1. A cycle costs two E-steps: the second EM step
// gives x2 without one of its own. When the log-likelihood at the extrapolated point is
// under that at x1, EM goes on from x2, which is safe, and the next steps are bounded
// closer.
const (
	firstReach  = 4 // -α is at most that at first
	reachFactor = 4 // more, when the bound was met and the point kept; less, when it was refused
	widestReach = 256
)

// extrapolate returns the point of SQUAREM, or x2 when it has no use or is not one
// that the items can take.
func (e *engine) extrapolate(s *State, x2 []float64) (point []float64, extrapolated bool) {
	var rr, vv float64
	for i := range x2 {
		r := s.X[i] - s.Start[i]
		v := x2[i] - s.X[i] - r
		rr += r * r
		vv += v * v
	}
	length := math.Sqrt(rr / vv)
	if !(length > 1) { // also when v is 0
		return slices.Clone(x2), false
	}
	s.AtReach = length >= s.Reach
	length = min(length, s.Reach)
	point = make([]float64, len(x2))
	for i := range x2 {
		r := s.X[i] - s.Start[i]
		v := x2[i] - s.X[i] - r
		point[i] = s.Start[i] + 2*length*r + length*length*v
	}
	if !e.layout.bound(e.data, point) {
		return slices.Clone(x2), false
	}
	return point, true
}
