package calibration

import "math"

// maximiseCommon is the M-step of the 1PL items, which share a slope. The information
// matrix is an arrow: the slope against every intercept, and no intercept against
// another, so that one step takes a pass over the items.
func (e *engine) maximiseCommon(unit expansion, x []float64) {
	var fits []*fit
	for j := range e.layout.items {
		if p := &e.layout.items[j]; p.free() && p.slope == e.layout.common {
			fits = append(fits, newFit(e, j, unit))
		}
	}
	c := commonFit{engine: e, fits: fits}
	c.evaluate(x)
	from := append([]float64(nil), x...)
	for range newtonSteps {
		copy(from, x)
		if c.climb(x, from, c.direction()) < newtonTolerance {
			return
		}
	}
}

// commonFit is the objective of all the 1PL items.
type commonFit struct {
	engine *engine
	fits   []*fit
	value  float64
	first  float64 // derivative in the log slope
	info   float64
}

func (c *commonFit) evaluate(x []float64) {
	c.engine.each(len(c.fits), func(i int) { c.fits[i].evaluate(x) })
	c.value, c.first, c.info = c.engine.priors.at(slopeKind, x[c.engine.layout.common])
	for _, f := range c.fits {
		c.value += f.value
		c.first += f.gradient[0]
		c.info += f.info[0]
	}
}

// direction returns the step of the log slope, then of each intercept.
func (c *commonFit) direction() []float64 {
	first, info := c.first, c.info
	for _, f := range c.fits {
		ratio := f.info[f.n] / f.info[f.n+1] // slope-intercept over intercept-intercept
		first -= ratio * f.gradient[1]
		info -= ratio * f.info[f.n]
	}
	step := make([]float64, 1+len(c.fits))
	step[0] = first / max(info, 1e-12)
	for i, f := range c.fits {
		step[i+1] = (f.gradient[1] - f.info[f.n]*step[0]) / f.info[f.n+1]
	}
	return step
}

// climb is that of fit, for all the items.
func (c *commonFit) climb(x, from, step []float64) (moved float64) {
	before, scale := c.value, 1.0
	move := func(at int, by float64, k kind) {
		low, high := k.bounds()
		x[at] = clamp(from[at]+scale*by, low, high)
		moved = max(moved, math.Abs(x[at]-from[at]))
	}
	for range newtonHalvings {
		moved = 0
		move(c.engine.layout.common, step[0], slopeKind)
		for i, f := range c.fits {
			move(f.at[1], step[i+1], interceptKind)
		}
		if c.evaluate(x); c.value >= before-1e-13*math.Abs(before) {
			return moved
		}
		scale /= 2
	}
	copy(x, from)
	return 0
}
