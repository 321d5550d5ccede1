package measure

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// The products and geometric sequences give what the probabilities give.
func TestLikelihoodIsTheProductOfTheProbabilities(t *testing.T) {
	r := random(50)
	for n := range 200 {
		l := newLikelihood(r.NormFloat64(), 0.2+r.Float64())
		for i := range 1 + r.IntN(12) {
			it := randomItem(r, fmt.Sprint(i), 0, OnePL, TwoPL, ThreePL, FourPL, GRM, GPCM)
			if r.IntN(8) == 0 {
				it.A *= math.Exp(3 * r.NormFloat64())
				it.B[0] -= math.Exp(4 * r.Float64())
			}
			l.multiply(&it, r.IntN(it.Categories()))
		}
		logs := l.logs()
		top := slices.Max(logs[:])
		largest := slices.Max(l.values[:])
		if !(largest > 1.0/16 && largest <= 1) {
			t.Fatalf("case %d: the largest value is %v", n, largest)
		}
		for q, log := range logs {
			if got, want := l.values[q]/largest, math.Exp(log-top); math.Abs(got-want) > 1e-11*want+1e-150 {
				t.Fatalf("case %d: %v at node %d, want %v", n, got, q, want)
			}
		}
	}
}

// Answers that contradict each other at every node leave no value above what numbers hold; the logarithms do.
func TestLikelihoodSurvivesContradictions(t *testing.T) {
	l := newLikelihood(0, 1)
	for range 40 {
		for n, it := range []Item{
			{ID: "hard", Model: TwoPL, A: 40, B: []float64{3}}, {ID: "easy", Model: TwoPL, A: 40, B: []float64{-3}},
		} {
			l.multiply(&it, 1-n)
		}
	}
	m, v := l.tilted(0, 1, 1)
	if math.Abs(m) > 1e-6 || !(v > 0 && v < 1) { // the likelihood is level between -3 and 3
		t.Errorf("mean %v, variance %v", m, v)
	}
}

// Windows and strides leave out nothing that counts.
func TestTiltedMomentsAgreeWithAllNodes(t *testing.T) {
	r := random(51)
	strides := map[int]int{}
	for range 2000 {
		l := newLikelihood(0, 1)
		for i := range r.IntN(10) {
			it := randomItem(r, fmt.Sprint(i), 0, TwoPL, ThreePL, FourPL, GRM, GPCM)
			it.A *= math.Exp(0.5 * r.NormFloat64())
			l.multiply(&it, r.IntN(it.Categories()))
		}
		variance := min(math.Exp(2*r.NormFloat64()-1), 1)
		mean := (2*r.Float64() - 1) * (gridReach - 7*math.Sqrt(variance)) // the ends of the grid do not count
		m, v := l.onGrid(mean, variance, math.Sqrt(variance))
		strides[l.stride(math.Sqrt(variance))]++
		wantM, wantV := l.rareMoments(mean/l.step, variance/(l.step*l.step))
		wantM, wantV = wantM*l.step, max(wantV, 1.0/12)*l.step*l.step
		if sd := math.Sqrt(wantV); math.Abs(m-wantM) > 1e-9*sd || math.Abs(v/wantV-1) > 1e-9 {
			t.Fatalf("%v, %v after %d answers in a cavity %v, %v: want %v, %v", m, v, len(l.answers), mean, variance, wantM, wantV)
		}
	}
	for _, s := range []int{1, 2, 4} {
		if strides[s] < 50 {
			t.Errorf("stride %d is met %d times", s, strides[s])
		}
	}
}
