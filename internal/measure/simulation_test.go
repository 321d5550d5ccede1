package measure

import (
	"math"
	"testing"
)

// A population drawn from the prior takes the adaptive test. The posterior is then
// calibrated by construction if nothing is wrong: intervals cover as often as they
// say, and the standard errors match the errors. Bounds are wide enough for the
// sampling error of 500 persons (a 95 % coverage has a standard error of 1 %).
func TestSimulatedPersonsAreMeasuredAsWellAsStated(t *testing.T) {
	const persons = 500
	p := newPositioning(30)
	bank := expertBank(t, p.blueprint, 20, 5)
	start := posterior(t, p.prior, nil)
	root := cholesky(p.prior.Cov, 15)
	var whole, competency errorsOfScores
	for person := range uint64(persons) {
		r := random(1000 + person)
		theta, z := make([]float64, 15), make([]float64, 15)
		for i := range theta {
			z[i] = r.NormFloat64()
			for j := range i + 1 {
				theta[i] += root[i*15+j] * z[j]
			}
		}
		post := start.Clone()
		run(t, bank, p, post, func(it *Item) int { return answer(r, it, theta[it.Dim]) })
		truth := 0.0
		for k, w := range p.whole.Weights {
			truth += w * theta[k]
			one := make([]float64, 15)
			one[k] = 1
			competency.add(post.Score(one), theta[k])
		}
		whole.add(post.Score(p.whole.Weights), truth)
	}
	whole.check(t, "whole", 0.02)
	competency.check(t, "competencies", 0.01)
}

type errorsOfScores struct{ n, bias, square, se, covered float64 }

func (e *errorsOfScores) add(got Estimate, truth float64) {
	d := got.Mean - truth
	e.n++
	e.bias += d
	e.square += d * d
	e.se += got.SE
	if math.Abs(d) <= normal95*got.SE {
		e.covered++
	}
}

func (e *errorsOfScores) check(t *testing.T, name string, tolerance float64) {
	t.Helper()
	bias, rmse, se, coverage := e.bias/e.n, math.Sqrt(e.square/e.n), e.se/e.n, e.covered/e.n
	t.Logf("%s: bias %+.4f, RMSE %.4f, mean SE %.4f, coverage of 95 %% intervals %.1f %%", name, bias, rmse, se, 100*coverage)
	if math.Abs(coverage-0.95) > tolerance || math.Abs(rmse/se-1) > 0.07 || math.Abs(bias) > 0.05 {
		t.Errorf("%s: not as stated", name)
	}
}
