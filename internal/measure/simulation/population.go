package simulation

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"galien/internal/measure"
)

// Population is whom the exam is given to.
type Population struct {
	N int // candidates
	// Mean and Cov (row-major) are those of the normal abilities when there are no groups.
	Mean, Cov []float64
	// Groups mix several normals.
	Groups []Group
	// Abilities, when set, writes the true abilities of a candidate instead of a draw.
	Abilities func(candidate int, ability []float64)
}

// Group is a part of the population.
type Group struct {
	Name      string
	Share     float64 // positive; shares are relative to their sum
	Mean, Cov []float64
}

// sampler draws abilities.
type sampler struct {
	dims   int
	upTo   []float64 // cumulated shares
	groups []normal
	given  func(candidate int, ability []float64)
}

type normal struct {
	mean, root []float64 // root·rootᵀ is the covariance
}

func (p Population) sampler(dims int) (*sampler, error) {
	if p.N < 1 {
		return nil, fmt.Errorf("simulation: population of %d", p.N)
	}
	s := &sampler{dims: dims, given: p.Abilities}
	if p.Abilities != nil {
		if len(p.Groups) > 0 || p.Mean != nil || p.Cov != nil {
			return nil, errors.New("simulation: population: abilities are both given and drawn")
		}
		return s, nil
	}
	groups := p.Groups
	if len(groups) == 0 {
		groups = []Group{{Name: "population", Share: 1, Mean: p.Mean, Cov: p.Cov}}
	} else if p.Mean != nil || p.Cov != nil {
		return nil, errors.New("simulation: population: a mean or covariance beside groups")
	}
	total := 0.0
	for _, g := range groups {
		n, err := g.normal(dims)
		if err != nil {
			return nil, err
		}
		total += g.Share
		s.groups, s.upTo = append(s.groups, n), append(s.upTo, total)
	}
	for i := range s.upTo {
		s.upTo[i] /= total
	}
	return s, nil
}

// normal checks the group and takes the root of its covariance.
func (g Group) normal(dims int) (normal, error) {
	if !(g.Share > 0) || math.IsInf(g.Share, 0) {
		return normal{}, fmt.Errorf("simulation: group %q: share %v", g.Name, g.Share)
	}
	if len(g.Mean) != dims {
		return normal{}, fmt.Errorf("simulation: group %q: %d means for %d dimensions", g.Name, len(g.Mean), dims)
	}
	if _, err := measure.NewPosterior(measure.Prior{Mean: g.Mean, Cov: g.Cov}); err != nil {
		return normal{}, fmt.Errorf("simulation: group %q: %w", g.Name, err)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(dims, append([]float64(nil), g.Cov...)), true) {
		return normal{}, fmt.Errorf("simulation: group %q: eigenvalues of the covariance do not converge", g.Name)
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	root := make([]float64, dims*dims)
	for j, v := range eigen.Values(nil) {
		for i := range dims {
			root[i*dims+j] = vectors.At(i, j) * math.Sqrt(max(v, 0))
		}
	}
	return normal{mean: append([]float64(nil), g.Mean...), root: root}, nil
}

// draw writes the abilities of a candidate, z being scratch of as many numbers.
func (s *sampler) draw(candidate int, r *rand.Rand, ability, z []float64) {
	if s.given != nil {
		s.given(candidate, ability)
		return
	}
	g := 0
	if len(s.groups) > 1 {
		u := r.Float64()
		for g < len(s.upTo)-1 && u >= s.upTo[g] {
			g++
		}
	}
	for i := range z {
		z[i] = r.NormFloat64()
	}
	n := &s.groups[g]
	for i := range ability {
		ability[i] = n.mean[i]
		for j, zj := range z {
			ability[i] += n.root[i*s.dims+j] * zj
		}
	}
}
