package fit

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"galien/internal/measure"
)

func TestPersonsAreThoseOfMirt(t *testing.T) {
	eachCalibration(t, func(t *testing.T, d *Data, f fitted, o Options, tolerance float64) {
		abilities, err := EAP(d, o)
		if err != nil {
			t.Fatal(err)
		}
		at := make([]Ability, len(abilities))
		for p, theta := range abilities {
			at[p] = Ability{Theta: theta, Method: PosteriorMean}
		}
		fits, err := PersonFits(d, at)
		if err != nil {
			t.Fatal(err)
		}
		for p := range f.Persons.Zh {
			within(t, fmt.Sprint("lz of person ", p+1), fits[p].LZ, f.Persons.Zh[p], tolerance)
			if slices.ContainsFunc(d.items, func(it measure.Item) bool { return raised(&it, abilities[p:p+1]) }) {
				continue
			}
			within(t, fmt.Sprint("outfit of person ", p+1), fits[p].Outfit, f.Persons.Outfit[p], tolerance)
			within(t, fmt.Sprint("infit of person ", p+1), fits[p].Infit, f.Persons.Infit[p], tolerance)
			if !math.IsNaN(fits[p].LZStar) {
				t.Errorf("lz* is given for a posterior mean")
			}
		}
	})
}

// The formulas are the same, and the abilities are given: only rounding is left.
func TestPersonFitReference(t *testing.T) {
	type atAbility struct{ L0, LZ, Outfit, Infit []float64 }
	var file struct {
		Sets map[string]struct {
			Items   [][3]float64
			X       [][]int
			WL      []*float64 `json:"theta_WL"`
			MAP     []*float64 `json:"theta_MAP"`
			ML      []*float64 `json:"theta_ML"`
			AtWL    atAbility  `json:"lz_at_WL"`
			AtMAP   atAbility  `json:"lz_at_MAP"`
			StarWL  []*float64 `json:"lzstar_WL"`
			StarMAP []*float64 `json:"lzstar_MAP"`
			StarML  []*float64 `json:"lzstar_ML"`
		}
	}
	load(t, "person_fit.json", &file)
	set := file.Sets["2pl"]
	var items []measure.Item
	for j, v := range set.Items {
		items = append(items, measure.Item{ID: fmt.Sprint("q", j+1), Model: measure.TwoPL, A: v[0], B: v[1:2]})
	}
	d, err := Matrix(items, set.X)
	if err != nil {
		t.Fatal(err)
	}
	const tolerance = 1e-11
	for _, c := range []struct {
		method Method
		theta  []*float64
		at     *atAbility
		star   []*float64
	}{{WLE, set.WL, &set.AtWL, set.StarWL}, {MAP, set.MAP, &set.AtMAP, set.StarMAP}, {ML, set.ML, nil, set.StarML}} {
		abilities := make([]Ability, len(c.theta))
		for p, theta := range c.theta {
			abilities[p] = Ability{Theta: math.NaN(), Method: c.method, Prior: measure.Normal{SD: 1}}
			if theta != nil {
				abilities[p].Theta = *theta
			}
		}
		fits, err := PersonFits(d, abilities)
		if err != nil {
			t.Fatal(err)
		}
		for p, f := range fits {
			name := fmt.Sprintf("method %d, person %d: ", c.method, p+1)
			if c.star[p] == nil {
				if !math.IsNaN(f.LZStar) {
					t.Errorf("%slz* %v without an ability", name, f.LZStar)
				}
				continue
			}
			within(t, name+"lz*", f.LZStar, *c.star[p], tolerance)
			if c.at != nil {
				within(t, name+"l0", f.LogLikelihood, c.at.L0[p], tolerance)
				within(t, name+"lz", f.LZ, c.at.LZ[p], tolerance)
				within(t, name+"outfit", f.Outfit, c.at.Outfit[p], tolerance)
				within(t, name+"infit", f.Infit, c.at.Infit[p], tolerance)
			}
		}
	}
}

// warm solves Warm's equation by bisection.
func warm(d *Data, person int) float64 {
	low, high := -8.0, 8.0
	for range 30 {
		theta := (low + high) / 2
		var sum moments
		score := 0.0
		for _, a := range d.answersOf(person) {
			it := &d.items[a.item()]
			m := momentsOf(it, theta, a.category())
			sum.add(&m)
			_, d1, _ := it.LogProbability(theta, a.category())
			score += d1
		}
		if score+sum.j/(2*sum.information) > 0 {
			low = theta
		} else {
			high = theta
		}
	}
	return (low + high) / 2
}

