package calibration

import "galien/internal/measure"

// kind tells parameters apart for the priors and the bounds.
type kind uint8

const (
	slopeKind kind = iota
	interceptKind
	guessKind
)

// at returns the log-density of a parameter, its derivative, and minus its second
// derivative. A log slope λ is given the density of the slope: -λ - (λ-m)²/2s².
func (p *Priors) at(k kind, u float64) (value, first, curvature float64) {
	mean, sd := p.InterceptMean, p.InterceptSD
	switch k {
	case slopeKind:
		mean, sd = p.LogSlopeMean, p.LogSlopeSD
	case guessKind:
		mean, sd = p.LogitGuessMean, p.LogitGuessSD
	}
	if sd == 0 {
		return 0, 0, 0
	}
	z := (u - mean) / sd
	value, first, curvature = -z*z/2, -z/sd, 1/(sd*sd)
	if k == slopeKind {
		value, first = value-u, first-1
	}
	return value, first, curvature
}

// logDensity is the sum of the log-densities of the parameters, their constants left out.
func (e *engine) logDensity(x []float64) float64 {
	sum := 0.0
	e.eachFree(func(k kind, at int) {
		value, _, _ := e.priors.at(k, x[at])
		sum += value
	})
	return sum
}

// eachFree visits every estimated item parameter once.
func (e *engine) eachFree(visit func(k kind, at int)) {
	if e.layout.common >= 0 {
		visit(slopeKind, e.layout.common)
	}
	for j := range e.layout.items {
		p := &e.layout.items[j]
		if !p.free() {
			continue
		}
		if e.data.items[j].Model != measure.OnePL {
			visit(slopeKind, p.slope)
		}
		for k := range p.steps {
			visit(interceptKind, p.first+k)
		}
		if p.guess >= 0 {
			visit(guessKind, p.guess)
		}
	}
}

// bounds of a kind of parameter.
func (k kind) bounds() (low, high float64) {
	switch k {
	case slopeKind:
		return minLogSlope, maxLogSlope
	case guessKind:
		return minLogitC, maxLogitC
	}
	return -maxIntercept, maxIntercept
}
