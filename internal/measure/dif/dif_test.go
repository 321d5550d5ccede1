package dif

import (
	"math"
	"math/rand/v2"
	"testing"
)

// simulate draws Rasch answers of two groups, the focal one having a lower mean and
// finding item 0 harder by shift. With ability, the true one is given as matching variable.
func simulate(persons, items int, shift float64, ability bool, seed uint64) *Data {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := &Data{Items: make([]Item, items)}
	for j := range d.Items {
		d.Items[j] = Item{ID: string(rune('a'+j%26)) + string(rune('0'+j/26)), Top: 1}
	}
	for i := range persons {
		focal := i%3 == 0
		theta := rng.NormFloat64()
		if focal {
			theta -= 0.5
		}
		d.Focal = append(d.Focal, focal)
		if ability {
			d.Ability = append(d.Ability, theta)
		}
		for j := range d.Items {
			b := 3*float64(j)/float64(items) - 1.5
			if j == 0 {
				b = 0
				if focal {
					b = shift
				}
			}
			score := int8(0)
			if rng.Float64() < 1/(1+math.Exp(b-theta)) {
				score = 1
			}
			d.Items[j].Scores = append(d.Items[j].Scores, score)
		}
	}
	return d
}

// Delta of a Rasch item is -2.35 times the shift in difficulty (Holland & Thayer 1988);
// so is the regression's coefficient -1 time. Within three standard errors, seeded.
func TestKnownShiftIsFound(t *testing.T) {
	for _, ability := range []bool{false, true} {
		d := simulate(6000, 24, 0.8, ability, 11)
		mh, _, err := MantelHaenszel(d, Options{Purify: !ability})
		if err != nil {
			t.Fatal(err)
		}
		lr, _, err := Logistic(d, Options{Purify: !ability}, Uniform)
		if err != nil {
			t.Fatal(err)
		}
		se := mh[0].SE / 2.35
		if math.Abs(mh[0].Delta+2.35*0.8) > 3*mh[0].SE || mh[0].Class != C {
			t.Errorf("ability %v: %+v", ability, mh[0])
		}
		if math.Abs(lr[0].Favour+0.8) > 3*se || lr[0].Uniform.P > 1e-6 {
			t.Errorf("ability %v: %+v", ability, lr[0])
		}
		flagged := 0
		for _, r := range mh[1:] {
			if r.Class != A {
				flagged++
			}
		}
		if flagged > 1 {
			t.Errorf("ability %v: %d items of 23 without a difference are of class B or C", ability, flagged)
		}
	}
}

// An item whose slope differs, crossing near the mean: the product finds it, the
// group alone hardly does.
func TestNonUniformDifference(t *testing.T) {
	d := simulate(6000, 10, 0, true, 3)
	rng := rand.New(rand.NewPCG(4, 4))
	for i, theta := range d.Ability {
		slope := 1.0
		if d.Focal[i] {
			slope = 2
		}
		d.Items[0].Scores[i] = 0
		if rng.Float64() < 1/(1+math.Exp(-slope*theta)) {
			d.Items[0].Scores[i] = 1
		}
	}
	r, _, err := Logistic(d, Options{}, NonUniform)
	if err != nil {
		t.Fatal(err)
	}
	if r[0].NonUniform.P > 1e-6 || r[0].NonUniform.ChiSquare < 3*r[0].Uniform.ChiSquare {
		t.Errorf("%+v", r[0])
	}
}

// The class by hand: sizes and errors on both sides of each bound of the rule.
func TestETSClasses(t *testing.T) {
	for _, c := range []struct {
		delta, se, p float64
		want         Class
	}{
		{0.99, 0.1, 1e-9, A}, {-0.99, 0.1, 1e-9, A}, {1.8, 0.9, 0.06, A},
		{1.2, 0.1, 1e-9, B}, {1.6, 0.4, 1e-4, B}, // 1.6 - 1.645·0.4 < 1
		{1.6, 0.3, 1e-4, C}, {-1.6, 0.3, 1e-4, C}, {1.49, 0.1, 1e-9, B},
	} {
		if got := etsClass(&CommonOdds{Delta: c.delta, SE: c.se, P: c.p}, 0.05); got != c.want {
			t.Errorf("%+v: class %v", c, got)
		}
	}
}

// Two strata by hand: odds ratios 4 and 4, so that alpha is 4 and Breslow-Day 0.
func TestHomogeneousTables(t *testing.T) {
	h := breslowDay([]fourfold{{40, 20, 20, 40}, {20, 10, 10, 20}}, 4)
	if math.Abs(h.ChiSquare) > 1e-12 || h.DF != 1 || math.Abs(h.P-1) > 1e-6 {
		t.Errorf("%+v", h)
	}
	one := breslowDay([]fourfold{{30, 30, 20, 20}, {10, 10, 20, 20}}, 1)
	if math.Abs(one.ChiSquare) > 1e-12 {
		t.Errorf("alpha 1: %+v", one)
	}
}

// Mantel's test of a dichotomous item is Mantel-Haenszel's without correction, and its
// mean difference is the standardised p-difference.
func TestMantelOfTwoScores(t *testing.T) {
	d := simulate(900, 15, 0.5, false, 8)
	mh, _, err := MantelHaenszel(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := Mantel(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for j := range m {
		near(t, m[j].Item, m[j].ChiSquare, mh[j].Uncorrected, 1e-12)
		near(t, m[j].Item, m[j].Difference, mh[j].Difference, 1e-12)
	}
}

// One stratum worked by hand: focal scores 0, 1, 2, 2 and reference scores 0, 0, 1, 2.
// The focal sum is 5, expected 4; the variance is 4·4·(8·14-64)/(64·7) = 12/7.
func TestMantelByHand(t *testing.T) {
	d := &Data{
		Focal:   []bool{true, true, true, true, false, false, false, false},
		Ability: make([]float64, 8),
		Items:   []Item{{ID: "q", Top: 2, Scores: []int8{0, 1, 2, 2, 0, 0, 1, 2}}},
	}
	r, _, err := Mantel(d, Options{MinGroup: 2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "chi-square", r[0].ChiSquare, 7.0/12, 1e-12)
	near(t, "difference", r[0].Difference, 0.5, 1e-12)
	near(t, "effect", r[0].Effect, 0.5/math.Sqrt(6.0/7), 1e-12)
}

func BenchmarkMantelHaenszel10000x60(b *testing.B) {
	d := simulate(10000, 60, 0.3, false, 5)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := MantelHaenszel(d, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLogistic10000x60(b *testing.B) {
	d := simulate(10000, 60, 0.3, false, 5)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Logistic(d, Options{}, AnyDIF); err != nil {
			b.Fatal(err)
		}
	}
}
