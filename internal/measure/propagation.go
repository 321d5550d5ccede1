package measure

import "math"

// The grid of a dimension: 129 nodes over ±8 prior standard deviations. The
// spacing, an eighth of a prior standard deviation, stays under one posterior
// standard deviation up to 64 units of information on one ability, where the
// trapezoid rule on a smooth bell is exact to about 1e-8, and far better below.
const (
	gridHalf  = 64
	gridNodes = 2*gridHalf + 1
	gridReach = 8.0
)

// Expectation propagation stops when no mean or standard deviation moves by more
// than tolerance posterior standard deviations in a sweep; five sweeps do it in
// practice. Only likelihoods made bimodal by guessing take more; steps are halved
// after the undamped sweeps, in case they oscillate.
const (
	tolerance = 1e-8
	undamped  = 50
	maxSweeps = 1000
)

// widening bounds how far a site may widen the posterior. Guessing can make the
// likelihood of a dimension bimodal and its site's precision negative. With every
// site above -widening/λ, λ being the largest eigenvalue of the prior covariance,
// the posterior and every cavity stay proper whatever the answers.
const widening = 0.9

// factor is the likelihood of all the answers on one dimension, and the Gaussian
// site that stands for it: exp(-precision·x²/2 + shift·x). The slices are replaced,
// never changed, so that copies of a factor may share them.
type factor struct {
	origin, step float64   // node q is at origin + (q-gridHalf)·step
	loglik       []float64 // at the nodes; nil before the first answer
	likelihood   []float64 // exp(loglik), the largest being 1
	precision    float64
	shift        float64
}

func (f *factor) multiply(it *Item, category int) {
	loglik, likelihood := make([]float64, gridNodes), make([]float64, gridNodes)
	copy(loglik, f.loglik)
	top := math.Inf(-1)
	for q := range loglik {
		log, _, _ := it.LogProbability(f.node(q), category)
		loglik[q] += log
		top = max(top, loglik[q])
	}
	for q, l := range loglik {
		likelihood[q] = math.Exp(l - top)
	}
	f.loglik, f.likelihood = loglik, likelihood
}

func (f *factor) node(q int) float64 { return f.origin + float64(q-gridHalf)*f.step }

// tilted returns the mean and variance of the cavity normal times the likelihood.
// The grid does not see under its spacing: the variance is at least that of one cell.
func (f *factor) tilted(mean, variance float64) (m, v float64) {
	at, spread := (mean-f.origin)/f.step, variance/(f.step*f.step) // in nodes from the middle
	m, v, ok := f.moments(at, spread)
	if !ok {
		m, v = f.rareMoments(at, spread)
	}
	return f.origin + f.step*m, f.step * f.step * math.Max(v, 1.0/12)
}

// moments is the mean and variance of likelihood times normal, in nodes. The normal is walked outwards from the node
// nearest to its mean by its own ratio of neighbours, exp(-(k+1/2-d)/spread), which itself shrinks by exp(-1/spread) at
// each node: three exponentials and two products a node instead of an exponential a node. Over 129 nodes the rounding
// stays under 1e-11. It is not ok where the likelihood is so far from the normal that products would vanish.
func (f *factor) moments(at, spread float64) (m, v float64, ok bool) {
	middle := min(max(int(math.Round(at))+gridHalf, 0), gridNodes-1)
	offset := at - float64(middle-gridHalf)
	shrink := math.Exp(-1 / spread)
	var sum, first, second float64
	weight, ratio := 1.0, math.Exp((offset-0.5)/spread)
	for q := middle; q < gridNodes; q++ {
		w, x := weight*f.likelihood[q], float64(q-middle)
		sum, first, second = sum+w, first+w*x, second+w*x*x
		weight *= ratio
		ratio *= shrink
	}
	weight, ratio = 1.0, math.Exp((-offset-0.5)/spread)
	for q := middle - 1; q >= 0; q-- {
		weight *= ratio
		ratio *= shrink
		w, x := weight*f.likelihood[q], float64(q-middle)
		sum, first, second = sum+w, first+w*x, second+w*x*x
	}
	if !(sum > vanishing) || math.IsInf(sum, 1) {
		return 0, 0, false
	}
	first /= sum
	return first + float64(middle-gridHalf), second/sum - first*first, true
}

// vanishing is the total weight under which moments would lose digits to numbers too small to be held.
const vanishing = 1e-200

// rareMoments is moments by logarithms, whatever the distance between likelihood and normal.
func (f *factor) rareMoments(at, spread float64) (m, v float64) {
	var log [gridNodes]float64
	top := math.Inf(-1)
	for q, l := range f.loglik {
		d := float64(q-gridHalf) - at
		log[q] = l - d*d/(2*spread)
		top = max(top, log[q])
	}
	var sum, first, second float64
	for q := range log {
		w, x := math.Exp(log[q]-top), float64(q-gridHalf)
		sum, first, second = sum+w, first+w*x, second+w*x*x
	}
	first /= sum
	return first, second/sum - first*first
}

// propagate runs expectation propagation (Minka 2001; Rasmussen & Williams 2006,
// section 3.6) to its fixed point, starting with the dimension that changed. All
// answers on a dimension form one factor, so that the only approximation is the
// Gaussian shape of what one dimension tells the others; with one dimension the
// moments are exact. Each update is a rank-one change of the covariance.
func (p *Posterior) propagate(changed int) {
	p.rebuild()
	p.update(changed, 1)
	p.converged = false
	for n := range maxSweeps {
		rate := 1.0
		if n >= undamped {
			rate = 0.5
		}
		if p.sweep(rate) <= tolerance*rate {
			p.converged = true
			return
		}
	}
}

// sweep updates every dimension that has answers and returns the largest move.
func (p *Posterior) sweep(rate float64) float64 {
	moved := 0.0
	for k := range p.factors {
		if p.factors[k].loglik != nil {
			moved = math.Max(moved, p.update(k, rate))
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
		for k, f := range p.factors {
			if f.loglik != nil && (f.precision < 0) == negative {
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
	cavityPrecision := 1/variance - f.precision
	cavityMean := (mean/variance - f.shift) / cavityPrecision
	m, v := f.tilted(cavityMean, 1/cavityPrecision)
	precision := math.Max(1/v-1/variance, p.floor-f.precision)
	shift := m*(1/variance+precision) - mean/variance
	f.precision += rate * precision
	f.shift += rate * shift
	p.shiftSite(k, rate*precision, rate*shift)
	moved := math.Max(math.Abs(p.mean[k]-mean), math.Abs(math.Sqrt(p.cov[k*d+k])-math.Sqrt(variance)))
	return moved / math.Sqrt(variance)
}

// shiftSite multiplies the posterior by exp(-precision·x²/2 + shift·x) on
// dimension k: the Sherman-Morrison formula on the covariance.
func (p *Posterior) shiftSite(k int, precision, shift float64) {
	d := len(p.mean)
	scale := 1 / (1 + precision*p.cov[k*d+k])
	gain := (shift - precision*p.mean[k]) * scale
	column := p.cov[k*d : k*d+d]
	for i := range d {
		p.mean[i] += gain * column[i]
	}
	var old [maxStackDims]float64
	col := append(old[:0], column...)
	for i, ci := range col {
		s := precision * scale * ci
		row := p.cov[i*d : i*d+d]
		for j, cj := range col {
			row[j] -= s * cj
		}
	}
}

// maxStackDims is the number of dimensions up to which an update allocates nothing.
const maxStackDims = 64
