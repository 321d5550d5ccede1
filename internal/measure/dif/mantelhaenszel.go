package dif

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// CommonOdds compares the odds of a right answer in two matched groups.
type CommonOdds struct {
	Item   string
	Status Status
	Groups
	Strata int // that have both groups and both scores

	// Alpha is the common odds ratio, above 1 when the item favours the reference group.
	Alpha float64
	// Delta is -2.35·ln Alpha, negative when the item favours the reference group.
	Delta float64
	// SE is the standard error of Delta (Robins, Breslow & Greenland 1986; Phillips &
	// Holland 1987).
	SE float64
	// ChiSquare has one degree of freedom, and the continuity correction of half a
	// person, (|Σ(observed - expected)| - ½)²/Σ variance as Holland & Thayer (1988) write
	// it; Uncorrected does without.
	ChiSquare, P              float64
	Uncorrected, UncorrectedP float64
	Class                     Class

	// Difference is the standardised p-difference: focal minus reference proportion
	// right, weighted by the focal group (Dorans & Kulick 1986). It is negligible under
	// 0.05 and to be looked into over 0.10.
	Difference  float64
	Homogeneity Homogeneity
}

// Homogeneity tests whether the odds ratio is the same in every stratum (Breslow &
// Day 1980). DF is 0 when there are not two strata to compare.
type Homogeneity struct {
	ChiSquare float64
	DF        int
	P         float64
}

// MantelHaenszel studies the dichotomous items; it flags, for purification, those
// whose corrected chi-square is significant. The results are in the order of the items.
//
// The class follows the rule of the Educational Testing Service (Zieky 1993; Zwick 2012):
// A when Delta is under 1 in size or ChiSquare is not significant, C when it is at least
// 1.5 and significantly over 1 (one-sided), B otherwise.
func MantelHaenszel(d *Data, o Options) ([]CommonOdds, Purification, error) {
	s, err := newStudy(d, o)
	if err != nil {
		return nil, Purification{}, err
	}
	results, p := run(s, func(j int) (CommonOdds, bool) {
		r := s.commonOdds(j)
		return r, (r.Status == Tested || r.Status == Separated) && r.P < s.options.Level
	})
	return results, p, nil
}

func (s *study) commonOdds(j int) CommonOdds {
	it := &s.data.Items[j]
	r := CommonOdds{Item: it.ID}
	if r.Groups, r.Status = s.screen(j); r.Status != Tested {
		return r
	}
	if it.Top > 1 {
		r.Status = Polytomous
		return r
	}
	t := s.tally(j)
	tables := fourfolds(t)
	if r.Strata = len(tables); r.Strata == 0 {
		r.Status = NoOverlap
		return r
	}
	r.chiSquares(tables)
	r.Difference = standardised(t)
	finite := r.odds(tables)
	switch {
	case mantelFleiss(tables) < 5:
		r.Status = Sparse
	case !finite:
		r.Status = Separated
	default:
		r.Class = etsClass(&r, s.options.Level)
	}
	return r
}

// fourfold is the table of one stratum: right and wrong answers of the groups.
type fourfold struct{ rightR, wrongR, rightF, wrongF float64 }

func (t fourfold) reference() float64 { return t.rightR + t.wrongR }
func (t fourfold) focal() float64     { return t.rightF + t.wrongF }
func (t fourfold) right() float64     { return t.rightR + t.rightF }
func (t fourfold) wrong() float64     { return t.wrongR + t.wrongF }
func (t fourfold) total() float64     { return t.reference() + t.focal() }

// fourfolds returns the strata that say something: with both groups and both scores.
func fourfolds(t *tally) []fourfold {
	var tables []fourfold
	for k := range t.len() {
		ref, foc := t.stratum(k)
		f := fourfold{float64(ref[1]), float64(ref[0]), float64(foc[1]), float64(foc[0])}
		if f.reference() > 0 && f.focal() > 0 && f.right() > 0 && f.wrong() > 0 {
			tables = append(tables, f)
		}
	}
	return tables
}

