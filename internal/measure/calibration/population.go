package calibration

import "math"

// expansion is the mean and standard deviation that the reference population has in
// the expanded model of PX-EM (Liu, Rubin & Wu 1998). Plain EM holds that population
// at N(0, 1), and then moves the origin and the unit of the scale by no more than the
// share of variance that the answers do not explain: a few per cent of the way an
// iteration in a long test. The M-step here estimates the population too, then
// measures the abilities in its mean and SD, which changes no probability.
type expansion struct{ mean, sd float64 }

// node returns an ability in the units of the population.
func (p expansion) node(theta float64) float64 { return (theta - p.mean) / p.sd }

// expand is the first part of the M-step: the population's mean m and log-SD s that
// maximise its likelihood times the prior densities of the items, which depend on
// them through the log slope λ + s and the intercepts d + a·m. Without priors these are
// the moments. The step is Newton's from the moments' origin (0, 0), halved as needed.
func (e *engine) expand(x []float64) expansion {
	g := e.total.groups[e.layout.reference]
	mean := g.first / g.n
	moments := expansion{mean, math.Sqrt(max(g.second/g.n-mean*mean, 1e-6))}
	if e.priors.LogSlopeSD == 0 && e.priors.InterceptSD == 0 {
		return moments
	}
	u := [2]float64{}
	at := e.expanded(u, g, x)
	for range 20 {
		h := at.info
		det := h[0]*h[2] - h[1]*h[1]
		step := [2]float64{(h[2]*at.gradient[0] - h[1]*at.gradient[1]) / det, (h[0]*at.gradient[1] - h[1]*at.gradient[0]) / det}
		scale := 1.0
		next := at
		for ; scale > 1e-4; scale /= 2 {
			v := [2]float64{clamp(u[0]+scale*step[0], -2, 2), clamp(u[1]+scale*step[1], -1, 1)}
			if next = e.expanded(v, g, x); next.value > at.value {
				u, at = v, next
				break
			}
		}
		if scale <= 1e-4 || scale*max(math.Abs(step[0]), math.Abs(step[1])) < 1e-9 {
			break
		}
	}
	return expansion{u[0], math.Exp(u[1])}
}

// expandedValue is the objective of expand: value, gradient, and the curvature
// (mean-mean, mean-SD, SD-SD).
type expandedValue struct {
	value    float64
	gradient [2]float64
	info     [3]float64
}

func (e *engine) expanded(u [2]float64, g moments, x []float64) expandedValue {
	mean, precision := u[0], math.Exp(-2*u[1])
	square := g.second - 2*mean*g.first + g.n*mean*mean
	v := expandedValue{
		value:    -g.n*u[1] - square*precision/2,
		gradient: [2]float64{(g.first - g.n*mean) * precision, square*precision - g.n},
		info:     [3]float64{g.n * precision, 0, 2 * g.n},
	}
	for j := range e.layout.items {
		p := &e.layout.items[j]
		if !p.free() {
			continue
		}
		slope := math.Exp(x[p.slope])
		if p.slope != e.layout.common {
			v.add(e.priors.at(slopeKind, x[p.slope]+u[1]))
		}
		for k := range p.steps {
			value, first, curvature := e.priors.at(interceptKind, x[p.first+k]+slope*mean)
			v.value += value
			v.gradient[0] += slope * first
			v.info[0] += slope * slope * curvature
		}
	}
	if at := e.layout.common; at >= 0 {
		v.add(e.priors.at(slopeKind, x[at]+u[1]))
	}
	return v
}

// add takes in the prior of a log slope.
func (v *expandedValue) add(value, first, curvature float64) {
	v.value += value
	v.gradient[1] += first
	v.info[2] += curvature
}
