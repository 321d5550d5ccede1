package measure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Prior is the normal distribution of the abilities before any answer.
type Prior struct {
	Mean []float64 // length d
	Cov  []float64 // d×d, row-major, symmetric, positive semi-definite
}

// Hierarchical returns the prior with mean 0 and covariance
// general·11ᵀ + domain·(same domain) + competency·I (variances).
// domainOf[k] is the domain of competency k.
func Hierarchical(domainOf []int, general, domain, competency float64) Prior {
	d := len(domainOf)
	p := Prior{Mean: make([]float64, d), Cov: make([]float64, d*d)}
	for i := range d {
		for j := range d {
			v := general
			if domainOf[i] == domainOf[j] {
				v += domain
			}
			if i == j {
				v += competency
			}
			p.Cov[i*d+j] = v
		}
	}
	return p
}

// spread checks the prior and returns the largest eigenvalue of its covariance.
func (p Prior) spread() (float64, error) {
	d := len(p.Mean)
	if d == 0 || len(p.Cov) != d*d {
		return 0, fmt.Errorf("measure: prior: %d means and %d covariances", d, len(p.Cov))
	}
	for _, v := range slices.Concat(p.Mean, p.Cov) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("measure: prior: %v is not a finite number", v)
		}
	}
	for i := range d {
		if p.Cov[i*d+i] <= 0 {
			return 0, fmt.Errorf("measure: prior: variance %d is not positive", i)
		}
		for j := range i {
			if math.Abs(p.Cov[i*d+j]-p.Cov[j*d+i]) > 1e-12*(p.Cov[i*d+i]+p.Cov[j*d+j]) {
				return 0, fmt.Errorf("measure: prior: covariance is not symmetric at (%d, %d)", i, j)
			}
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(d, slices.Clone(p.Cov)), false) {
		return 0, fmt.Errorf("measure: prior: eigenvalues of the covariance do not converge")
	}
	v := eigen.Values(nil)
	if v[0] < -1e-10*v[d-1] {
		return 0, fmt.Errorf("measure: prior: covariance is not positive semi-definite (eigenvalue %g)", v[0])
	}
	return v[d-1], nil
}

// Posterior is the Gaussian approximation of the abilities given the answers.
// It is not safe for concurrent use; Clone it.
type Posterior struct {
	prior     Prior // never changed, shared by copies
	mean, cov []float64
	factors   []factor  // one per dimension
	floor     float64   // smallest precision of a site, negative
	answers   int       // in all
	column    []float64 // scratch of shiftSite
	converged bool
}

// NewPosterior starts from the prior, which it copies, with no answer.
func NewPosterior(prior Prior) (*Posterior, error) {
	spread, err := prior.spread()
	if err != nil {
		return nil, err
	}
	p := &Posterior{
		prior:     Prior{Mean: slices.Clone(prior.Mean), Cov: slices.Clone(prior.Cov)},
		mean:      slices.Clone(prior.Mean),
		cov:       slices.Clone(prior.Cov),
		factors:   make([]factor, len(prior.Mean)),
		floor:     -widening / spread,
		column:    make([]float64, len(prior.Mean)),
		converged: true,
	}
	d := p.Dims()
	for k := range p.factors {
		p.factors[k].likelihood = newLikelihood(prior.Mean[k], math.Sqrt(prior.Cov[k*d+k]))
	}
	return p, nil
}

// Dims is the number of abilities.
func (p *Posterior) Dims() int { return len(p.mean) }

// Observe takes in one answer, to an item that it copies. On an error the posterior
// is unchanged. Bank.Observe does it without a copy for an item of a bank.
func (p *Posterior) Observe(it *Item, category int) error {
	if err := it.Validate(); err != nil {
		return err
	}
	if err := p.admits(it, category); err != nil {
		return err
	}
	own := *it
	own.B = slices.Clone(it.B)
	p.observe(&own, category)
	return nil
}

// Observe takes the answer to item i of the bank into a posterior. On an error the
// posterior is unchanged. It allocates nothing once the posterior, or the one that
// it was last overwritten with, has held as many answers.
func (b *Bank) Observe(post *Posterior, i, category int) error {
	if i < 0 || i >= b.Len() {
		return fmt.Errorf("measure: item %d of %d", i, b.Len())
	}
	if err := post.admits(b.Item(i), category); err != nil {
		return err
	}
	post.observe(b.Item(i), category)
	return nil
}

func (p *Posterior) admits(it *Item, category int) error {
	if it.Dim >= p.Dims() {
		return &ItemError{Item: it.ID, Field: "dim", Reason: fmt.Sprintf("%d of %d dimensions", it.Dim, p.Dims())}
	}
	if category < 0 || category >= it.Categories() {
		return fmt.Errorf("measure: item %q: category %d of %d", it.ID, category, it.Categories())
	}
	return nil
}

func (p *Posterior) observe(it *Item, category int) {
	p.answers++
	p.factors[it.Dim].multiply(it, category)
	p.propagate(it.Dim)
}

// Converged tells whether the last Observe reached the fixed point.
func (p *Posterior) Converged() bool { return p.converged }

// Mean returns a copy of the posterior means, one per dimension.
func (p *Posterior) Mean() []float64 { return slices.Clone(p.mean) }

// Cov returns a copy of the posterior covariance, d×d row-major.
func (p *Posterior) Cov() []float64 { return slices.Clone(p.cov) }

// Score returns the weighted sum of the abilities and its standard error. There
// is one weight per dimension, normalised by the caller.
func (p *Posterior) Score(weights []float64) Estimate {
	d, mean, variance := p.Dims(), 0.0, 0.0
	for i, wi := range weights {
		mean += wi * p.mean[i]
		for j, wj := range weights {
			variance += wi * wj * p.cov[i*d+j]
		}
	}
	return Estimate{Mean: mean, SE: math.Sqrt(math.Max(variance, 0))}
}

// Clone returns an independent copy.
func (p *Posterior) Clone() *Posterior {
	c := new(Posterior)
	c.CopyFrom(p)
	return c
}

// CopyFrom makes p an independent copy of src, in the memory that p has: it
// allocates nothing when p was a copy of a posterior as large before.
func (p *Posterior) CopyFrom(src *Posterior) {
	if p == src {
		return
	}
	old := *p
	*p = *src
	p.mean, p.cov = append(old.mean[:0], src.mean...), append(old.cov[:0], src.cov...)
	p.column, p.factors = append(old.column[:0], src.column...), old.factors
	if len(p.factors) != len(src.factors) {
		p.factors = make([]factor, len(src.factors))
	}
	for k := range p.factors {
		p.factors[k].copyFrom(&src.factors[k])
	}
}
