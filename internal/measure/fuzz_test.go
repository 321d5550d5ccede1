package measure

import (
	"fmt"
	"math"
	"testing"
)

// Whatever valid items and answers there are, every estimator gives a finite estimate or an error, and the posterior
// stays a proper normal.
func FuzzEstimators(f *testing.F) {
	f.Add(uint8(2), 1.0, 0.0, 0.0, 1.0, uint8(1), 1.0, 0.0)
	f.Add(uint8(4), 2.0, 0.5, 0.25, 0.95, uint8(0), 0.8, -1.0)
	f.Add(uint8(5), 1e3, -4.0, 0.0, 0.0, uint8(2), 1e-3, 9.0)
	f.Add(uint8(6), 1e200, 1e200, 0.0, 0.0, uint8(1), 1e-200, -1e200)
	f.Add(uint8(1), 0.0, math.Inf(1), 0.0, 0.0, uint8(1), math.NaN(), 0.0)
	f.Fuzz(func(t *testing.T, model uint8, a, b, c, u float64, category uint8, a2, b2 float64) {
		first := Item{ID: "first", Model: Model(model), A: a, B: []float64{b}, C: c, U: u}
		if first.Model == GRM || first.Model == GPCM {
			first.B = append(first.B, b+1, b+1.5)
		}
		second := Item{ID: "second", Model: TwoPL, A: a2, B: []float64{b2}}
		responses := []Response{{&first, int(category)}, {&second, int(category) % 2}}
		valid := check(responses) == nil
		estimates := map[string]func() (Estimate, error){
			"ML":  func() (Estimate, error) { return ML(responses) },
			"MAP": func() (Estimate, error) { return MAP(responses, Normal{0, 1}) },
			"WLE": func() (Estimate, error) { return WLE(responses) },
			"EAP": func() (Estimate, error) { return EAP(responses, Normal{0, 1}, Grid{-6, 6, 61, Trapezoid}) },
		}
		for name, estimate := range estimates {
			got, err := estimate()
			if err == nil && !valid {
				t.Errorf("%s = %+v of an invalid response", name, got)
			}
			if err == nil && !(math.Abs(got.Mean) <= 60 && got.SE >= 0) {
				t.Errorf("%s = %+v of %+v", name, got, []any{first, second, category})
			}
		}
		post, err := NewPosterior(Hierarchical([]int{0, 0}, 0.5, 0, 0.5))
		if err != nil {
			t.Fatal(err)
		}
		second.Dim = 1
		for n, r := range responses {
			if err := post.Observe(r.Item, r.Category); err != nil {
				return
			}
			got := post.Score([]float64{1, 0})
			if !(math.Abs(got.Mean) <= 8.1 && got.SE > 0 && got.SE < 4) || !post.Converged() {
				t.Errorf("after %d answers %+v, converged %v, of %s", n+1, got, post.Converged(), fmt.Sprint(first, second, category))
			}
		}
	})
}
