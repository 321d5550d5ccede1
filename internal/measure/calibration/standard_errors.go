package calibration

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// standardErrors adds the standard errors to a result, or a warning that says why
// there are none.
func (c *calibration) standardErrors(ctx context.Context, r *Result) {
	method := c.options.Errors
	if method == Automatic {
		method = CrossProducts
		if c.layout.size <= fewParameters {
			method = ObservedInformation
		}
	}
	held := c.heldParameters()
	var err error
	switch {
	case method == NoErrors || c.layout.size == 0:
		return
	case method == ObservedInformation:
		err = c.fromObserved(ctx, r, held)
	default:
		err = c.fromProducts(ctx, r, held)
	}
	if err != nil {
		r.Warnings = append(r.Warnings, fmt.Sprintf("no standard errors: %v", err))
		return
	}
	r.Errors = method
}

// heldParameters tells which parameters are at a bound.
func (c *calibration) heldParameters() []bool {
	held := make([]bool, c.layout.size)
	c.eachFree(func(k kind, at int) {
		low, high := k.bounds()
		held[at] = c.x[at]-difference <= low || c.x[at]+difference >= high
	})
	return held
}

func (c *calibration) fromObserved(ctx context.Context, r *Result, held []bool) error {
	cov, err := c.observed(ctx, c.x, held)
	c.at(c.x)
	if err != nil {
		return err
	}
	n := c.layout.size
	for j := range r.Items {
		p := &c.layout.items[j]
		if !p.free() {
			continue
		}
		at := p.indices(nil)
		block := make([]float64, len(at)*len(at))
		for i := range at {
			for k := range at {
				block[i*len(at)+k] = cov[at[i]*n+at[k]]
			}
		}
		r.Items[j].SE = errorsOf(&c.curves[j], block, p.guess >= 0)
	}
	for g, at := range c.layout.mean {
		if at >= 0 {
			r.Groups[g].setErrors(cov[at*n+at], cov[(at+1)*n+at+1])
		}
	}
	return nil
}

func (c *calibration) fromProducts(ctx context.Context, r *Result, held []bool) error {
	t, err := c.crossProducts(ctx, c.x)
	if err != nil {
		return err
	}
	common := 0.0
	if at := c.layout.common; at >= 0 && !held[at] {
		_, _, curvature := c.priors.at(slopeKind, c.x[at])
		common = 1 / (t.common + curvature)
	}
	for j := range r.Items {
		p := &c.layout.items[j]
		if !p.free() {
			continue
		}
		f := newFit(c.engine, j, expansion{0, 1})
		for i, at := range f.at {
			_, _, curvature := c.priors.at(f.kinds[i], c.x[at])
			t.items[j][i*f.n+i] += curvature
		}
		block := invertBlock(t.items[j], f, held)
		if block == nil {
			r.Warnings = append(r.Warnings, fmt.Sprintf("item %q: no standard errors, its parameters are not well determined", r.Items[j].ID))
			continue
		}
		if f.shared {
			block[0] = common
		}
		r.Items[j].SE = errorsOf(&c.curves[j], block, p.guess >= 0)
	}
	for g, at := range c.layout.mean {
		if at >= 0 {
			h := t.groups[g]
			det := h[0]*h[2] - h[1]*h[1]
			r.Groups[g].setErrors(h[2]/det, h[0]/det)
		}
	}
	return nil
}

// setErrors takes the variances of the mean and of the log-SD.
func (p *Population) setErrors(mean, logSD float64) {
	p.MeanSE, p.SDSE = math.Sqrt(max(0, mean)), p.SD*math.Sqrt(max(0, logSD))
}

// invertBlock inverts an item's information; nil when it is not positive definite. The
// parameters that are held, and a slope that is shared, get no variance.
func invertBlock(info []float64, f *fit, held []bool) []float64 {
	var free []int
	for i, at := range f.at {
		if !held[at] && !(f.shared && i == 0) {
			free = append(free, i)
		}
	}
	cov := make([]float64, f.n*f.n)
	if len(free) == 0 {
		return cov
	}
	m := mat.NewSymDense(len(free), nil)
	for i, fi := range free {
		for k, fk := range free[:i+1] {
			m.SetSym(i, k, info[fi*f.n+fk])
		}
	}
	var factor mat.Cholesky
	var inverse mat.SymDense
	if !factor.Factorize(m) || factor.InverseTo(&inverse) != nil {
		return nil
	}
	for i, fi := range free {
		for k, fk := range free {
			cov[fi*f.n+fk] = inverse.At(i, k)
		}
	}
	return cov
}
