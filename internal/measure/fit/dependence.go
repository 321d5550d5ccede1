package fit

import (
	"cmp"
	"math"
	"slices"
)

// Pair is the residual correlation of two items.
type Pair struct {
	First, Second int // indexes of the items, ascending
	Status        Status
	Persons       int // who answered both
	Q3            float64
	// Adjusted is Q3 less the mean of all pairs. Over about 0.2 the two items share more than the
	// ability (Christensen, Makransky & Horton 2017).
	Adjusted float64
}

// Q3Report holds the pairs of items.
type Q3Report struct {
	// Pairs are the pairs that at least one person answered, in the order of the items. Those
	// that fewer than Options.MinimumPersons answered have the status TooFewPersons.
	Pairs []Pair
	// Unmet is the number of pairs of items that nobody answered together.
	Unmet int
	// Mean is the mean Q3. It is negative, near -1/(items - 1) on one form, since residuals from
	// an estimate tend to add up to nothing.
	Mean float64
	// Star is Q3*, the largest Q3 less the mean; NaN without a pair.
	Star float64
}

// byChance is how many standard errors of a correlation of independent residuals, 1/√n, a pair must be over: one pair in a
// thousand is without cause, and a bank has thousands.
const byChance = 3.0

// Above returns the pairs whose adjusted Q3 is over a limit and over what chance gives few persons, the largest first.
func (r *Q3Report) Above(limit float64) []Pair {
	above := slices.DeleteFunc(slices.Clone(r.Pairs), func(p Pair) bool {
		return !(p.Adjusted > max(limit, byChance/math.Sqrt(float64(p.Persons))))
	})
	slices.SortStableFunc(above, func(x, y Pair) int { return cmp.Compare(y.Adjusted, x.Adjusted) })
	return above
}

// Q3 returns Q3 (Yen 1984): the correlation, over the persons who answered both items, of the
// residuals score - E(score | ability), with the abilities given; those that are not finite are
// left out.
//
// In an adaptive test the abilities of those who meet an item differ little and its residuals
// vary freely, so that Q3 keeps its meaning; but pairs that are often given together were chosen
// on the answers before, which blurs the mean as a reference. It takes 48 bytes a pair.
func Q3(d *Data, abilities []float64, o Options) (*Q3Report, error) {
	if err := d.checkAbilities(len(abilities)); err != nil {
		return nil, err
	}
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	sums := d.crossProducts(abilities)
	r := &Q3Report{Mean: math.NaN(), Star: math.NaN()}
	total, computed, largest := 0.0, 0, math.Inf(-1)
	for i := range d.items {
		for j := i + 1; j < len(d.items); j++ {
			s := &sums[pairIndex(i, j)]
			if s.n == 0 {
				r.Unmet++
				continue
			}
			pair := Pair{First: i, Second: j, Persons: int(s.n), Q3: math.NaN(), Adjusted: math.NaN(), Status: TooFewPersons}
			if pair.Persons >= o.MinimumPersons {
				pair.Status, pair.Q3 = s.correlation()
			}
			if pair.Status == Computed {
				total += pair.Q3
				computed++
				largest = max(largest, pair.Q3)
			}
			r.Pairs = append(r.Pairs, pair)
		}
	}
	if computed > 0 {
		r.Mean = total / float64(computed)
		r.Star = largest - r.Mean
		for i := range r.Pairs {
			r.Pairs[i].Adjusted = r.Pairs[i].Q3 - r.Mean
		}
	}
	return r, nil
}

// pairIndex numbers the pairs i < j.
func pairIndex(i, j int) int { return j*(j-1)/2 + i }

// products are the sums of a pair over the persons who answered both items.
type products struct{ n, x, y, xx, yy, xy float64 }

func (d *Data) crossProducts(abilities []float64) []products {
	sums := make([]products, pairIndex(0, len(d.items)))
	type residual struct {
		item  int
		value float64
	}
	var residuals []residual
	for p, theta := range abilities {
		if !finite(theta) {
			continue
		}
		residuals = residuals[:0]
		for _, a := range d.answersOf(p) {
			mean, _, _ := scoreMoments(&d.items[a.item()], theta)
			residuals = append(residuals, residual{a.item(), float64(a.category()) - mean})
		}
		slices.SortFunc(residuals, func(x, y residual) int { return x.item - y.item })
		for l, y := range residuals {
			row := sums[pairIndex(0, y.item):]
			for _, x := range residuals[:l] {
				row[x.item].add(x.value, y.value)
			}
		}
	}
	return sums
}

func (s *products) add(x, y float64) {
	s.n++
	s.x += x
	s.y += y
	s.xx += x * x
	s.yy += y * y
	s.xy += x * y
}

// correlation is Pearson's. A variance that is rounding is none.
func (s *products) correlation() (Status, float64) {
	vx, vy := s.xx-s.x*s.x/s.n, s.yy-s.y*s.y/s.n
	if !(vx > 1e-12*s.xx && vy > 1e-12*s.yy) {
		return NoVariance, math.NaN()
	}
	return Computed, min(1, max(-1, (s.xy-s.x*s.y/s.n)/math.Sqrt(vx*vy)))
}
