package fit

import (
	"math"

	"galien/internal/measure"
)

// MeanSquares are the outfit and infit of an item (Wright & Masters 1982, chapter 5).
type MeanSquares struct {
	Item    string
	Status  Status
	Persons int
	// Outfit is the mean of the squared standardised residuals: persons far from the item weigh
	// most. Infit weighs the squares by their variances. Both are near 1 under the model; over
	// 1.5 is noise, under 0.5 redundancy (Linacre 2002).
	Outfit, Infit float64
	// ZOutfit and ZInfit are their cube-root normal transformations.
	ZOutfit, ZInfit float64
}

// ItemSquares returns the mean squares of each item, given the abilities of the persons; those
// that are not finite are left out.
//
// They are descriptive: the abilities are taken for the true ones. Estimates that contain the
// answers, and posterior means above all, make residuals too small and mean squares under 1, the
// more so the shorter the test; their normal transformations then do not follow N(0, 1). They do
// not depend on what the other items were, and so serve for adaptive tests too.
func ItemSquares(d *Data, abilities []float64) ([]MeanSquares, error) {
	if err := d.checkAbilities(len(abilities)); err != nil {
		return nil, err
	}
	sums := make([]squares, len(d.items))
	for p, theta := range abilities {
		if !finite(theta) {
			continue
		}
		for _, a := range d.answersOf(p) {
			it := &d.items[a.item()]
			score, variance, fourth := scoreMoments(it, theta)
			sums[a.item()].add(float64(a.category())-score, variance, fourth)
		}
	}
	all := make([]MeanSquares, len(d.items))
	for j := range all {
		m := &all[j]
		m.Item, m.Persons, m.Status = d.items[j].ID, int(sums[j].n), Computed
		m.Outfit, m.ZOutfit, m.Infit, m.ZInfit = sums[j].conclude()
		if sums[j].n == 0 {
			m.Status = NoAnswer
		}
	}
	return all, nil
}

// scoreMoments returns the mean, the variance and the fourth central moment of the category.
func scoreMoments(it *measure.Item, theta float64) (mean, variance, fourth float64) {
	var room [8]float64
	p := it.Probabilities(theta, room[:])
	for k, pk := range p {
		mean += float64(k) * pk
	}
	for k, pk := range p {
		e := (float64(k) - mean) * (float64(k) - mean)
		variance += pk * e
		fourth += pk * e * e
	}
	return mean, variance, fourth
}

// squares gathers squared residuals. An answer that is certain under the model, to the precision
// of a double, is left out.
type squares struct {
	n                        float64
	standardised, residual   float64 // Σe²/v, Σe²
	variance                 float64 // Σv
	outfitSpread, infitExtra float64 // Σc/v², Σ(c-v²), c being the fourth moment
}

func (s *squares) add(residual, variance, fourth float64) {
	if variance*variance == 0 {
		return
	}
	s.n++
	s.standardised += residual * residual / variance
	s.residual += residual * residual
	s.variance += variance
	s.outfitSpread += fourth / (variance * variance)
	s.infitExtra += fourth - variance*variance
}

func (s *squares) conclude() (outfit, zOutfit, infit, zInfit float64) {
	if s.n == 0 {
		nan := math.NaN()
		return nan, nan, nan, nan
	}
	outfit, infit = s.standardised/s.n, s.residual/s.variance
	qo := math.Sqrt(max(0, s.outfitSpread/(s.n*s.n)-1/s.n))
	qi := math.Sqrt(max(0, s.infitExtra)) / s.variance
	return outfit, cubeRoot(outfit, qo), infit, cubeRoot(infit, qi)
}

// cubeRoot is the transformation of Wilson & Hilferty (1931) of a mean square of standard
// deviation q, which is bounded by √2, that of one squared normal.
func cubeRoot(square, q float64) float64 {
	if q == 0 {
		return math.NaN()
	}
	q = min(q, math.Sqrt2)
	return (math.Cbrt(square)-1)*3/q + q/3
}
