package measure

import (
	"errors"
	"fmt"
	"math"
	"testing"
)

func TestEstimatorsAgreeWithReference(t *testing.T) {
	ref := load[struct {
		Items [][]float64
		Theta []struct {
			Set    string
			Items  []int
			X      []int
			ML     *float64
			MAP    float64
			WLE    float64
			MLSE   float64 `json:"ML_se_expected"`
			MAPSE  float64 `json:"MAP_se_expected"`
			WLEI   float64 `json:"WLE_I"`
			EAP33  float64 `json:"EAP33_m4_4_trapezoid"`
			SD33   float64 `json:"EAP33_psd"`
			EAP61  float64 `json:"EAP61_m6_6"`
			SD61   float64 `json:"EAP61_psd"`
			EAP401 float64 `json:"EAP401_m8_8"`
			SD401  float64 `json:"EAP401_psd"`
		}
	}](t, "theta_exact.json")
	const tolerance = 1e-9
	standard := Normal{Mean: 0, SD: 1}
	for n, c := range ref.Theta {
		responses := make([]Response, len(c.X))
		for r, i := range c.Items {
			it := referenceItem(i, ref.Items[i])
			responses[r] = Response{Item: &it, Category: c.X[r]}
		}
		at := fmt.Sprintf("%d (%s) ", n, c.Set)
		ml, err := ML(responses)
		switch {
		case c.ML == nil && !errors.Is(err, ErrNoFiniteMaximum):
			t.Errorf("%sML = %v, %v, want no finite maximum", at, ml, err)
		case c.ML != nil && err != nil:
			t.Errorf("%sML: %v", at, err)
		case c.ML != nil:
			near(t, at+"ML", ml.Mean, *c.ML, tolerance)
			near(t, at+"ML SE", ml.SE, c.MLSE, tolerance)
		}
		compare := func(name string, got Estimate, err error, mean, se float64) {
			t.Helper()
			if err != nil {
				t.Errorf("%s%s: %v", at, name, err)
			}
			near(t, at+name, got.Mean, mean, tolerance)
			near(t, at+name+" SE", got.SE, se, tolerance)
		}
		got, err := MAP(responses, standard)
		compare("MAP", got, err, c.MAP, c.MAPSE)
		got, err = WLE(responses)
		compare("WLE", got, err, c.WLE, 1/math.Sqrt(c.WLEI))
		got, err = EAP(responses, standard, Grid{-4, 4, 33, Trapezoid})
		compare("EAP33", got, err, c.EAP33, c.SD33)
		got, err = EAP(responses, standard, Grid{-6, 6, 61, Rectangular})
		compare("EAP61", got, err, c.EAP61, c.SD61)
		got, err = EAP(responses, standard, Grid{-8, 8, 401, Rectangular})
		compare("EAP401", got, err, c.EAP401, c.SD401)
	}
}

func TestEstimatorsAgreeWithReferenceOnPartialCredit(t *testing.T) {
	ref := load[struct {
		Banks map[string][]struct {
			Model string
			A     float64
			B     []float64
		}
		Cases []struct {
			Bank                        string
			X                           []int
			ML, MLSE                    *float64
			MAP, MAPSE, WLE, WLESE, EAP float64
			EAPSD                       float64
		}
	}](t, "theta_polytomous.json")
	for n, c := range ref.Cases {
		responses := make([]Response, len(c.X))
		for r, it := range ref.Banks[c.Bank] {
			model, err := ParseModel(it.Model)
			if err != nil {
				t.Fatal(err)
			}
			responses[r] = Response{&Item{ID: fmt.Sprint(r), Model: model, A: it.A, B: it.B}, c.X[r]}
		}
		compare := func(name string, got Estimate, err error, mean, se float64) {
			t.Helper()
			if err != nil {
				t.Errorf("%d (%s) %s: %v", n, c.Bank, name, err)
			}
			near(t, fmt.Sprintf("%d (%s) %s", n, c.Bank, name), got.Mean, mean, 1e-9)
			near(t, fmt.Sprintf("%d (%s) %s SE", n, c.Bank, name), got.SE, se, 1e-9)
		}
		got, err := ML(responses)
		if c.ML != nil {
			compare("ML", got, err, *c.ML, *c.MLSE)
		} else if !errors.Is(err, ErrNoFiniteMaximum) {
			t.Errorf("%d (%s) ML = %v, %v, want no finite maximum", n, c.Bank, got, err)
		}
		got, err = MAP(responses, Normal{0, 1})
		compare("MAP", got, err, c.MAP, c.MAPSE)
		got, err = WLE(responses)
		compare("WLE", got, err, c.WLE, c.WLESE)
		got, err = EAP(responses, Normal{0, 1}, Grid{-6, 6, 61, Rectangular})
		compare("EAP", got, err, c.EAP, c.EAPSD)
	}
}

