package dif

import "math"

// MeanDifference compares the mean scores of two matched groups.
type MeanDifference struct {
	Item   string
	Status Status
	Groups
	Strata int // that have both groups and two different scores

	// ChiSquare is Mantel's (1963), with one degree of freedom and no correction.
	ChiSquare, P float64
	// Difference is the standardised mean difference: focal minus reference mean
	// score, weighted by the focal group (Zwick, Donoghue & Grima 1993).
	Difference float64
	// Effect is Difference over the standard deviation of the item's scores.
	Effect float64
	Class  Class
}

// Mantel studies items of any number of scores, taken as equally spaced; it flags, for
// purification, those whose chi-square is significant. On a dichotomous item the
// chi-square is that of Mantel and Haenszel without correction.
//
// The class is that of the National Assessment of Educational Progress (Zwick, Thayer
// & Mazzeo 1997): A when Effect is at most 0.17 in size or the chi-square is not
// significant, C over 0.25, B otherwise.
func Mantel(d *Data, o Options) ([]MeanDifference, Purification, error) {
	s, err := newStudy(d, o)
	if err != nil {
		return nil, Purification{}, err
	}
	results, p := run(s, func(j int) (MeanDifference, bool) {
		r := s.meanDifference(j)
		return r, r.Status == Tested && r.P < s.options.Level
	})
	return results, p, nil
}

func (s *study) meanDifference(j int) MeanDifference {
	r := MeanDifference{Item: s.data.Items[j].ID}
	if r.Groups, r.Status = s.screen(j); r.Status != Tested {
		return r
	}
	t := s.tally(j)
	var all moments
	var excess, variance, difference, weight float64
	for k := range t.len() {
		ref, foc := t.stratum(k)
		mr, mf := momentsOf(ref), momentsOf(foc)
		m := moments{mr.n + mf.n, mr.sum + mf.sum, mr.squares + mf.squares}
		all = moments{all.n + m.n, all.sum + m.sum, all.squares + m.squares}
		if mr.n == 0 || mf.n == 0 {
			continue
		}
		difference += mf.sum - mf.n*mr.sum/mr.n
		weight += mf.n
		spread := m.n*m.squares - m.sum*m.sum
		if spread > 0 {
			r.Strata++
			excess += mf.sum - mf.n*m.sum/m.n
			variance += mr.n * mf.n * spread / (m.n * m.n * (m.n - 1))
		}
	}
	if r.Strata == 0 {
		r.Status = NoOverlap
		return r
	}
	r.ChiSquare = excess * excess / variance
	r.P = chiSquareP(r.ChiSquare, 1)
	r.Difference = difference / weight
	r.Effect = r.Difference / math.Sqrt((all.squares-all.sum*all.sum/all.n)/(all.n-1))
	r.Class = r.class(s.options.Level)
	return r
}

func (r *MeanDifference) class(level float64) Class {
	switch size := math.Abs(r.Effect); {
	case size <= 0.17 || r.P >= level:
		return A
	case size > 0.25:
		return C
	}
	return B
}

// moments of the scores: their number, sum and sum of squares.
type moments struct{ n, sum, squares float64 }

func momentsOf(counts []int) moments {
	var m moments
	for score, count := range counts {
		c, y := float64(count), float64(score)
		m.n += c
		m.sum += c * y
		m.squares += c * y * y
	}
	return m
}
