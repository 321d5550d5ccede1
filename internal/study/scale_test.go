package study

import (
	"io/fs"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"galien/content"
	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/measure"
	"galien/internal/measure/calibration"
)

func socle(t testing.TB) *framework.Framework {
	t.Helper()
	const name = "frameworks/socle-ns-1.2022.yaml"
	data, err := fs.ReadFile(content.FS(), name)
	if err != nil {
		t.Fatal(err)
	}
	fw, err := framework.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return fw
}

// The shares worked by hand: with variances .6, .2, .2, hours 6, 5, 5, 6, 6 and 4, 2, 3, 4, 2 competencies.
func TestACompetencysShareOfTheOneAbility(t *testing.T) {
	fw := socle(t)
	weights := []float64{6. / 28, 5. / 28, 5. / 28, 6. / 28, 6. / 28}
	sizes := []float64{4, 2, 3, 4, 2}
	total := 0.6
	for d, w := range weights {
		total += w * w * (0.2 + 0.2/sizes[d])
	}
	first := 0.6 + weights[0]*(0.2+0.2/4)
	got := placements(fw, assess.WholeExtent)[0]
	if want := first * first / total; math.Abs(got.rho-want) > 1e-12 || math.Abs(got.variance-1) > 1e-12 {
		t.Errorf("share %v of variance %v, want %v of 1", got.rho, got.variance, want)
	}
	inDomain := 0.8 + 0.2/4
	if got, want := placements(fw, assess.PartExtent)[0].rho, inDomain; math.Abs(got-want) > 1e-12 { // (.85)²/.85
		t.Errorf("share of the domain's ability %v, want %v", got, want)
	}
}

func TestTheChangeOfScaleAndItsInverseAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := placement{rho: rapid.Float64Range(0.3, 1).Draw(r, "rho"), variance: rapid.Float64Range(0.5, 2).Draw(r, "variance")}
		it := measure.Item{ID: "x", Model: measure.GPCM, A: rapid.Float64Range(0.1, 4).Draw(r, "a"),
			B: []float64{rapid.Float64Range(-4, 4).Draw(r, "b1"), rapid.Float64Range(-4, 4).Draw(r, "b2")}}
		one := p.oneDimension(it)
		back, ok := p.competency(calibration.Estimate{Item: &one})
		if !ok || math.Abs(back.A.Float()-it.A) > 2e-6 || math.Abs(back.B[0].Float()-it.B[0]) > 2e-6 || math.Abs(back.B[1].Float()-it.B[1]) > 2e-6 {
			r.Fatalf("%+v became %+v and came back as %+v, %v", it, one, back, ok)
		}
		step := one
		step.A += 1e-6
		moved, ok := p.competency(calibration.Estimate{Item: &step})
		se, _ := p.competency(calibration.Estimate{Item: &one, SE: &calibration.StandardErrors{A: 1, B: []float64{1, 1}}})
		slope := func(it measure.Item) float64 {
			return it.A / math.Sqrt(p.variance*(p.rho-logitK2*it.A*it.A*(1-p.rho)))
		}
		if want := (slope(step) - slope(one)) / 1e-6; ok && math.Abs(se.SE.A.Float()-want) > 1e-3*max(1, want) {
			r.Fatalf("the slope's error is multiplied by %v, want %v; %+v", se.SE.A.Float(), want, moved)
		}
	})
}

func TestASlopeThatNoCompetencyCanHaveIsSaidSo(t *testing.T) {
	p := placement{rho: 0.6, variance: 1}
	for _, a := range []float64{2.1, 50, math.Inf(1)} {
		if out, ok := p.competency(calibration.Estimate{Item: &measure.Item{Model: measure.TwoPL, A: a, B: []float64{0}}}); ok {
			t.Errorf("a slope of %v on the one ability became %+v", a, out)
		}
	}
}

// People whose fifteen abilities follow the framework's prior answer items of their competencies; the calibration on one
// ability, brought to the scales of the competencies, gives the items' parameters back. Left on the one ability, slopes come
// out a fifth too small and difficulties spread by as much.
func TestParametersAreRecoveredOnTheScaleOfTheCompetencies(t *testing.T) {
	fw, random := socle(t), rand.New(rand.NewPCG(11, 1))
	places := placements(fw, assess.WholeExtent)
	var truth []measure.Item
	var items []calibration.Item
	for dim := range fw.Dims() {
		for n := range 6 {
			it := measure.Item{ID: strconv.Itoa(dim) + "-" + strconv.Itoa(n), Model: measure.TwoPL, Dim: dim,
				A: math.Exp(0.25 * random.NormFloat64()), B: []float64{1.2 * random.NormFloat64()}}
			truth, items = append(truth, it), append(items, calibration.Item{ID: it.ID, Model: it.Model})
		}
	}
	data := simulated(t, fw, truth, items, 4000, random)
	r, err := calibration.Calibrate(t.Context(), data, calibration.Options{})
	if err != nil || !r.Converged {
		t.Fatalf("%v, %+v", err, r)
	}
	var slope, raw, difficulty, spread, location float64
	for i, e := range r.Items {
		p, ok := places[truth[i].Dim].competency(e)
		if !ok {
			t.Fatalf("item %s has no place", e.ID)
		}
		n := float64(len(truth))
		slope += math.Log(p.A.Float()/truth[i].A) / n
		raw += math.Log(e.Item.A/truth[i].A) / n
		difficulty += (p.B[0].Float() - truth[i].B[0]) / n
		spread += e.Item.B[0] * truth[i].B[0]
		location += truth[i].B[0] * truth[i].B[0]
	}
	t.Logf("log slopes off by %.3f, by %.3f on the one ability; difficulties by %.3f, spread there by %.3f", slope, raw, difficulty, spread/location)
	if math.Abs(slope) > 0.06 || math.Abs(difficulty) > 0.06 {
		t.Errorf("mean log slope off by %.3f, mean difficulty by %.3f", slope, difficulty)
	}
	if raw > -0.12 || spread/location < 1.1 {
		t.Errorf("the change of scale changes nothing: log slopes off by %.3f, spread %.3f", raw, spread/location)
	}
}

// simulated has each person answer 32 items, spread over the competencies.
func simulated(t testing.TB, fw *framework.Framework, truth []measure.Item, items []calibration.Item, persons int, random *rand.Rand) *calibration.Data {
	t.Helper()
	b, err := calibration.NewBuilder(items, 0)
	if err != nil {
		t.Fatal(err)
	}
	domains := fw.DomainOfDims()
	for person := range persons {
		general, own := random.NormFloat64(), make([]float64, len(fw.Domains))
		for d := range own {
			own[d] = random.NormFloat64()
		}
		ability := make([]float64, fw.Dims())
		for k := range ability {
			ability[k] = math.Sqrt(fw.Prior.General)*general + math.Sqrt(fw.Prior.Domain)*own[domains[k]] + math.Sqrt(fw.Prior.Competency)*random.NormFloat64()
		}
		for _, i := range random.Perm(len(truth))[:32] {
			score := 0
			if random.Float64() < truth[i].Probabilities(ability[truth[i].Dim], nil)[1] {
				score = 1
			}
			if err := b.Add(strconv.Itoa(person), truth[i].ID, score); err != nil {
				t.Fatal(err)
			}
		}
	}
	data, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
