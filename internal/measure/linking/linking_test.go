package linking

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/measure"
)

// bank draws items of every model but 1PL, in turn.
func bank(n int, seed uint64) []measure.Item {
	rng := rand.New(rand.NewPCG(seed, 9))
	items := make([]measure.Item, n)
	for j := range items {
		it := measure.Item{ID: fmt.Sprint("q", j), A: math.Exp(0.3 * rng.NormFloat64()), B: []float64{rng.NormFloat64()}}
		switch j % 5 {
		case 0:
			it.Model = measure.TwoPL
		case 1:
			it.Model, it.C = measure.ThreePL, 0.2
		case 2:
			it.Model, it.C, it.U = measure.FourPL, 0.1, 0.95
		case 3:
			it.Model, it.B = measure.GRM, []float64{it.B[0], it.B[0] + 0.7, it.B[0] + 1.1}
		case 4:
			it.Model, it.B = measure.GPCM, []float64{it.B[0], it.B[0] - 0.3}
		}
		items[j] = it
	}
	return items
}

// moved puts items on another scale.
func moved(items []measure.Item, a, b float64) []measure.Item {
	out := make([]measure.Item, len(items))
	for j, it := range items {
		out[j] = Link{A: a, B: b}.Item(it)
	}
	return out
}

// With errors on the parameters of the second calibration.
func noisy(items []measure.Item, sd float64, seed uint64) []measure.Item {
	rng := rand.New(rand.NewPCG(seed, 10))
	out := moved(items, 1, 0)
	for j := range out {
		out[j].A *= math.Exp(sd * rng.NormFloat64())
		shift := sd * rng.NormFloat64()
		for k := range out[j].B {
			out[j].B[k] += shift
		}
	}
	return out
}

// Parameters that only differ by the scale give it back with every method: the moments
// to rounding, the curves to what their stopping rule says, 1e-10.
func TestScaleIsRecovered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(0.5, 2).Draw(t, "A"), rapid.Float64Range(-1.5, 1.5).Draw(t, "B")
		from := bank(rapid.IntRange(2, 12).Draw(t, "items"), rapid.Uint64().Draw(t, "seed"))
		for m := MeanMean; m <= StockingLord; m++ {
			l, err := Between(from, moved(from, a, b), m, Options{Both: rapid.Bool().Draw(t, "both")})
			if err != nil {
				t.Fatal(m, err)
			}
			if math.Abs(l.A-a) > 1e-9 || math.Abs(l.B-b) > 1e-9 || l.Criterion > 1e-16 {
				t.Fatalf("%v: %+v", m, l)
			}
		}
	})
}

// The probabilities of a moved item at a moved ability are those of the item.
func TestMovedItemKeepsItsProbabilities(t *testing.T) {
	l := Link{A: 1.3, B: -0.4}
	for _, it := range append(bank(10, 1), measure.Item{ID: "r", Model: measure.OnePL, B: []float64{0.3}}) {
		there := l.Item(it)
		if err := there.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, theta := range []float64{-3, 0, 1.7} {
			e := l.Estimate(measure.Estimate{Mean: theta, SE: 1})
			p, q := it.Probabilities(theta, nil), there.Probabilities(e.Mean, nil)
			for k := range p {
				if math.Abs(p[k]-q[k]) > 1e-14 || e.SE != 1.3 {
					t.Errorf("%v at %v: %v, %v", it.Model, theta, p, q)
				}
			}
		}
	}
}

// In both directions, exchanging the sets and their nodes gives the inverse transformation.
func TestBothDirectionsAreSymmetric(t *testing.T) {
	old := bank(15, 2)
	young := moved(noisy(old, 0.2, 3), 1/1.2, 0.3)
	for _, m := range []Method{Haebara, StockingLord} {
		nodes := NormalNodes(-5, 5, 31)
		l, err := Between(young, old, m, Options{Both: true, From: nodes})
		if err != nil {
			t.Fatal(err)
		}
		back, err := Between(old, young, m, Options{Both: true, To: nodes, From: NormalNodes(-4, 4, 41)})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(l.A*back.A-1) > 1e-9 || math.Abs(l.A*back.B+l.B) > 1e-9 {
			t.Errorf("%v: %v %v, back %v %v", m, l.A, l.B, back.A, back.B)
		}
	}
}

// Gradient and Hessian against central differences: 1e-6 is what they are worth.
func TestDerivatives(t *testing.T) {
	old := bank(10, 4)
	pairs, err := common(noisy(old, 0.3, 5), old)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Method{Haebara, StockingLord} {
		nodes := NormalNodes(-4, 4, 21)
		c := newCriterion(pairs, &Link{Method: m, To: nodes, From: nodes})
		const h = 1e-5
		p := point{0.2, -0.3}
		e := c.at(p)
		a1, a0 := c.at(point{p.logA + h, p.b}), c.at(point{p.logA - h, p.b})
		b1, b0 := c.at(point{p.logA, p.b + h}), c.at(point{p.logA, p.b - h})
		for name, pair := range map[string][2]float64{
			"gradient A": {e.gradA, (a1.value - a0.value) / (2 * h)}, "gradient B": {e.gradB, (b1.value - b0.value) / (2 * h)},
			"Hessian AA": {e.hessAA, (a1.gradA - a0.gradA) / (2 * h)}, "Hessian AB": {e.hessAB, (b1.gradA - b0.gradA) / (2 * h)},
			"Hessian BB": {e.hessBB, (b1.gradB - b0.gradB) / (2 * h)},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-6*math.Max(1, math.Abs(pair[1])) {
				t.Errorf("%v: %s: %v, differences %v", m, name, pair[0], pair[1])
			}
		}
	}
}

