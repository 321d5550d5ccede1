package study

import (
	"math"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/calibration"
)

// The bank's items each measure one competency, whose ability has the framework's prior variance. A calibration estimates one
// ability per person, the mean of the competencies, because an adaptive test chooses an item by the answers to all the others:
// leaving those out would make what is missing depend on what is not seen (docs/adr/0011-calibration-on-one-dimension.md).
//
// Given the one ability g ~ N(0, 1), a competency's is θ = √(ρv)·g + e, with v its prior variance, ρ its squared correlation
// with the mean and e ~ N(0, (1-ρ)v). An item σ(a(θ-b)) is then, averaged over e, close to σ(a*(g-b*)) with
//
//	a* = a√(ρv) / √(1 + k²a²(1-ρ)v),  b* = b / √(ρv),  k = 16√3/(15π)
//
// (Zeger, Liang & Albert 1988). Lower asymptotes stay as they are, and the steps of partial credit follow the same rule.

// logitK2 is k², the logistic-normal constant.
const logitK2 = 16 * 16 * 3 / (15 * 15 * math.Pi * math.Pi)

// placement says how a competency stands to the one ability.
type placement struct{ rho, variance float64 }

// placements returns that of each competency of the framework: to the mean by hours of all, or of its domain for positionings
// on one domain.
func placements(fw *framework.Framework, extent assess.Extent) []placement {
	domain, prior := fw.DomainOfDims(), fw.Prior
	covariance := func(k, l int) float64 {
		c := prior.General
		if domain[k] == domain[l] {
			c += prior.Domain
		}
		if k == l {
			c += prior.Competency
		}
		return c
	}
	out := make([]placement, fw.Dims())
	for k := range out {
		weights := fw.Weights()
		if extent == assess.PartExtent {
			weights, _ = fw.DomainWeights(fw.Domains[domain[k]].Code)
		}
		with, total := 0.0, 0.0 // covariance of the competency with the mean, variance of the mean
		for l, w := range weights {
			with += w * covariance(k, l)
			for m, u := range weights {
				total += w * u * covariance(l, m)
			}
		}
		out[k] = placement{rho: with * with / (total * covariance(k, k)), variance: covariance(k, k)}
	}
	return out
}

// oneDimension gives the parameters that an item of the competency has on the one ability.
func (p placement) oneDimension(it measure.Item) measure.Item {
	if it.A == 0 {
		it.A = 1
	}
	scale := math.Sqrt(p.rho * p.variance)
	it.A *= scale / math.Sqrt(1+logitK2*it.A*it.A*(1-p.rho)*p.variance)
	b := make([]float64, len(it.B))
	for i := range b {
		b[i] = it.B[i] / scale
	}
	it.B = b
	return it
}

// competency brings an estimate back to the scale of the competency, with its standard errors by the delta method; ok is
// false when no finite slope there has this one on the one ability, or a number is not finite.
func (p placement) competency(e calibration.Estimate) (out item.Parameters, ok bool) {
	a := e.Item.A
	q := p.rho - logitK2*a*a*(1-p.rho)
	if !(q > 0) {
		return item.Parameters{}, false
	}
	scale := math.Sqrt(p.rho * p.variance)
	slope := a / math.Sqrt(p.variance*q)
	out = item.Parameters{Model: e.Item.Model.String(), A: item.Millionths(slope), C: item.Millionths(e.Item.C), Provenance: item.Calibrated, N: e.N}
	finite := representable(slope) && out.A > 0
	for _, b := range e.Item.B {
		out.B = append(out.B, item.Millionths(b*scale))
		finite = finite && representable(b)
	}
	if e.SE != nil {
		se := &item.StandardErrors{A: item.Millionths(e.SE.A * p.rho / (math.Sqrt(p.variance) * q * math.Sqrt(q))), C: item.Millionths(e.SE.C)}
		for _, b := range e.SE.B {
			se.B = append(se.B, item.Millionths(b*scale))
			finite = finite && representable(b)
		}
		out.SE = se
		finite = finite && representable(e.SE.A/q) && representable(e.SE.C)
	}
	return out, finite
}

// representable reports whether a number can be written in millionths.
func representable(v float64) bool { return math.Abs(v) < 1e9 }
