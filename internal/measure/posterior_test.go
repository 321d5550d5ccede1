package measure

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// randomItem draws a plausible item of any of the given models.
func randomItem(r *rand.Rand, id string, dim int, models ...Model) Item {
	it := Item{ID: id, Model: models[r.IntN(len(models))], Dim: dim, A: math.Exp(0.1 + 0.3*r.NormFloat64())}
	b := r.NormFloat64()
	switch it.Model {
	case GRM, GPCM:
		it.B = []float64{b - 0.8, b, b + 0.9}
	default:
		it.B = []float64{b}
	}
	if it.Model == ThreePL || it.Model == FourPL {
		it.C = 0.05 + 0.2*r.Float64()
	}
	if it.Model == FourPL {
		it.U = 1 - 0.1*r.Float64()
	}
	return it
}

// answer draws a category for an ability.
func answer(r *rand.Rand, it *Item, theta float64) int {
	u := r.Float64()
	for k, p := range it.Probabilities(theta, nil) {
		if u -= p; u < 0 {
			return k
		}
	}
	return it.Categories() - 1
}

func posterior(t testing.TB, prior Prior, responses []Response) *Posterior {
	t.Helper()
	p, err := NewPosterior(prior)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range responses {
		if err := p.Observe(r.Item, r.Category); err != nil {
			t.Fatal(err)
		}
		if !p.Converged() {
			t.Error("expectation propagation did not converge")
		}
	}
	return p
}

func randomResponses(r *rand.Rand, dims, n int, models ...Model) []Response {
	theta := make([]float64, dims)
	for k := range theta {
		theta[k] = r.NormFloat64()
	}
	responses := make([]Response, n)
	for i := range responses {
		it := randomItem(r, fmt.Sprintf("q%d", i), r.IntN(dims), models...)
		responses[i] = Response{Item: &it, Category: answer(r, &it, theta[it.Dim])}
	}
	return responses
}