// chiSquares compares the right answers of the reference group with what the margins
// of each stratum give (hypergeometric).
func (r *CommonOdds) chiSquares(tables []fourfold) {
	var excess, variance float64
	for _, t := range tables {
		n := t.total()
		excess += t.rightR - t.reference()*t.right()/n
		variance += t.reference() * t.focal() * t.right() * t.wrong() / (n * n * (n - 1))
	}
	corrected := math.Abs(excess) - 0.5
	r.ChiSquare, r.Uncorrected = corrected*corrected/variance, excess*excess/variance
	r.P, r.UncorrectedP = chiSquareP(r.ChiSquare, 1), chiSquareP(r.Uncorrected, 1)
}

// odds is the common odds ratio, with the variance of its logarithm by Robins, Breslow
// & Greenland (1986), which Phillips & Holland (1987) found too.
// It returns false, and no figure, when the ratio is 0 or infinite.
func (r *CommonOdds) odds(tables []fourfold) bool {
	var up, down float64
	for _, t := range tables {
		up += t.rightR * t.wrongF / t.total()
		down += t.wrongR * t.rightF / t.total()
	}
	if up == 0 || down == 0 {
		return false
	}
	r.Alpha = up / down
	sum := 0.0
	for _, t := range tables {
		n := t.total()
		sum += (t.rightR*t.wrongF + r.Alpha*t.wrongR*t.rightF) * (t.rightR + t.wrongF + r.Alpha*(t.wrongR+t.rightF)) / (n * n)
	}
	r.Delta = -2.35 * math.Log(r.Alpha)
	r.SE = 2.35 * math.Sqrt(sum/2) / up
	r.Homogeneity = breslowDay(tables, r.Alpha)
	return true
}

// mantelFleiss is how far the expected number of right answers is from the ends of what
// the margins allow. The chi-square is good from 5 on (Mantel & Fleiss 1980); below,
// its correction alone can be larger than what it corrects.
func mantelFleiss(tables []fourfold) float64 {
	var below, above float64
	for _, t := range tables {
		expected := t.reference() * t.right() / t.total()
		below += expected - math.Max(0, t.right()-t.focal())
		above += math.Min(t.right(), t.reference()) - expected
	}
	return math.Min(below, above)
}

func etsClass(r *CommonOdds, level float64) Class {
	size := math.Abs(r.Delta)
	switch {
	case size < 1 || r.P >= level:
		return A
	case size >= 1.5 && size-mathext.NormalQuantile(1-level)*r.SE > 1:
		return C
	}
	return B
}

// standardised is the difference of proportions right over the strata that have both
// groups, each counting its focal persons.
func standardised(t *tally) float64 {
	var sum, weight float64
	for k := range t.len() {
		ref, foc := t.stratum(k)
		nr, nf := float64(ref[0]+ref[1]), float64(foc[0]+foc[1])
		if nr > 0 && nf > 0 {
			sum += float64(foc[1]) - nf*float64(ref[1])/nr
			weight += nf
		}
	}
	return sum / weight
}

// breslowDay compares each stratum's right answers of the reference group with those
// expected under the common odds ratio, the root E of
// E(nF - m + E) = α(nR - E)(m - E), in the form that does not fail at α = 1.
func breslowDay(tables []fourfold, alpha float64) Homogeneity {
	h := Homogeneity{DF: len(tables) - 1}
	if h.DF == 0 {
		return Homogeneity{}
	}
	for _, t := range tables {
		nr, nf, m := t.reference(), t.focal(), t.right()
		b := alpha*(nr+m) + nf - m
		e := 2 * alpha * nr * m / (b + math.Sqrt(b*b-4*alpha*(alpha-1)*nr*m))
		v := 1 / (1/e + 1/(nr-e) + 1/(m-e) + 1/(nf-m+e))
		h.ChiSquare += (t.rightR - e) * (t.rightR - e) / v
	}
	h.P = chiSquareP(h.ChiSquare, h.DF)
	return h
}

// chiSquareP is the probability of a larger chi-square.
func chiSquareP(x float64, df int) float64 {
	return mathext.GammaIncRegComp(float64(df)/2, x/2)
}
