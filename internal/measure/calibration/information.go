package calibration

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// fewParameters is the number of parameters up to which Automatic takes the whole
// observed information.
const fewParameters = 60

// difference is the step of the central differences of the score: their error is about
// its square times the third derivative, and rounding over it.
const difference = 1e-4

var errNotPositive = errors.New("the observed information is not positive definite: the maximum is not well determined")

// score writes the gradient of the penalised log-likelihood at x: by Fisher's identity,
// that of the expected complete-data log-likelihood at its own parameters.
func (e *engine) score(ctx context.Context, x, gradient []float64) error {
	if err := e.expect(ctx, x); err != nil {
		return err
	}
	clear(gradient)
	for j := range e.layout.items {
		if !e.layout.items[j].free() {
			continue
		}
		f := newFit(e, j, expansion{0, 1})
		f.evaluate(x)
		for i, at := range f.at {
			gradient[at] += f.gradient[i]
		}
	}
	if at := e.layout.common; at >= 0 {
		_, first, _ := e.priors.at(slopeKind, x[at])
		gradient[at] += first
	}
	for g, at := range e.layout.mean {
		if at >= 0 {
			f := newGroupFit(e, g, expansion{0, 1})
			f.evaluate(x[at], x[at+1])
			gradient[at], gradient[at+1] = f.gradient[0], f.gradient[1]
		}
	}
	return nil
}

// observed returns the inverse of the observed information at x, row by row. A
// parameter held by a bound has no variance.
func (e *engine) observed(ctx context.Context, x []float64, held []bool) ([]float64, error) {
	n := len(x)
	info := mat.NewSymDense(n, nil)
	up, down, point := make([]float64, n), make([]float64, n), make([]float64, n)
	jacobian := mat.NewDense(n, n, nil)
	for i := range n {
		if held[i] {
			continue
		}
		copy(point, x)
		point[i] = x[i] + difference
		if err := e.score(ctx, point, up); err != nil {
			return nil, err
		}
		point[i] = x[i] - difference
		if err := e.score(ctx, point, down); err != nil {
			return nil, err
		}
		for k := range n {
			jacobian.Set(i, k, (down[k]-up[k])/(2*difference))
		}
	}
	for i := range n {
		for k := range i + 1 {
			switch {
			case i == k && held[i]:
				info.SetSym(i, i, 1)
			case !held[i] && !held[k]:
				info.SetSym(i, k, (jacobian.At(i, k)+jacobian.At(k, i))/2)
			}
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(info) {
		return nil, errNotPositive
	}
	var inverse mat.SymDense
	if err := factor.InverseTo(&inverse); err != nil {
		return nil, errNotPositive
	}
	cov := make([]float64, n*n)
	for i := range n {
		for k := range n {
			if !held[i] && !held[k] {
				cov[i*n+k] = inverse.At(i, k)
			}
		}
	}
	return cov, nil
}

// errorsOf turns the covariance of an item's working parameters (those of
// curve.derivatives, row by row) into standard errors, by the delta method:
// a = exp λ, b = -d/a, c = L(γ).
func errorsOf(v *curve, cov []float64, guess bool) *StandardErrors {
	n := 1 + len(v.d)
	if guess {
		n++
	}
	at := func(i, k int) float64 { return cov[i*n+k] }
	se := &StandardErrors{A: v.a * math.Sqrt(max(0, at(0, 0)))}
	for k, d := range v.d {
		b, h := -d/v.a, k+1
		variance := b*b*at(0, 0) + at(h, h)/(v.a*v.a) + 2*b/v.a*at(0, h)
		se.B = append(se.B, math.Sqrt(max(0, variance)))
		se.Intercepts = append(se.Intercepts, math.Sqrt(max(0, at(h, h))))
	}
	if guess {
		se.C = v.c * (1 - v.c) * math.Sqrt(max(0, at(n-1, n-1)))
	}
	return se
}
