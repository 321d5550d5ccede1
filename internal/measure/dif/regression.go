package dif

import "math"

// maxTerms: intercept, matching variable, group, product.
const maxTerms = 4

// diverged is a coefficient of a standardised variable that no data give but those
// which have no finite maximum (Albert & Anderson 1984): odds multiplied by three
// million for a standard deviation.
const diverged = 15

type fit struct {
	beta     [maxTerms]float64
	deviance float64
}

// fitLogistic maximises the likelihood on the first terms of the model by Newton's
// method, halving the steps that do not go up.
func fitLogistic(cells []cell, terms int) (fit, Status) {
	var f fit
	f.deviance = deviance(cells, &f.beta)
	for range 100 {
		score, info := gradient(cells, &f.beta, terms)
		step, ok := solve(info, score, terms)
		if !ok {
			return f, f.singular()
		}
		decrement := 0.0
		for k := range terms {
			decrement += step[k] * score[k]
		}
		if decrement < 1e-12 {
			return f, f.status()
		}
		if !f.climb(cells, &step) {
			return f, f.status()
		}
		if f.status() == Separated {
			return f, Separated
		}
	}
	return f, Separated
}

// climb takes the step, or a half, a quarter… of it; false when none is better.
func (f *fit) climb(cells []cell, step *[maxTerms]float64) bool {
	for scale := 1.0; scale > 1e-6; scale /= 2 {
		beta := f.beta
		for k := range beta {
			beta[k] += scale * step[k]
		}
		if d := deviance(cells, &beta); d < f.deviance {
			f.beta, f.deviance = beta, d
			return true
		}
	}
	return false
}

func (f *fit) status() Status {
	for _, b := range f.beta {
		if math.Abs(b) > diverged {
			return Separated
		}
	}
	return Tested
}

// singular tells data that determine no coefficient from data that send one away.
func (f *fit) singular() Status {
	for _, b := range f.beta {
		if math.Abs(b) > diverged/2 {
			return Separated
		}
	}
	return Undetermined
}

// terms are the regressors of a cell.
func (c *cell) terms() [maxTerms]float64 { return [maxTerms]float64{1, c.x, c.focal, c.x * c.focal} }

func (c *cell) predictor(beta *[maxTerms]float64) float64 {
	x := c.terms()
	return beta[0]*x[0] + beta[1]*x[1] + beta[2]*x[2] + beta[3]*x[3]
}

// deviance is -2 log-likelihood of the single answers.
func deviance(cells []cell, beta *[maxTerms]float64) float64 {
	sum := 0.0
	for i := range cells {
		c := &cells[i]
		eta := c.predictor(beta)
		sum += c.n*(math.Max(eta, 0)+math.Log1p(math.Exp(-math.Abs(eta)))) - c.right*eta
	}
	return 2 * sum
}

// nullDeviance is that of the model with only an intercept.
func nullDeviance(cells []cell) float64 {
	var n, right float64
	for _, c := range cells {
		n += c.n
		right += c.right
	}
	return -2 * (right*math.Log(right/n) + (n-right)*math.Log1p(-right/n))
}

// gradient returns the score and the information at the coefficients.
func gradient(cells []cell, beta *[maxTerms]float64, terms int) (score [maxTerms]float64, info [maxTerms][maxTerms]float64) {
	for i := range cells {
		c := &cells[i]
		x := c.terms()
		eta := c.predictor(beta)
		e := math.Exp(-math.Abs(eta))
		p, w := 1/(1+e), c.n*e/((1+e)*(1+e))
		if eta < 0 {
			p = e / (1 + e)
		}
		for k := range terms {
			score[k] += (c.right - c.n*p) * x[k]
			for l := range k + 1 {
				info[k][l] += w * x[k] * x[l]
			}
		}
	}
	return score, info
}

// solve returns info⁻¹·score by Cholesky's method on the lower triangle; false when the
// matrix is not positive definite.
func solve(info [maxTerms][maxTerms]float64, score [maxTerms]float64, terms int) (x [maxTerms]float64, ok bool) {
	for k := range terms {
		scale := info[k][k]
		for l := range k + 1 {
			for m := range l {
				info[k][l] -= info[k][m] * info[l][m]
			}
			if l < k {
				info[k][l] /= info[l][l]
			}
		}
		if !(info[k][k] > 1e-12*scale) {
			return x, false
		}
		info[k][k] = math.Sqrt(info[k][k])
	}
	for k := range terms {
		x[k] = score[k]
		for l := range k {
			x[k] -= info[k][l] * x[l]
		}
		x[k] /= info[k][k]
	}
	for k := terms - 1; k >= 0; k-- {
		for l := k + 1; l < terms; l++ {
			x[k] -= info[l][k] * x[l]
		}
		x[k] /= info[k][k]
	}
	return x, true
}