func TestNewPosteriorRefusesImproperPriors(t *testing.T) {
	for name, prior := range map[string]Prior{
		"empty":        {},
		"sizes":        {Mean: []float64{0, 0}, Cov: []float64{1}},
		"NaN":          {Mean: []float64{math.NaN()}, Cov: []float64{1}},
		"variance":     {Mean: []float64{0}, Cov: []float64{0}},
		"asymmetric":   {Mean: []float64{0, 0}, Cov: []float64{1, 0.5, 0.4, 1}},
		"not positive": {Mean: []float64{0, 0}, Cov: []float64{1, 2, 2, 1}},
	} {
		if _, err := NewPosterior(prior); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestHierarchicalPriorAddsSharedVariances(t *testing.T) {
	got := Hierarchical([]int{0, 0, 1}, 0.5, 0.3, 0.2)
	want := Prior{Mean: []float64{0, 0, 0}, Cov: []float64{1, 0.8, 0.5, 0.8, 1, 0.5, 0.5, 0.5, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestObserveRefusesBadAnswersAndChangesNothing(t *testing.T) {
	p := posterior(t, Hierarchical([]int{0, 0}, 0.5, 0, 0.5), nil)
	before := p.Clone()
	good := Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0}}
	outside, broken := good, good
	outside.Dim = 2
	broken.A = 0
	for name, err := range map[string]error{
		"category": p.Observe(&good, 2),
		"negative": p.Observe(&good, -1),
		"dim":      p.Observe(&outside, 1),
		"slope":    p.Observe(&broken, 1),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if diff := cmp.Diff(before.Mean(), p.Mean()); diff != "" {
		t.Error(diff)
	}
}

func TestOrderOfAnswersDoesNotMatter(t *testing.T) {
	prior := Hierarchical([]int{0, 0, 1, 1}, 0.5, 0.2, 0.3)
	rapid.Check(t, func(rt *rapid.T) {
		r := random(rapid.Uint64().Draw(rt, "seed"))
		responses := randomResponses(r, 4, rapid.IntRange(2, 24).Draw(rt, "answers"), TwoPL, ThreePL, FourPL, GRM, GPCM)
		first := posterior(t, prior, responses)
		r.Shuffle(len(responses), func(i, j int) { responses[i], responses[j] = responses[j], responses[i] })
		second := posterior(t, prior, responses)
		for i := range first.mean {
			near(t, "mean", second.mean[i], first.mean[i], 1e-6)
		}
		for i := range first.cov {
			near(t, "covariance", second.cov[i], first.cov[i], 1e-6)
		}
	})
}

// Contradictory answers to steep items with guessing and slips can make the
// posterior bimodal and wider than the prior; the approximation must hold even so.
func TestExtremeAnswersConvergeToAProperPosterior(t *testing.T) {
	prior := Hierarchical([]int{0, 0, 1, 1}, 0.5, 0.2, 0.3)
	rapid.Check(t, func(rt *rapid.T) {
		r := random(rapid.Uint64().Draw(rt, "seed"))
		p := posterior(t, prior, nil)
		for range rapid.IntRange(1, 60).Draw(rt, "answers") {
			it := Item{ID: "q", Model: FourPL, A: 0.2 + 5*r.Float64(), B: []float64{12*r.Float64() - 6}, C: 0.5 * r.Float64(), U: 0.8 + 0.2*r.Float64(), Dim: r.IntN(4)}
			if err := p.Observe(&it, r.IntN(2)); err != nil {
				rt.Fatal(err)
			}
			if !p.Converged() {
				rt.Fatal("not converged")
			}
			cholesky(p.cov, 4)
			for k, m := range p.mean {
				if v := p.cov[k*5]; !(math.Abs(m) < 8 && v > 0 && v < 16) {
					rt.Fatalf("ability %d: %v, variance %v", k, m, v)
				}
			}
		}
	})
}

// Two steps that leave room for the ability between two nodes of the grid only.
func TestAnswersSharperThanTheGridStayFinite(t *testing.T) {
	low := Item{ID: "low", Model: TwoPL, A: 5000, B: []float64{0.01}}
	high := Item{ID: "high", Model: TwoPL, A: 5000, B: []float64{0.02}}
	got := posterior(t, Hierarchical([]int{0, 1}, 0.5, 0.2, 0.3), []Response{{&low, 1}, {&high, 0}}).Score([]float64{1, 0})
	if math.Abs(got.Mean) > 0.125 || !(got.SE > 0 && got.SE < 0.125) {
		t.Errorf("estimate %+v, want it within a node of 0", got)
	}
}

func TestSameLogGivesTheSameBits(t *testing.T) {
	responses := randomResponses(random(4), 4, 30, TwoPL, ThreePL, GRM, GPCM)
	prior := Hierarchical([]int{0, 0, 1, 1}, 0.5, 0.2, 0.3)
	a, b := posterior(t, prior, responses), posterior(t, prior, responses)
	if !slices.Equal(a.mean, b.mean) || !slices.Equal(a.cov, b.cov) {
		t.Error("two runs differ")
	}
}

func TestCloneIsIndependent(t *testing.T) {
	responses := randomResponses(random(5), 3, 8, TwoPL)
	p := posterior(t, Hierarchical([]int{0, 0, 1}, 0.5, 0.2, 0.3), responses)
	mean, cov := p.Mean(), p.Cov()
	clone := p.Clone()
	for _, r := range responses {
		if err := clone.Observe(r.Item, 1-r.Category); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(mean, p.Mean()) || !slices.Equal(cov, p.Cov()) {
		t.Error("an answer to the clone moved the original")
	}
	if err := p.Observe(responses[0].Item, 1); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(mean, p.Mean()) {
		t.Error("an answer to the original did not move it")
	}
}

func TestAnswersInformTheOtherAbilities(t *testing.T) {
	it := Item{ID: "q", Model: TwoPL, A: 1, B: []float64{0}}
	p := posterior(t, Hierarchical([]int{0, 0, 1}, 0.5, 0.2, 0.3), []Response{{&it, 1}})
	if m := p.mean; !(m[0] > m[1] && m[1] > m[2] && m[2] > 0) {
		t.Errorf("means %v after a right answer on the first ability, want them falling with distance", m)
	}
	same := posterior(t, Hierarchical([]int{0, 0}, 1, 0, 0), []Response{{&it, 1}})
	near(t, "perfectly correlated ability", same.mean[1], same.mean[0], 1e-12)
}

func TestScoreIsTheWeightedSum(t *testing.T) {
	p := posterior(t, Prior{Mean: []float64{1, 3}, Cov: []float64{4, 1, 1, 9}}, nil)
	got := p.Score([]float64{0.25, 0.75})
	near(t, "mean", got.Mean, 2.5, 1e-15)
	near(t, "SE", got.SE, math.Sqrt(0.0625*4+2*0.1875+0.5625*9), 1e-15)
}

func TestABankItemIsObservedAsItsCopy(t *testing.T) {
	r := random(6)
	items := make([]Item, 40)
	for i := range items {
		items[i] = randomItem(r, fmt.Sprint(i), r.IntN(3), OnePL, TwoPL, ThreePL, FourPL, GRM, GPCM)
	}
	bank := newBank(t, items, Blueprint{Length: 1})
	start := posterior(t, Hierarchical([]int{0, 0, 1}, 0.5, 0.2, 0.3), nil)
	a, b := start.Clone(), start.Clone()
	for range 2 { // the second time in the memory of the first
		a.CopyFrom(start)
		b.CopyFrom(start)
		for i := range items {
			category := r.IntN(items[i].Categories())
			if err := errors.Join(a.Observe(&items[i], category), bank.Observe(b, i, category)); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(a.mean, b.mean) || !slices.Equal(a.cov, b.cov) {
			t.Error("the two posteriors differ")
		}
	}
	for name, err := range map[string]error{
		"item":      bank.Observe(b, 40, 0),
		"negative":  bank.Observe(b, -1, 0),
		"category":  bank.Observe(b, 0, 9),
		"dimension": bank.Observe(posterior(t, Hierarchical([]int{0}, 1, 0, 0), nil), slices.IndexFunc(items, func(it Item) bool { return it.Dim == 2 }), 0),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Mean and covariance are moved by rank-one changes from answer to answer; just before they are computed anew, rounding
// has not piled up.
func TestRankOneChangesKeepTheDigits(t *testing.T) {
	r := random(7)
	p := posterior(t, newPositioning(30).prior, nil)
	for _, answer := range randomResponses(r, 15, 4*rebuildEvery-1, TwoPL, ThreePL, GRM, GPCM) {
		if err := p.Observe(answer.Item, answer.Category); err != nil {
			t.Fatal(err)
		}
	}
	fresh := p.Clone()
	fresh.rebuild()
	fresh.mirror()
	for i := range p.cov {
		near(t, "covariance", p.cov[i], fresh.cov[i], 1e-13)
	}
	for i := range p.mean {
		near(t, "mean", p.mean[i], fresh.mean[i], 1e-13)
	}
}
