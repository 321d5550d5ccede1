package fit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"galien/internal/measure"
	"galien/internal/measure/calibration"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20)) }

// bank draws n items of a model, of four categories where it has several.
func bank(rnd *rand.Rand, n int, model measure.Model) []measure.Item {
	items := make([]measure.Item, n)
	for j := range items {
		it := measure.Item{ID: fmt.Sprint("q", j+1), Model: model, A: math.Exp(0.2 + 0.25*rnd.NormFloat64())}
		number := 1
		switch model {
		case measure.OnePL:
			it.A = 1
		case measure.ThreePL:
			it.C = 0.2
		case measure.GRM, measure.GPCM:
			number = 3
		}
		centre := rnd.NormFloat64()
		for k := range number {
			it.B = append(it.B, centre+1.2*(float64(k)-float64(number-1)/2))
		}
		items[j] = it
	}
	return items
}

func draw(rnd *rand.Rand, it *measure.Item, theta float64) int {
	u := rnd.Float64()
	for k, p := range it.Probabilities(theta, nil) {
		if u -= p; u < 0 {
			return k
		}
	}
	return it.Categories() - 1
}

func normals(rnd *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rnd.NormFloat64()
	}
	return v
}

// answersTo draws the answers of everyone to every item.
func answersTo(rnd *rand.Rand, items []measure.Item, thetas []float64) [][]int {
	table := make([][]int, len(thetas))
	for p, theta := range thetas {
		for j := range items {
			table[p] = append(table[p], draw(rnd, &items[j], theta))
		}
	}
	return table
}

func matrix(t testing.TB, items []measure.Item, table [][]int) *Data {
	t.Helper()
	d, err := Matrix(items, table)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// adaptive draws adaptive tests; the answers follow other items when truth is not nil.
func adaptive(t testing.TB, rnd *rand.Rand, items, truth []measure.Item, persons, length int) *Data {
	t.Helper()
	if truth == nil {
		truth = items
	}
	return adaptiveOf(t, rnd, items, persons, length, func(item, _ int, theta float64) int {
		return draw(rnd, &truth[item], theta)
	})
}

// adaptiveOf draws adaptive tests: each item is the one nearest to a running estimate. The answer
// to an item may depend on its place.
func adaptiveOf(t testing.TB, rnd *rand.Rand, items []measure.Item, persons, length int, respond func(item, place int, theta float64) int) *Data {
	t.Helper()
	b, err := NewBuilder(items)
	if err != nil {
		t.Fatal(err)
	}
	for p := range persons {
		theta, m := rnd.NormFloat64(), 0.0
		used := make([]bool, len(items))
		for n := range length {
			best := -1
			for j := range items {
				if !used[j] && (best < 0 || math.Abs(items[j].B[0]-m) < math.Abs(items[best].B[0]-m)) {
					best = j
				}
			}
			used[best] = true
			x := respond(best, n, theta)
			m += (2/float64(n+2) + 0.1) * (float64(x) - items[best].Probabilities(m, nil)[1])
			if err := b.Add(fmt.Sprint(p), items[best].ID, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	d, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// share checks a share of rejections against the nominal one, by the bounds given.
func share(t *testing.T, name string, p []float64, low, high float64) {
	t.Helper()
	rejected := 0
	for _, v := range p {
		if v < 0.05 {
			rejected++
		}
	}
	got := float64(rejected) / float64(len(p))
	t.Logf("%s: %d of %d rejected at 5 %%: %.3f", name, rejected, len(p), got)
	if !(got >= low && got <= high) {
		t.Errorf("%s: share of rejections %.3f, want [%v, %v]", name, got, low, high)
	}
}

// The bounds leave four binomial standard errors around 5 %.
func TestScoreFitRejectsFiveInAHundredUnderTheModel(t *testing.T) {
	for _, c := range []struct {
		model          measure.Model
		items, samples int
	}{{measure.TwoPL, 20, 30}, {measure.ThreePL, 20, 30}, {measure.GRM, 8, 50}, {measure.GPCM, 8, 50}} {
		rnd := seeded(1)
		var p []float64
		for range c.samples {
			items := bank(rnd, c.items, c.model)
			fits, err := ScoreFits(matrix(t, items, answersTo(rnd, items, normals(rnd, 1000))), Options{Nodes: 41})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fits {
				p = append(p, f.P)
			}
		}
		margin := 4 * math.Sqrt(0.05*0.95/float64(len(p)))
		share(t, c.model.String(), p, 0.05-margin, 0.05+margin)
	}
}

// Parameters estimated on the same answers are taken off the degrees of freedom.
func TestScoreFitOfACalibration(t *testing.T) {
	rnd := seeded(10)
	none := calibration.NoPriors()
	var p []float64
	for range 20 {
		items := bank(rnd, 20, measure.TwoPL)
		table := answersTo(rnd, items, normals(rnd, 1000))
		b, err := calibration.NewBuilder(nil, measure.TwoPL)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range table {
			for j, x := range row {
				if err := b.Add(fmt.Sprint(i), items[j].ID, x); err != nil {
					t.Fatal(err)
				}
			}
		}
		data, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		r, err := calibration.Calibrate(context.Background(), data, calibration.Options{Priors: &none, Errors: calibration.NoErrors})
		if err != nil {
			t.Fatal(err)
		}
		for j, it := range r.Items {
			items[j] = *it.Item
		}
		fits, err := ScoreFits(matrix(t, items, table), Options{Nodes: 41, Parameters: ParameterCounts(items)})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fits {
			p = append(p, f.P)
		}
	}
	margin := 4 * math.Sqrt(0.05*0.95/float64(len(p)))
	share(t, "calibrated", p, 0.05-margin, 0.05+margin)
}

// One item guessed at, taken for a 2PL, among 20.
func TestScoreFitFindsAnItemThatDoesNotFit(t *testing.T) {
	rnd := seeded(2)
	var wrong []float64
	for range 10 {
		items := bank(rnd, 20, measure.TwoPL)
		items[0].B = []float64{0.5}
		truth := slices.Clone(items)
		truth[0].Model, truth[0].C = measure.ThreePL, 0.25
		fits, err := ScoreFits(matrix(t, items, answersTo(rnd, truth, normals(rnd, 1000))), Options{Nodes: 41})
		if err != nil {
			t.Fatal(err)
		}
		wrong = append(wrong, fits[0].P)
	}
	share(t, "guessed item", wrong, 0.9, 1)
}

func moment(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, math.Sqrt(sd)
}

// Two items share a second factor; the others do not.
func TestQ3FindsADependentPair(t *testing.T) {
	rnd := seeded(7)
	items := bank(rnd, 20, measure.TwoPL)
	thetas := normals(rnd, 1500)
	table := answersTo(rnd, items, thetas)
	for p, theta := range thetas {
		shared := 1.5 * rnd.NormFloat64()
		for _, j := range []int{3, 11} {
			table[p][j] = draw(rnd, &items[j], theta+shared)
		}
	}
	d := matrix(t, items, table)
	abilities, err := EAP(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Q3(d, abilities, Options{})
	if err != nil {
		t.Fatal(err)
	}
	above := r.Above(UsualLimits().Dependence)
	if len(above) != 1 || above[0].First != 3 || above[0].Second != 11 || r.Star != above[0].Adjusted {
		t.Errorf("pairs over the limit: %+v, Q3* %.3f", above, r.Star)
	}
	if math.Abs(r.Mean+1/19.0) > 0.02 {
		t.Errorf("mean Q3 %.4f, want about -1/19", r.Mean)
	}
}
