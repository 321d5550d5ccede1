package measure

import "math"

// Information returns the Fisher (expected) information at theta, Σ P'²/P.
func (it *Item) Information(theta float64) float64 {
	switch it.Model {
	case GRM:
		return it.gradedInformation(theta)
	case GPCM:
		_, _, _, variance := it.steps(theta, 0)
		return it.A * it.A * variance
	}
	a, c, u := it.slope(), it.C, it.upper()
	x := a * (theta - it.B[0])
	e := math.Exp(-math.Abs(x))
	info := a * a * e / ((1 + e) * (1 + e)) // a²L(1-L)
	if c == 0 && u == 1 {
		return info
	}
	l, m := logistic(x)
	if c > 0 {
		info *= (u - c) * l / (c + (u-c)*l)
	}
	if u < 1 {
		info *= (u - c) * m / ((1 - u) + (u-c)*m)
	}
	return info
}

// gradedInformation is the sum over the categories of P·(d log P)², P being
// L(x)·L(-y)·(1 - exp(y-x)) between the boundaries x and y.
func (it *Item) gradedInformation(theta float64) float64 {
	a, info := it.A, 0.0
	l, m := 1.0, 0.0
	for k := range it.Categories() {
		nextL, nextM, share := 0.0, 1.0, 1.0
		if k < len(it.B) {
			nextL, nextM = logistic(a * (theta - it.B[k]))
		}
		if k > 0 && k < len(it.B) {
			share = -math.Expm1(-a * (it.B[k] - it.B[k-1]))
		}
		score := a * (m - nextL)
		info += l * nextM * share * score * score
		l, m = nextL, nextM
	}
	return info
}

// The five-point Gauss-Hermite rule of a standard normal: nodes 0, ±sqrt(5∓sqrt(10)),
// exact for polynomials of degree nine.
const (
	innerNode, innerWeight = 1.355626179974266, 0.2220759220056126
	outerNode, outerWeight = 2.856970013872806, 0.01125741132772068
	centreWeight           = 8.0 / 15
)

// expectedInformation is the Fisher information averaged over a normal ability,
// by five-point Gauss-Hermite quadrature.
func (it *Item) expectedInformation(mean, sd float64) float64 {
	if it.Model <= TwoPL {
		return expectedLogistic(it.slope(), it.B[0], mean, sd)
	}
	inner, outer := innerNode*sd, outerNode*sd
	return centreWeight*it.Information(mean) +
		innerWeight*(it.Information(mean-inner)+it.Information(mean+inner)) +
		outerWeight*(it.Information(mean-outer)+it.Information(mean+outer))
}

// expectedLogistic is expectedInformation of a curve without asymptotes: three
// exponentials for the five nodes.
func expectedLogistic(a, b, mean, sd float64) float64 {
	x, inner, outer := a*(mean-b), a*innerNode*sd, a*outerNode*sd
	if math.Abs(x)+outer > 300 { // no product may overflow
		return a * a * (centreWeight*bell(math.Exp(-math.Abs(x))) +
			innerWeight*(bell(math.Exp(-math.Abs(x-inner)))+bell(math.Exp(-math.Abs(x+inner)))) +
			outerWeight*(bell(math.Exp(-math.Abs(x-outer)))+bell(math.Exp(-math.Abs(x+outer)))))
	}
	centre, near, far := math.Exp(x), math.Exp(inner), math.Exp(outer)
	return a * a * (centreWeight*bell(centre) +
		innerWeight*(bell(centre*near)+bell(centre/near)) +
		outerWeight*(bell(centre*far)+bell(centre/far)))
}

// bell is L(x)·L(-x) of e = exp(x): the information of a logistic curve of slope 1.
func bell(e float64) float64 { return e / ((1 + e) * (1 + e)) }

// warm returns the information I = Σ P'²/P and Warm's J = Σ P'P”/P.
func (it *Item) warm(theta float64) (info, j float64) {
	for k := range it.Categories() {
		log, d1, d2 := it.LogProbability(theta, k)
		p := math.Exp(log)
		info += p * d1 * d1
		j += p * d1 * (d2 + d1*d1)
	}
	return info, j
}
