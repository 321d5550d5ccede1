package measure

import "math"

// Expectation propagation stops when no mean or standard deviation moves by more than tolerance posterior standard
// deviations in a sweep, and does not update a dimension whose cavity has moved by less since its last update. A site
// answers a move of its cavity by a small share of it only, so that the fixed point is then within 1e-7. Three sweeps do
// it in practice. Only likelihoods made bimodal by guessing take more; steps are halved after the undamped sweeps, in
// case they oscillate.
const (
	tolerance = 1e-6
	undamped  = 50
	maxSweeps = 1000
)

// widening bounds how far a site may widen the posterior. Guessing can make the
// likelihood of a dimension bimodal and its site's precision negative. With every
// site above -widening/λ, λ being the largest eigenvalue of the prior covariance,
// the posterior and every cavity stay proper whatever the answers.
const widening = 0.9

// rebuildEvery is the number of answers after which mean and covariance are computed from the prior and the sites
// again. Between two rebuilds they are moved by some 40 rank-one changes an answer.
const rebuildEvery = 16

// factor is the likelihood of all the answers on one dimension, the Gaussian site that stands for it,
// exp(-precision·x²/2 + shift·x), and the cavity that the site was last matched in.
type factor struct {
	likelihood
	precision, shift            float64
	cavityMean, cavityPrecision float64
}

func (f *factor) copyFrom(src *factor) {
	own := f.likelihood
	*f = *src
	f.likelihood = own
	f.likelihood.copyFrom(&src.likelihood)
}

// settled tells whether the site was matched in the given cavity, or in one that hardly differs.
func (f *factor) settled(mean, precision float64) bool {
	d := mean - f.cavityMean
	return d*d*precision <= tolerance*tolerance && math.Abs(precision-f.cavityPrecision) <= tolerance*precision
}

// propagate runs expectation propagation (Minka 2001; Rasmussen & Williams 2006,
// section 3.6) to its fixed point, starting with the dimension that changed. All
// answers on a dimension form one factor, so that the only approximation is the
// Gaussian shape of what one dimension tells the others; with one dimension the
// moments are exact. Each update is a rank-one change of the covariance.
func (p *Posterior) propagate(changed int) {
	if p.answers%rebuildEvery == 0 {
		p.rebuild()
	}
	p.factors[changed].cavityPrecision = math.Inf(1)
	p.converged = false
	for n := 0; n < maxSweeps && !p.converged; n++ {
		rate := 1.0
		if n >= undamped {
			rate = 0.5
		}
		p.converged = p.sweep(changed, rate) <= tolerance*rate
	}
	p.mirror()
}

// sweep updates every dimension that has answers, from the given one on, and returns the largest move.
func (p *Posterior) sweep(from int, rate float64) float64 {
	moved, d := 0.0, len(p.mean)
	for n := range d {
		k := from + n
		if k >= d {
			k -= d
		}
		if len(p.factors[k].answers) > 0 {
			moved = max(moved, p.update(k, rate))
		}
	}
	return moved
}

// rebuild recomputes mean and covariance from the prior and the sites, so that
// rounding does not pile up from answer to answer. Sites of negative precision
// come last: every matrix on the way is then at least as concentrated as the
// final one, hence a proper covariance.
func (p *Posterior) rebuild() {
	copy(p.mean, p.prior.Mean)
	copy(p.cov, p.prior.Cov)
	for _, negative := range [2]bool{false, true} {
		for k := range p.factors {
			f := &p.factors[k]
			if len(f.answers) > 0 && (f.precision < 0) == negative {
				p.shiftSite(k, f.precision, f.shift)
			}
		}
	}
}

// update moves the site of dimension k towards the moments of its tilted
// distribution and returns how far the marginal moved, in standard deviations.
// At the floor of the precision the mean is matched and the variance is not.
func (p *Posterior) update(k int, rate float64) float64 {
	f, d := &p.factors[k], len(p.mean)
	mean, variance := p.mean[k], p.cov[k*d+k]
	total := 1 / variance
	cavityPrecision := total - f.precision
	cavityVariance := 1 / cavityPrecision
	cavityMean := (mean*total - f.shift) * cavityVariance
	if f.settled(cavityMean, cavityPrecision) {
		return 0
	}
	sd := math.Sqrt(variance)
	m, v := f.tilted(cavityMean, cavityVariance, sd)
	precision := max(1/v-total, p.floor-f.precision)
	shift := m*(total+precision) - mean*total
	f.cavityMean, f.cavityPrecision = cavityMean, cavityPrecision
	if rate < 1 {
		f.cavityPrecision = math.Inf(1) // a damped step does not match the site
	}
	f.precision += rate * precision
	f.shift += rate * shift
	p.shiftSite(k, rate*precision, rate*shift)
	return max(math.Abs(p.mean[k]-mean)/sd, math.Abs(p.cov[k*d+k]-variance)*total/2)
}

// shiftSite multiplies the posterior by exp(-precision·x²/2 + shift·x) on
// dimension k: the Sherman-Morrison formula on the covariance, of which it reads and
// writes the lower triangle only.
func (p *Posterior) shiftSite(k int, precision, shift float64) {
	d := len(p.mean)
	column := p.column[:d]
	copy(column, p.cov[k*d:k*d+k])
	for i := k; i < d; i++ {
		column[i] = p.cov[i*d+k]
	}
	scale := 1 / (1 + precision*column[k])
	gain := (shift - precision*p.mean[k]) * scale
	scale *= precision
	for i, c := range column {
		p.mean[i] += gain * c
	}
	i := 0
	for ; i+1 < d; i += 2 {
		c, next := scale*column[i], scale*column[i+1]
		subtract(p.cov[i*d:i*d+i+1], p.cov[i*d+d:i*d+d+i+1], column[:i+1], c, next)
		p.cov[(i+1)*(d+1)] -= next * column[i+1]
	}
	if i < d {
		for j, c := range column {
			p.cov[i*d+j] -= scale * column[i] * c
		}
	}
}

// subtract takes two multiples of a column from the beginnings of two rows.
func subtract(a, b, column []float64, fromA, fromB float64) {
	a, b = a[:len(column)], b[:len(column)]
	for j, c := range column {
		a[j] -= fromA * c
		b[j] -= fromB * c
	}
}

// mirror copies the lower triangle of the covariance to the upper one.
func (p *Posterior) mirror() {
	d := len(p.mean)
	for i := range d {
		for j, c := range p.cov[i*d : i*d+i] {
			p.cov[j*d+i] = c
		}
	}
}
