package measure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever the prior's standard deviation, the posterior of one ability is that of a dense grid, to a millionth: nodes three eighths
// of a logit apart and slopes of 3 leave 3e-7.
func TestAWidePriorIsResolved(t *testing.T) {
	for _, sd := range []float64{0.01, 0.5, 1, 2, 3, 10, 30, 100} {
		r := rand.New(rand.NewPCG(uint64(1000*sd), 7))
		post, err := NewPosterior(Prior{Mean: []float64{0}, Cov: []float64{sd * sd}})
		if err != nil {
			t.Fatal(err)
		}
		var answers []Response
		for i := range 200 {
			it := &Item{ID: fmt.Sprint(i), Model: TwoPL, A: 1 + 2*r.Float64(), B: []float64{r.NormFloat64()}}
			category := 0
			if r.Float64() < it.Probabilities(0.6, nil)[1] {
				category = 1
			}
			answers = append(answers, Response{it, category})
			if err := post.Observe(it, category); err != nil {
				t.Fatal(err)
			}
			if i != 4 && i != 39 && i != 199 {
				continue
			}
			got := post.Score([]float64{1})
			half := 25 * got.SE
			want, err := EAP(answers, Normal{0, sd}, Grid{Min: got.Mean - half, Max: got.Mean + half, Points: 10_001})
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.Mean-want.Mean) > 1e-6*want.SE || math.Abs(got.SE/want.SE-1) > 1e-6 {
				t.Errorf("prior SD %v, %d answers: %+v, want %+v", sd, i+1, got, want)
			}
		}
	}
}