// Guessing can give the likelihood and Warm's equation several roots. The one that
// wins is found again by a plain scan: the likelihood itself, and for Warm the
// integral of score + J/(2I) by small steps.
func TestSeveralRootsGiveTheHighestMaximum(t *testing.T) {
	r := random(30)
	several := 0
	for range 100 {
		responses := make([]Response, 6)
		for i := range responses {
			it := Item{ID: fmt.Sprint(i), Model: ThreePL, A: 1 + 2*r.Float64(), B: []float64{2.5 * r.NormFloat64()}, C: 0.25}
			responses[i] = Response{Item: &it, Category: r.IntN(2)}
		}
		wle, err := WLE(responses)
		if err != nil {
			t.Fatal(err)
		}
		const step = 1.0 / 128
		roots, best, at, total := 0, math.Inf(-1), 0.0, 0.0
		before := warmEquation(responses, -20)
		for theta := -20 + step; theta <= 20; theta += step {
			after := warmEquation(responses, theta)
			if before > 0 && after <= 0 {
				roots++
			}
			total += step * (before + after) / 2
			if total > best {
				best, at = total, theta
			}
			before = after
		}
		if roots > 1 {
			several++
		}
		near(t, "WLE", wle.Mean, at, 2*step)
	}
	if several < 5 {
		t.Errorf("only %d patterns with several roots", several)
	}
}

func warmEquation(responses []Response, theta float64) float64 {
	var score, info, j float64
	for _, r := range responses {
		_, d, _ := r.Item.LogProbability(theta, r.Category)
		di, dj := r.Item.warm(theta)
		score, info, j = score+d, info+di, j+dj
	}
	return score + j/(2*info)
}

func TestEstimatorsRefuseBadInput(t *testing.T) {
	it := Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0}}
	one, grid, prior := []Response{{&it, 1}}, Grid{-6, 6, 61, Trapezoid}, Normal{0, 1}
	for name, f := range map[string]func() (Estimate, error){
		"no response": func() (Estimate, error) { return WLE(nil) },
		"category":    func() (Estimate, error) { return ML([]Response{{&it, 2}}) },
		"item":        func() (Estimate, error) { return MAP([]Response{{&Item{ID: "x"}, 0}}, prior) },
		"prior":       func() (Estimate, error) { return MAP(one, Normal{0, 0}) },
		"EAP prior":   func() (Estimate, error) { return EAP(one, Normal{math.NaN(), 1}, grid) },
		"one point":   func() (Estimate, error) { return EAP(one, prior, Grid{-6, 6, 1, Trapezoid}) },
		"empty grid":  func() (Estimate, error) { return EAP(one, prior, Grid{1, 1, 9, Trapezoid}) },
		"rule":        func() (Estimate, error) { return EAP(one, prior, Grid{-6, 6, 61, Rule(9)}) },
	} {
		if got, err := f(); err == nil {
			t.Errorf("%s: estimate %v", name, got)
		}
	}
}

func TestGridIsCoarseBeyondTwoStandardErrors(t *testing.T) {
	grid := Grid{-6, 6, 21, Trapezoid} // spacing 0.6
	if grid.Coarse(Estimate{SE: 0.31}) || !grid.Coarse(Estimate{SE: 0.29}) {
		t.Error("want coarse at 0.29 and not at 0.31")
	}
}
