package calibration

import (
	"math"

	"galien/internal/measure"
)

// Bounds of the estimates. A parameter that reaches one is reported: without priors
// it means that the likelihood has no finite maximum there.
const (
	minLogSlope, maxLogSlope = -4, 3 // slopes from 0.018 to 20
	maxIntercept             = 40
	minLogitC, maxLogitC     = -12, 2
)

// curve is an item in slope-intercept form. The intercepts d are those of the
// boundaries for GRM, P(X≥k) = L(aθ + d_k), descending (Samejima 1969); those of the
// steps for GPCM, log P_k/P_(k-1) = aθ + d_k (Muraki 1992), of which 1PL and 2PL are the
// case of two categories; and the one intercept of P = c + (1-c)L(aθ + d) for 3PL.
type curve struct {
	model measure.Model
	a     float64
	d     []float64
	c     float64
}

// item returns the curve as slope and difficulties: b = -d/a.
func (v *curve) item(id string) measure.Item {
	it := measure.Item{ID: id, Model: v.model, A: v.a, C: v.c, B: make([]float64, len(v.d))}
	for k, d := range v.d {
		it.B[k] = -d / v.a
	}
	return it
}

func curveOf(it *measure.Item) curve {
	v := curve{model: it.Model, a: it.A, c: it.C, d: make([]float64, len(it.B))}
	if v.a == 0 {
		v.a = 1
	}
	for k, b := range it.B {
		v.d[k] = -v.a * b
	}
	return v
}

// derivatives returns the probability of each category at theta, and the gradient
// of its logarithm: in log a first, then in each intercept, then in logit c for 3PL,
// one row of len(gradient)/categories values a category.
func (v *curve) derivatives(theta float64, probability, gradient []float64) {
	switch v.model {
	case measure.GRM:
		v.graded(theta, probability, gradient)
	case measure.ThreePL:
		v.guessed(theta, probability, gradient)
	default:
		v.stepped(theta, probability, gradient)
	}
}

// stepped: with c_k the sum of the first k steps, log P_k = c_k - log Σ exp c, so the
// gradient in step h is 1(k≥h) - P(X≥h), and in log a it is aθ(k - E X).
func (v *curve) stepped(theta float64, probability, gradient []float64) {
	at, top := 0.0, 0.0
	probability[0] = 0
	for k, d := range v.d {
		at += v.a*theta + d
		probability[k+1] = at
		top = max(top, at)
	}
	sum, mean := 0.0, 0.0
	for k, e := range probability {
		probability[k] = math.Exp(e - top)
		sum += probability[k]
		mean += float64(k) * probability[k]
	}
	mean /= sum
	n := len(v.d) + 1
	for k := range probability {
		probability[k] /= sum
		gradient[k*n] = v.a * theta * (float64(k) - mean)
	}
	above := 0.0
	for h := len(v.d); h >= 1; h-- {
		above += probability[h]
		for k := range probability {
			gradient[k*n+h] = -above
			if k >= h {
				gradient[k*n+h]++
			}
		}
	}
}

// graded: with x > y the two boundaries of a category, P = L(x)·L(-y)·(1 - exp(y-x)),
// so ∂log P/∂x = L(-x)/(L(-y)(1 - exp(y-x))) and ∂log P/∂y = -L(y)/(L(x)(1 - exp(y-x))),
// with no difference of nearly equal numbers.
func (v *curve) graded(theta float64, probability, gradient []float64) {
	clear(gradient)
	n := len(v.d) + 1
	lx, mx, x := 1.0, 0.0, math.Inf(1)
	for k := range probability {
		ly, my, y := 0.0, 1.0, math.Inf(-1)
		if k < len(v.d) {
			y = v.a*theta + v.d[k]
			ly, my = logistic(y)
		}
		share := -math.Expm1(y - x) // 1 where a boundary is missing
		probability[k] = lx * my * share
		row := gradient[k*n : (k+1)*n]
		if k > 0 {
			g := mx / (my * share)
			row[k] = g
			row[0] += v.a * theta * g
		}
		if k < len(v.d) {
			g := -ly / (lx * share)
			row[k+1] = g
			row[0] += v.a * theta * g
		}
		lx, mx, x = ly, my, y
	}
}

// guessed: P = c + (1-c)L. The gradient of P is (1-c)L(1-L)·(aθ, 1) in log a and d, and
// c(1-c)(1-L) in logit c.
func (v *curve) guessed(theta float64, probability, gradient []float64) {
	l, m := logistic(v.a*theta + v.d[0])
	p := v.c + (1-v.c)*l
	probability[0], probability[1] = (1-v.c)*m, p
	right := (1 - v.c) * l * m / p
	gradient[0], gradient[1], gradient[2] = -v.a*theta*l, -l, -v.c
	gradient[3], gradient[4], gradient[5] = v.a*theta*right, right, v.c*(1-v.c)*m/p
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

// descending tells whether the boundaries of a graded item are in order.
func descending(d []float64) bool {
	for k := 1; k < len(d); k++ {
		if !(d[k] < d[k-1]) {
			return false
		}
	}
	return true
}
