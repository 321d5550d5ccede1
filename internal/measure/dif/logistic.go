package dif

import (
	"fmt"
	"math"
)

// Effect is what the regression tests.
type Effect uint8

// The effects; the zero value is AnyDIF.
const (
	AnyDIF     Effect = iota // group and product together, two degrees of freedom
	Uniform                  // group, given the matching variable
	NonUniform               // product, given the matching variable and the group
)

// Regression is the logistic regression of the answers to an item.
type Regression struct {
	Item   string
	Status Status
	Groups
	// Any, Uniform and NonUniform compare nested models.
	Any, Uniform, NonUniform Contrast
	// Favour is the coefficient of the focal group in the model without product: the
	// log-odds of a right answer it has over the reference group, positive when the
	// item favours it.
	Favour float64
}

// Contrast compares two nested models.
type Contrast struct {
	ChiSquare float64 // of the likelihood ratio
	DF        int
	P         float64
	// DeltaR2 is the rise of Nagelkerke's (1991) R².
	DeltaR2 float64
	Class   Class
}

// Logistic studies the dichotomous items; it flags, for purification, those on which
// the effect is significant. The results are in the order of the items.
//
// The class follows Jodoin & Gierl (2001): A when the effect is not significant or
// DeltaR2 is under 0.035, C from 0.070, B between.
func Logistic(d *Data, o Options, flag Effect) ([]Regression, Purification, error) {
	if flag > NonUniform {
		return nil, Purification{}, fmt.Errorf("dif: unknown effect %d", flag)
	}
	s, err := newStudy(d, o)
	if err != nil {
		return nil, Purification{}, err
	}
	results, p := run(s, func(j int) (Regression, bool) {
		r := s.regression(j)
		return r, r.Status == Tested && r.of(flag).P < s.options.Level
	})
	return results, p, nil
}

func (r *Regression) of(e Effect) Contrast {
	return [...]Contrast{AnyDIF: r.Any, Uniform: r.Uniform, NonUniform: r.NonUniform}[e]
}

func (s *study) regression(j int) Regression {
	it := &s.data.Items[j]
	r := Regression{Item: it.ID}
	if r.Groups, r.Status = s.screen(j); r.Status != Tested {
		return r
	}
	if it.Top > 1 {
		r.Status = Polytomous
		return r
	}
	cells := s.regressors(j)
	if !standardise(cells) {
		r.Status = Undetermined
		return r
	}
	null := nullDeviance(cells)
	var fits [maxTerms + 1]fit
	for terms := 2; terms <= maxTerms; terms++ {
		if fits[terms], r.Status = fitLogistic(cells, terms); r.Status != Tested {
			return r
		}
	}
	n := float64(r.Reference + r.Focal)
	contrast := func(small, large int) Contrast {
		c := Contrast{DF: large - small}
		c.ChiSquare = math.Max(0, fits[small].deviance-fits[large].deviance)
		c.P = chiSquareP(c.ChiSquare, c.DF)
		c.DeltaR2 = nagelkerke(null, fits[large].deviance, n) - nagelkerke(null, fits[small].deviance, n)
		c.Class = jodoinGierl(c, s.options.Level)
		return c
	}
	r.Any, r.Uniform, r.NonUniform = contrast(2, 4), contrast(2, 3), contrast(3, 4)
	r.Favour = fits[3].beta[2]
	return r
}

// nagelkerke is R² as a share of the largest it can be (Nagelkerke 1991).
func nagelkerke(null, deviance, n float64) float64 {
	return math.Expm1((deviance-null)/n) / math.Expm1(-null/n)
}

func jodoinGierl(c Contrast, level float64) Class {
	switch {
	case c.P >= level || c.DeltaR2 < 0.035:
		return A
	case c.DeltaR2 >= 0.070:
		return C
	}
	return B
}

// cell gathers the answers of the persons who have the same regressors.
type cell struct {
	x, focal float64 // matching variable; 1 for the focal group
	n, right float64
}

// regressors returns the cells of an item: by total and group, or one for each answer.
func (s *study) regressors(j int) []cell {
	s.cells = s.cells[:0]
	if s.data.Ability != nil {
		it := &s.data.Items[j]
		for i, score := range it.Scores {
			p := it.person(i)
			c := cell{x: s.data.Ability[p], n: 1, right: float64(score)}
			if s.data.Focal[p] {
				c.focal = 1
			}
			s.cells = append(s.cells, c)
		}
		return s.cells
	}
	t := s.tally(j)
	for k := range t.len() {
		ref, foc := t.stratum(k)
		for group, counts := range [2][]int{ref, foc} {
			if n := counts[0] + counts[1]; n > 0 {
				s.cells = append(s.cells, cell{float64(k), float64(group), float64(n), float64(counts[1])})
			}
		}
	}
	return s.cells
}

// standardise gives the matching variable mean 0 and variance 1, which changes no
// likelihood; false when it does not vary within the groups.
func standardise(cells []cell) bool {
	var n, mean, within float64
	var groups [2]struct{ n, mean float64 }
	for _, c := range cells {
		g := &groups[int(c.focal)]
		g.n += c.n
		g.mean += c.n * c.x
	}
	n = groups[0].n + groups[1].n
	mean = (groups[0].mean + groups[1].mean) / n
	spread := 0.0
	for _, c := range cells {
		g := groups[int(c.focal)]
		d := c.x - g.mean/g.n
		within += c.n * d * d
		spread += c.n * (c.x - mean) * (c.x - mean)
	}
	if !(within > 1e-20*n*(1+mean*mean)) {
		return false
	}
	sd := math.Sqrt(spread / n)
	for i := range cells {
		cells[i].x = (cells[i].x - mean) / sd
	}
	return true
}
