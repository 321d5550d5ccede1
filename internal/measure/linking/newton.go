package linking

import "math"

// minimise goes down from a point by damped Newton steps, until a step moves both
// constants by less than 1e-10.
func (c *criterion) minimise(p point, steps *int) (point, error) {
	const tolerance, farthest = 1e-10, 7 // |log A| of 7: scales a thousand times apart
	e := c.at(p)
	damping := 0.0
	for *steps = 1; *steps <= 200; *steps++ {
		if math.IsNaN(e.value) || math.Abs(p.logA) > farthest {
			return p, ErrNoMinimum
		}
		da, db, ok := e.step(damping)
		if !ok {
			damping = e.raise(damping)
			continue
		}
		next := point{p.logA + da, p.b + db}
		small := math.Abs(da) < tolerance && math.Abs(db) < tolerance*math.Max(1, math.Abs(p.b))
		there := c.at(next)
		switch {
		case there.value <= e.value:
			p, e = next, there
			damping /= 10
		case !small:
			damping = e.raise(damping)
		}
		if small {
			return p, e.stationary()
		}
	}
	return p, ErrNoMinimum
}

// stationary tells a minimum from a place where only the damping stopped the steps, and
// from a valley of equal minima.
func (e *expansion) stationary() error {
	if da, db, ok := e.step(0); !ok || math.Abs(da)+math.Abs(db) > 1e-7 {
		return ErrNoMinimum
	}
	return nil
}

// step solves (H + damping)·step = -gradient; false unless the matrix is clearly
// positive definite.
func (e *expansion) step(damping float64) (da, db float64, ok bool) {
	aa, ab, bb := e.hessAA+damping, e.hessAB, e.hessBB+damping
	det := aa*bb - ab*ab
	if !(aa > 0 && bb > 0 && det > 1e-14*aa*bb) {
		return 0, 0, false
	}
	return (ab*e.gradB - bb*e.gradA) / det, (ab*e.gradA - aa*e.gradB) / det, true
}

// raise is the next damping, in the unit of the Hessian.
func (e *expansion) raise(damping float64) float64 {
	return math.Max(10*damping, 1e-3*(math.Abs(e.hessAA)+math.Abs(e.hessBB))+1e-12)
}
