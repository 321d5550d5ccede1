package measure

import "math"

// Probabilities returns the probability of each category at theta, in dst when
// it has the room (categories count from 0).
func (it *Item) Probabilities(theta float64, dst []float64) []float64 {
	dst = dst[:0]
	if it.dichotomous() {
		l, m := logistic(it.slope() * (theta - it.B[0]))
		c, u := it.C, it.upper()
		return append(dst, (1-u)+(u-c)*m, c+(u-c)*l)
	}
	for k := range it.Categories() {
		log, _, _ := it.LogProbability(theta, k)
		dst = append(dst, math.Exp(log))
	}
	return dst
}

// LogProbability returns the log-probability of one category at theta and its
// first and second derivatives in theta. No term is a difference of nearly equal
// numbers, so all three stay exact far in the tails. The category must exist.
func (it *Item) LogProbability(theta float64, category int) (value, first, second float64) {
	switch it.Model {
	case GRM:
		return it.graded(theta, category)
	case GPCM:
		return it.partialCredit(theta, category)
	}
	if category == 1 {
		return it.right(theta)
	}
	return it.wrong(theta)
}

// right is category 1 of P = c + (u-c)·L. The weight w = (u-c)L/P is the share
// of right answers that come from ability; it is 1 without a lower asymptote.
func (it *Item) right(theta float64) (value, first, second float64) {
	a, c, u := it.slope(), it.C, it.upper()
	x := a * (theta - it.B[0])
	l, m := logistic(x)
	w, guess := 1.0, 0.0
	if c > 0 {
		p := c + (u-c)*l
		w, guess = (u-c)*l/p, c/p
		value = math.Log(p)
	} else {
		value = math.Log(u) + logLogistic(x)
	}
	return value, a * m * w, a * a * m * w * (m*guess - l)
}

// wrong is category 0: Q = (1-u) + (u-c)·(1-L), the mirror of right.
func (it *Item) wrong(theta float64) (value, first, second float64) {
	a, c, u := it.slope(), it.C, it.upper()
	x := a * (theta - it.B[0])
	l, m := logistic(x)
	v, slip := 1.0, 0.0
	if u < 1 {
		q := (1 - u) + (u-c)*m
		v, slip = (u-c)*m/q, (1-u)/q
		value = math.Log(q)
	} else {
		value = math.Log1p(-c) + logLogistic(-x)
	}
	return value, -a * l * v, -a * a * l * v * (m - l*slip)
}

// graded uses L(x) - L(y) = L(x)·L(-y)·(1 - exp(y-x)) for the probability that
// lies between two boundaries (Samejima 1969), which makes every term log-concave.
func (it *Item) graded(theta float64, category int) (value, first, second float64) {
	a := it.slope()
	if category > 0 {
		x := a * (theta - it.B[category-1])
		l, m := logistic(x)
		value += logLogistic(x)
		first += a * m
		second -= a * a * l * m
	}
	if category < len(it.B) {
		y := a * (theta - it.B[category])
		l, m := logistic(y)
		value += logLogistic(-y)
		first -= a * l
		second -= a * a * l * m
	}
	if category > 0 && category < len(it.B) {
		value += math.Log(-math.Expm1(-a * (it.B[category] - it.B[category-1])))
	}
	return value, first, second
}

// partialCredit: the category k has the weight exp(Σ_{j<=k} a(theta-b_j))
// (Muraki 1992); the score's first two moments give the derivatives.
func (it *Item) partialCredit(theta float64, category int) (value, first, second float64) {
	a := it.slope()
	eta, logSum, mean, variance := it.steps(theta, category)
	return eta - logSum, a * (float64(category) - mean), -a * a * variance
}

// steps returns the log-weight of a category, the logarithm of the sum of all
// weights, and the mean and variance of the category at theta.
func (it *Item) steps(theta float64, category int) (eta, logSum, mean, variance float64) {
	a, top, at := it.slope(), 0.0, 0.0
	for k, b := range it.B {
		at += a * (theta - b)
		top = math.Max(top, at)
		if k+1 == category {
			eta = at
		}
	}
	sum, at := math.Exp(-top), 0.0
	for k, b := range it.B {
		at += a * (theta - b)
		w := math.Exp(at - top)
		sum += w
		mean += float64(k+1) * w
	}
	mean /= sum
	variance = mean * mean * math.Exp(-top)
	at = 0
	for k, b := range it.B {
		at += a * (theta - b)
		d := float64(k+1) - mean
		variance += d * d * math.Exp(at-top)
	}
	return eta, top + math.Log(sum), mean, variance / sum
}

// limit returns the log-probability of a category as theta goes to minus
// (side < 0) or plus infinity.
func (it *Item) limit(category, side int) float64 {
	switch {
	case it.dichotomous() && side < 0:
		return math.Log([2]float64{1 - it.C, it.C}[category])
	case it.dichotomous():
		return math.Log([2]float64{1 - it.upper(), it.upper()}[category])
	case side < 0 && category == 0, side > 0 && category == len(it.B):
		return 0
	}
	return math.Inf(-1)
}

// logistic returns 1/(1+exp(-x)) and its complement, both to full precision.
func logistic(x float64) (l, m float64) {
	e := math.Exp(-math.Abs(x))
	high, low := 1/(1+e), e/(1+e)
	if x < 0 {
		return low, high
	}
	return high, low
}

// logLogistic returns log(1/(1+exp(-x))) without overflow.
func logLogistic(x float64) float64 {
	return math.Min(x, 0) - math.Log1p(math.Exp(-math.Abs(x)))
}
