package calibration

import (
	"context"
	"fmt"
	"math"
	"testing"

	"galien/internal/measure"
)

// The gradients of the M-step are those of the probabilities of package measure, by
// central differences in each parameter.
func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	const h = 1e-5
	for _, v := range []curve{
		{measure.TwoPL, 1.3, []float64{0.4}, 0},
		{measure.ThreePL, 0.9, []float64{-0.7}, 0.2},
		{measure.GRM, 1.7, []float64{1.5, 0.2, -1.1}, 0},
		{measure.GPCM, 0.8, []float64{0.5, -0.6, 0.1}, 0},
	} {
		n := 1 + len(v.d)
		if v.model == measure.ThreePL {
			n++
		}
		probability, gradient := make([]float64, len(v.d)+1), make([]float64, n*(len(v.d)+1))
		for theta := -6.0; theta <= 6; theta += 0.8 {
			v.derivatives(theta, probability, gradient)
			for k := range probability {
				it := v.item("q")
				log, _, _ := it.LogProbability(theta, k)
				within(t, fmt.Sprintf("%v: log P%d(%v)", v.model, k, theta), math.Log(probability[k]), log, 1e-12)
				for i := range n {
					up, _, _ := moved(v, i, h).LogProbability(theta, k)
					down, _, _ := moved(v, i, -h).LogProbability(theta, k)
					within(t, fmt.Sprintf("%v: ∂%d log P%d(%v)", v.model, i, k, theta), gradient[k*n+i], (up-down)/(2*h), 1e-8)
				}
			}
		}
	}
}

// moved returns the item with one working parameter moved.
func moved(v curve, i int, by float64) *measure.Item {
	w := curve{v.model, v.a, append([]float64(nil), v.d...), v.c}
	switch {
	case i == 0:
		w.a *= math.Exp(by)
	case i <= len(w.d):
		w.d[i-1] += by
	default:
		w.c, _ = logistic(logit(v.c) + by)
	}
	it := w.item("q")
	return &it
}

// At the maximum the score of the penalised likelihood is null, in every parameter: 0.01
// is under a thousandth of a standard error from it, the information being over 100.
func TestTheScoreIsNullAtTheMaximum(t *testing.T) {
	d := mixed(t, 13)
	o := Options{ParameterTolerance: 1e-9, GainTolerance: 1e-13, Errors: NoErrors}
	r := calibrate(t, d, o)
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	e := newEngine(d, &o)
	gradient := make([]float64, e.layout.size)
	if err := e.score(context.Background(), r.State.Kept, gradient); err != nil {
		t.Fatal(err)
	}
	for i, g := range gradient {
		within(t, fmt.Sprint("derivative ", i), g, 0, 0.01)
	}
}

// The two ways to standard errors agree to sampling error on an item's own
// parameters; cross-products leave out what the items share.
func TestCrossProductsAgreeWithTheObservedInformation(t *testing.T) {
	rnd := seeded(14)
	truth := mixedBank(rnd, 8, measure.TwoPL, measure.GRM)
	d := simulate(t, rnd, truth, declare(truth), 1, population{"", 2000, 0, 1})
	want := calibrate(t, d, Options{Errors: ObservedInformation})
	got := calibrate(t, d, Options{Errors: CrossProducts})
	if got.Errors != CrossProducts || want.Errors != ObservedInformation {
		t.Errorf("methods %v and %v", got.Errors, want.Errors)
	}
	for j := range truth {
		x, y := got.Items[j].SE, want.Items[j].SE
		within(t, "SE of a, relative", x.A/y.A, 1, 0.12)
		for k := range x.B {
			within(t, "SE of b, squares and 1/N of the origin", math.Hypot(x.B[k], 1/math.Sqrt(2000))/y.B[k], 1, 0.2)
		}
	}
}

// The log-likelihood is the definition's, worked out on every node with the items of
// package measure: neither the sums shared by forms nor the nodes left out show.
func TestTheLikelihoodIsThatOfTheDefinition(t *testing.T) {
	likelihoodByDefinition(t, mixed(t, 15))
	likelihoodByDefinition(t, concave(t, 15))
}

func likelihoodByDefinition(t *testing.T, d *Data) {
	t.Helper()
	r := calibrate(t, d, Options{Errors: NoErrors})
	g := newGrid(Quadrature{-6, 6, 61})
	weights := make([]float64, g.stride)
	total := 0.0
	for i := range d.forms {
		f := &d.forms[i]
		for row := f.row; row < f.row+f.rows; row++ {
			group := r.Groups[d.group(row)]
			g.logWeights(group.Mean, group.SD, weights)
			sum := 0.0
			for q := range g.count {
				log := weights[q]
				for l, category := range d.answersOf(f, row) {
					value, _, _ := r.Items[d.listOf(f)[l]].Item.LogProbability(g.nodes[q], int(category))
					log += value
				}
				sum += math.Exp(log)
			}
			total += d.weight(row) * math.Log(sum)
		}
	}
	within(t, "log-likelihood", r.LogLikelihood, total, 1e-7)
}
