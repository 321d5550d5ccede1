package classification

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/measure"
)

// mixed is a small test with every model.
func mixed() []measure.Item {
	return []measure.Item{
		{ID: "r", Model: measure.OnePL, B: []float64{0.2}},
		{ID: "s", Model: measure.TwoPL, A: 1.4, B: []float64{-0.6}},
		{ID: "t", Model: measure.ThreePL, A: 0.9, B: []float64{0.5}, C: 0.2},
		{ID: "u", Model: measure.GRM, A: 1.2, B: []float64{-1, 0, 1.3}},
		{ID: "v", Model: measure.GPCM, A: 0.8, B: []float64{0.4, -0.2}},
	}
}

// The recursion against the sum over every pattern of answers.
func TestSumScoresByEnumeration(t *testing.T) {
	items := mixed()
	for _, theta := range []float64{-3, 0, 0.7, 4} {
		want := make([]float64, 9)
		var walk func(i, score int, p float64)
		walk = func(i, score int, p float64) {
			if i == len(items) {
				want[score] += p
				return
			}
			for k, q := range items[i].Probabilities(theta, nil) {
				walk(i+1, score+k, p*q)
			}
		}
		walk(0, 0, 1)
		got := SumScores(items, theta)
		if len(got) != len(want) {
			t.Fatalf("%d scores", len(got))
		}
		for x := range want {
			if math.Abs(got[x]-want[x]) > 1e-15 {
				t.Errorf("at %v, score %d: %v, by enumeration %v", theta, x, got[x], want[x])
			}
		}
	}
}

// Two items of probability 1/2 at the only node: the total is 0, 1, 2 with 1/4, 1/2, 1/4.
// The cut 1.5 is above the expected total 1: accuracy 3/4, consistency 9/16 + 1/16.
func TestLeeByHand(t *testing.T) {
	items := []measure.Item{{ID: "a", Model: measure.OnePL, B: []float64{0}}, {ID: "b", Model: measure.TwoPL, A: 2, B: []float64{0}}}
	s, err := Lee(items, []float64{0}, []float64{1}, []float64{1.5})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "1.5", s.Levels, 0.75, 0.625)
	// The expected total is the cut 1: it belongs above, with 1 and 2.
	if s, err = Lee(items, []float64{0}, []float64{1}, []float64{1}); err != nil {
		t.Fatal(err)
	}
	near(t, "1", s.Levels, 0.75, 0.625)
	if s, err = Lee(items, []float64{0}, []float64{1}, []float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	near(t, "1 and 2", s.Levels, 0.5, 0.375)
	near(t, "2 of them", s.Cuts[1], 0.75, 0.625)
}

// One cut and two persons by hand: certain on both sides, half each, so that chance
// agrees once in two and kappa is 1.
func TestCertainty(t *testing.T) {
	s, err := Rudner([]Point{{measure.Estimate{Mean: -1}, 2}, {measure.Estimate{Mean: 1}, 2}}, []float64{0})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "certain", s.Levels, 1, 1)
	if math.Abs(s.Kappa-1) > exact {
		t.Error("kappa", s.Kappa)
	}
	if s, err = Rudner([]Point{{measure.Estimate{Mean: -1}, 2}}, []float64{0}); err != nil || s.Kappa != 0 {
		t.Error("one level", s, err)
	}
	// On the cut: above, and right once in two.
	if s, err = Rudner([]Point{{measure.Estimate{Mean: 0, SE: 1}, 1}}, []float64{0}); err != nil {
		t.Fatal(err)
	}
	near(t, "on the cut", s.Levels, 0.5, 0.5)
}

// Every index is a probability; two tests agree at least as often as the square of the
// accuracy; more cuts never help.
func TestIndicesAreProbabilities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cuts := []float64{rapid.Float64Range(-3, 0).Draw(t, "first"), rapid.Float64Range(0.01, 3).Draw(t, "second")}
		var points []Point
		for range rapid.IntRange(1, 8).Draw(t, "points") {
			points = append(points, Point{measure.Estimate{Mean: rapid.Float64Range(-50, 50).Draw(t, "mean"),
				SE: rapid.Float64Range(0, 10).Draw(t, "error")}, rapid.Float64Range(0.1, 5).Draw(t, "weight")})
		}
		s, err := Rudner(points, cuts)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range append(s.Cuts, s.Levels) {
			if !(x.Accuracy >= 0 && x.Accuracy <= 1+exact && x.Consistency >= x.Accuracy*x.Accuracy-exact && x.Consistency <= 1+exact) {
				t.Fatalf("%+v", s)
			}
			if s.Levels.Accuracy > x.Accuracy+exact || s.Levels.Consistency > x.Consistency+exact {
				t.Fatalf("levels above a cut: %+v", s)
			}
		}
		if !(s.Kappa <= 1+exact) || math.IsInf(s.Kappa, 0) {
			t.Fatalf("kappa %v", s.Kappa)
		}
	})
}

func TestClassificationErrors(t *testing.T) {
	good := []Point{{measure.Estimate{Mean: 0, SE: 1}, 1}}
	for name, c := range map[string]struct {
		points []Point
		cuts   []float64
	}{
		"no point":        {nil, []float64{0}},
		"no cut":          {good, nil},
		"cuts descend":    {good, []float64{1, 0}},
		"cut NaN":         {good, []float64{math.NaN()}},
		"ability NaN":     {[]Point{{measure.Estimate{Mean: math.NaN(), SE: 1}, 1}}, []float64{0}},
		"infinite error":  {[]Point{{measure.Estimate{SE: math.Inf(1)}, 1}}, []float64{0}},
		"negative error":  {[]Point{{measure.Estimate{SE: -1}, 1}}, []float64{0}},
		"negative weight": {[]Point{{measure.Estimate{SE: 1}, -1}}, []float64{0}},
		"no weight":       {[]Point{{measure.Estimate{SE: 1}, 0}}, []float64{0}},
	} {
		if _, err := Rudner(c.points, c.cuts); err == nil {
			t.Errorf("Rudner: %s: no error", name)
		}
	}
	broken := mixed()
	broken[1].A = -1
	one := []float64{1}
	for name, call := range map[string]func() (Summary, error){
		"no item":        func() (Summary, error) { return Lee(nil, one, one, one) },
		"broken item":    func() (Summary, error) { return Lee(broken, one, one, one) },
		"no node":        func() (Summary, error) { return Lee(mixed(), nil, nil, one) },
		"weights":        func() (Summary, error) { return Lee(mixed(), one, nil, one) },
		"node NaN":       func() (Summary, error) { return Lee(mixed(), []float64{math.NaN()}, one, one) },
		"cut too high":   func() (Summary, error) { return Lee(mixed(), one, one, []float64{9}) },
		"cut below zero": func() (Summary, error) { return Lee(mixed(), one, one, []float64{-1, 2}) },
		"no cut":         func() (Summary, error) { return Lee(mixed(), one, one, nil) },
	} {
		if _, err := call(); err == nil {
			t.Errorf("Lee: %s: no error", name)
		}
	}
	if _, err := Points([]measure.Item{{ID: "far", Model: measure.TwoPL, A: 5, B: []float64{0}}}, []float64{-1000}, one); err == nil {
		t.Error("Points: no information: no error")
	}
}

func BenchmarkRudner210000Persons(b *testing.B) {
	persons := make([]Point, 210_000)
	for i := range persons {
		persons[i] = Point{measure.Estimate{Mean: float64(i%600)/100 - 3, SE: 0.3}, 1}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Rudner(persons, []float64{-0.5, 0.3, 1.1}); err != nil {
			b.Fatal(err)
		}
	}
}