// lz* has the spread of N(0, 1) where that of lz is too small. Its mean is 0 only as the test
// gets long: with 40 items it is about 0.1.
func TestCorrectedPersonFitIsNearlyStandardNormal(t *testing.T) {
	for _, model := range []measure.Model{measure.TwoPL, measure.GPCM} {
		rnd := seeded(6)
		items := bank(rnd, 40, model)
		d := matrix(t, items, answersTo(rnd, items, normals(rnd, 1000)))
		abilities := make([]Ability, d.Persons())
		for p := range abilities {
			abilities[p] = Ability{Theta: warm(d, p), Method: WLE}
		}
		fits, err := PersonFits(d, abilities)
		if err != nil {
			t.Fatal(err)
		}
		var raw, corrected []float64
		for _, f := range fits {
			raw, corrected = append(raw, f.LZ), append(corrected, f.LZStar)
		}
		mean, sd := moment(corrected)
		rawMean, rawSD := moment(raw)
		t.Logf("%v: lz mean %.3f SD %.3f; lz* mean %.3f SD %.3f", model, rawMean, rawSD, mean, sd)
		if math.Abs(mean) > 0.2 || math.Abs(sd-1) > 0.07 || rawSD > sd-0.05 {
			t.Errorf("%v: lz* mean %.3f, SD %.3f (lz %.3f), want 0 and 1", model, mean, sd, rawSD)
		}
	}
}

// In adaptive tests lz* finds hardly anyone; the sequential fit holds its level, and finds those
// who answered the first half far under their ability.
func TestPersonFitInAdaptiveTests(t *testing.T) {
	rnd := seeded(9)
	items := bank(rnd, 200, measure.TwoPL)
	d := adaptive(t, rnd, items, nil, 2000, 32)
	sequential, err := SequentialFits(d, Options{Nodes: 41})
	if err != nil {
		t.Fatal(err)
	}
	mean, sd := moment(sequential)
	low := shareUnder(sequential, -1.645)
	t.Logf("sequential: mean %.3f, SD %.3f, %.3f low", mean, sd, low)
	if math.Abs(mean) > 0.1 || math.Abs(sd-1) > 0.08 || math.Abs(low-0.05) > 0.02 {
		t.Errorf("sequential: mean %.3f, SD %.3f, %.3f low, want 0, 1 and 0.05", mean, sd, low)
	}
	var corrected []float64
	for p := range 500 {
		fit, err := Person(d.responses(p), Ability{Theta: warm(d, p), Method: WLE})
		if err != nil {
			t.Fatal(err)
		}
		corrected = append(corrected, fit.LZStar)
	}
	if low := shareUnder(corrected, -1.645); low > 0.025 {
		t.Errorf("lz*: %.3f low: the documentation says that it is far under 0.05", low)
	}
	d = adaptiveOf(t, rnd, items, 500, 32, func(j, n int, theta float64) int {
		if n < 16 {
			theta -= 3
		}
		return draw(rnd, &items[j], theta)
	})
	if sequential, err = SequentialFits(d, Options{Nodes: 41}); err != nil {
		t.Fatal(err)
	}
	if low := shareUnder(sequential, -1.645); low < 0.7 {
		t.Errorf("%.3f of those who change are low", low)
	}
}

func shareUnder(v []float64, limit float64) float64 {
	under := 0
	for _, x := range v {
		if x < limit {
			under++
		}
	}
	return float64(under) / float64(len(v))
}

// When the population is a point there is nothing to learn from the past: it is lz at that point.
func TestTheSequentialFitOfAPointIsLZ(t *testing.T) {
	rnd := seeded(19)
	items := bank(rnd, 5, measure.GPCM)
	d := matrix(t, items, answersTo(rnd, items, normals(rnd, 20)))
	sequential, err := SequentialFits(d, Options{Population: measure.Normal{Mean: 0.4, SD: 1e-9}})
	if err != nil {
		t.Fatal(err)
	}
	for p, got := range sequential {
		want, err := Person(d.responses(p), Ability{Theta: 0.4, Method: PosteriorMean})
		if err != nil {
			t.Fatal(err)
		}
		within(t, fmt.Sprint("person ", p+1), got, want.LZ, 1e-7)
	}
}