func TestLinkingErrors(t *testing.T) {
	good := bank(5, 6)
	cases := map[string]func(from, to []measure.Item) ([]measure.Item, []measure.Item){
		"one common item": func(f, g []measure.Item) ([]measure.Item, []measure.Item) { return f[:1], g },
		"none":            func(f, g []measure.Item) ([]measure.Item, []measure.Item) { return nil, g },
		"given twice":     func(f, g []measure.Item) ([]measure.Item, []measure.Item) { return append(f, f[0]), g },
		"zero slope":      func(f, g []measure.Item) ([]measure.Item, []measure.Item) { f[0].A = 0; return f, g },
		"negative slope":  func(f, g []measure.Item) ([]measure.Item, []measure.Item) { g[0].A = -1; return f, g },
		"NaN":             func(f, g []measure.Item) ([]measure.Item, []measure.Item) { f[0].B[0] = math.NaN(); return f, g },
		"infinite":        func(f, g []measure.Item) ([]measure.Item, []measure.Item) { g[0].A = math.Inf(1); return f, g },
		"another model": func(f, g []measure.Item) ([]measure.Item, []measure.Item) {
			g[0].Model = measure.ThreePL
			return f, g
		},
		"another number of categories": func(f, g []measure.Item) ([]measure.Item, []measure.Item) {
			g[3].B = g[3].B[:2]
			return f, g
		},
	}
	for name, change := range cases {
		from, to := change(moved(good, 1, 0), moved(good, 1, 0))
		for m := MeanMean; m <= StockingLord; m++ {
			if _, err := Between(from, to, m, Options{}); err == nil {
				t.Errorf("%s: %v: no error", name, m)
			}
		}
	}
	for name, o := range map[string]Options{
		"no weight":       {To: []Node{{0, 0}}},
		"no node":         {To: []Node{}},
		"negative weight": {To: []Node{{0, 1}, {1, -1}}},
		"NaN node":        {To: []Node{{math.NaN(), 1}}},
		"infinite weight": {To: []Node{{0, 1}}, Both: true, From: []Node{{0, math.Inf(1)}}},
	} {
		if _, err := Between(good, good, Haebara, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Between(good, good, 9, Options{}); err == nil {
		t.Error("unknown method: no error")
	}
	if _, err := ParseMethod("median"); err == nil {
		t.Error("unknown name: no error")
	}
}

// Items of one difficulty give mean-sigma no slope, and the other methods one. One node
// cannot tell A from B.
func TestIdenticalItems(t *testing.T) {
	it := measure.Item{Model: measure.TwoPL, A: 1.1, B: []float64{0.4}}
	same := []measure.Item{it, it, it}
	for j := range same {
		same[j].ID = fmt.Sprint(j)
	}
	for m := MeanMean; m <= StockingLord; m++ {
		l, err := Between(same, same, m, Options{})
		if m == MeanSigma {
			if err == nil {
				t.Errorf("%v: %+v", m, l)
			}
			continue
		}
		if err != nil || math.Abs(l.A-1) > 1e-9 || math.Abs(l.B) > 1e-9 {
			t.Errorf("%v: %v %v, %v", m, l.A, l.B, err)
		}
	}
	if l, err := Between(same, moved(same, 1.5, 1), StockingLord, Options{To: []Node{{0, 1}}}); !errors.Is(err, ErrNoMinimum) {
		t.Errorf("one node: %+v, %v", l, err)
	}
}

// Two sets that have nothing to do with one another still give finite constants or an error.
func TestUnrelatedItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []measure.Item {
			items := make([]measure.Item, 3)
			for j := range items {
				items[j] = measure.Item{ID: fmt.Sprint(j), Model: measure.TwoPL,
					A: rapid.Float64Range(1e-3, 20).Draw(t, label), B: []float64{rapid.Float64Range(-20, 20).Draw(t, label)}}
			}
			return items
		}
		from, to := draw("from"), draw("to")
		for m := MeanMean; m <= StockingLord; m++ {
			l, err := Between(from, to, m, Options{})
			if err == nil && (!(l.A > 0) || math.IsInf(l.A, 0) || math.IsNaN(l.B) || math.IsInf(l.B, 0)) {
				t.Fatalf("%v: %+v", m, l)
			}
		}
	})
}

func BenchmarkStockingLord60(b *testing.B) {
	old := bank(60, 7)
	young := moved(noisy(old, 0.1, 8), 0.9, 0.2)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Between(young, old, StockingLord, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
