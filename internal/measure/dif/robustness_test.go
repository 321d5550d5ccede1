package dif

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestStatuses(t *testing.T) {
	base := func() *Data { return simulate(400, 10, 0, false, 2) }
	cases := map[string]struct {
		change func(*Data)
		want   Status
	}{
		"a focal group of one": {func(d *Data) { clear(d.Focal); d.Focal[3] = true }, TooFew},
		"one group only":       {func(d *Data) { clear(d.Focal) }, TooFew},
		"everyone is right": {func(d *Data) {
			for i := range d.Items[0].Scores {
				d.Items[0].Scores[i] = 1
			}
		}, OneScore},
		"three scores": {func(d *Data) { d.Items[0].Top = 2 }, Polytomous},
		"groups that share no score": {func(d *Data) {
			for j := range d.Items {
				for i := range d.Items[j].Scores {
					d.Items[j].Scores[i] = 0
					if d.Focal[i] == (j < 5) {
						d.Items[j].Scores[i] = 1
					}
				}
			}
			for i := range d.Items[9].Scores { // totals 4 and 5
				d.Items[9].Scores[i] = 0
			}
		}, NoOverlap},
		"group splits the scores": {func(d *Data) {
			for i := range d.Items[0].Scores {
				d.Items[0].Scores[i] = 0
				if d.Focal[i] {
					d.Items[0].Scores[i] = 1
				}
			}
		}, Separated},
		"identical items": {func(d *Data) {
			for j := range d.Items {
				d.Items[j].Scores = d.Items[0].Scores
			}
		}, NoOverlap},
		"a single wrong answer": {func(d *Data) {
			for i := range d.Items[0].Scores {
				d.Items[0].Scores[i] = 1
			}
			d.Items[0].Scores[0] = 0
		}, Sparse},
	}
	for name, c := range cases {
		d := base()
		c.change(d)
		mh, _, err := MantelHaenszel(d, Options{Purify: true})
		if err != nil {
			t.Fatal(name, err)
		}
		if mh[0].Status != c.want {
			t.Errorf("%s: Mantel-Haenszel %v", name, mh[0].Status)
		}
		lr, _, err := Logistic(d, Options{Purify: true}, AnyDIF)
		if err != nil {
			t.Fatal(name, err)
		}
		if lr[0].Status == Tested && c.want != NoOverlap && c.want != Sparse {
			t.Errorf("%s: regression %+v", name, lr[0])
		}
		if mh[0].Class != 0 || lr[0].Any.Class != 0 && lr[0].Status != Tested {
			t.Errorf("%s: a class without a test", name)
		}
	}
}

// After an adaptive test an item was answered by some: its study is that of a set that
// holds only them.
func TestSparseAnswers(t *testing.T) {
	full := simulate(3000, 3, 0.6, true, 12)
	sparse := &Data{Focal: full.Focal, Ability: full.Ability, Items: []Item{{ID: "a0", Top: 1}, full.Items[1]}}
	only := &Data{Items: []Item{{ID: "a0", Top: 1}}}
	for i, score := range full.Items[0].Scores {
		if i%4 == 1 {
			sparse.Items[0].Persons = append(sparse.Items[0].Persons, int32(i))
			sparse.Items[0].Scores = append(sparse.Items[0].Scores, score)
			only.Focal, only.Ability = append(only.Focal, full.Focal[i]), append(only.Ability, full.Ability[i])
			only.Items[0].Scores = append(only.Items[0].Scores, score)
		}
	}
	got, _, err := MantelHaenszel(sparse, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := MantelHaenszel(only, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got[0] != want[0] || got[0].Status != Tested || got[0].Reference+got[0].Focal != 750 || got[1].Reference != 2000 {
		t.Errorf("%+v, of a set without the others %+v", got[0], want[0])
	}
	lr, _, err := Logistic(sparse, Options{}, Uniform)
	if err != nil {
		t.Fatal(err)
	}
	alone, _, err := Logistic(only, Options{}, Uniform)
	if err != nil {
		t.Fatal(err)
	}
	if lr[0] != alone[0] {
		t.Errorf("%+v, of a set without the others %+v", lr[0], alone[0])
	}
}

func TestInputErrors(t *testing.T) {
	cases := map[string]func(d *Data, o *Options){
		"no person":            func(d *Data, o *Options) { d.Focal = nil },
		"no item":              func(d *Data, o *Options) { d.Items = nil },
		"ability NaN":          func(d *Data, o *Options) { d.Ability = make([]float64, 50); d.Ability[3] = math.NaN() },
		"ability infinite":     func(d *Data, o *Options) { d.Ability = make([]float64, 50); d.Ability[3] = math.Inf(1) },
		"abilities missing":    func(d *Data, o *Options) { d.Ability = make([]float64, 2) },
		"score above the top":  func(d *Data, o *Options) { d.Items[1].Scores[4] = 2 },
		"negative score":       func(d *Data, o *Options) { d.Items[1].Scores[4] = -1 },
		"no score":             func(d *Data, o *Options) { d.Items[1].Scores = nil },
		"unknown person":       func(d *Data, o *Options) { d.Items[1].Persons = []int32{50}; d.Items[1].Scores = []int8{1} },
		"a person twice":       func(d *Data, o *Options) { d.Items[1].Persons = []int32{3, 3}; d.Items[1].Scores = []int8{1, 1} },
		"sparse on the total":  func(d *Data, o *Options) { d.Items[1].Persons = []int32{3}; d.Items[1].Scores = []int8{1} },
		"purified on ability":  func(d *Data, o *Options) { d.Ability = make([]float64, 50); o.Purify = true },
		"group of one allowed": func(d *Data, o *Options) { o.MinGroup = 1 },
		"one stratum":          func(d *Data, o *Options) { o.Strata = 1 },
		"level":                func(d *Data, o *Options) { o.Level = math.NaN() },
		"rounds":               func(d *Data, o *Options) { o.MaxRounds = -1 },
	}
	for name, change := range cases {
		d, o := simulate(50, 4, 0, false, 1), Options{}
		change(d, &o)
		if _, _, err := MantelHaenszel(d, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := Logistic(simulate(50, 4, 0, false, 1), Options{}, 3); err == nil {
		t.Error("unknown effect: no error")
	}
}

// Whatever the answers, every figure is finite, probabilities are probabilities, and
// exchanging the groups turns Delta and the differences round.
func TestAnyAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		persons, items := rapid.IntRange(4, 40).Draw(t, "persons"), rapid.IntRange(1, 5).Draw(t, "items")
		d, swapped := &Data{}, &Data{}
		for range persons {
			focal := rapid.Bool().Draw(t, "focal")
			d.Focal, swapped.Focal = append(d.Focal, focal), append(swapped.Focal, !focal)
		}
		if rapid.Bool().Draw(t, "by ability") {
			d.Ability = rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), persons, persons).Draw(t, "ability")
			swapped.Ability = d.Ability
		}
		for range items {
			top := rapid.IntRange(1, 2).Draw(t, "top")
			scores := rapid.SliceOfN(rapid.Int8Range(0, int8(top)), persons, persons).Draw(t, "scores")
			d.Items = append(d.Items, Item{ID: "q", Top: top, Scores: scores})
		}
		swapped.Items = d.Items
		o := Options{MinGroup: 2, Purify: d.Ability == nil}
		mh, _, err := MantelHaenszel(d, o)
		if err != nil {
			t.Fatal(err)
		}
		back, _, err := MantelHaenszel(swapped, o)
		if err != nil {
			t.Fatal(err)
		}
		lr, _, err := Logistic(d, o, AnyDIF)
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := Mantel(d, o)
		if err != nil {
			t.Fatal(err)
		}
		for j := range mh {
			for _, x := range []float64{mh[j].Alpha, mh[j].Delta, mh[j].SE, mh[j].ChiSquare, mh[j].Uncorrected, mh[j].Difference,
				mh[j].Homogeneity.ChiSquare, lr[j].Any.ChiSquare, lr[j].Any.DeltaR2, lr[j].Favour, m[j].ChiSquare, m[j].Difference, m[j].Effect} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("not finite: %+v %+v %+v", mh[j], lr[j], m[j])
				}
			}
			for _, p := range []float64{mh[j].P, mh[j].UncorrectedP, mh[j].Homogeneity.P, lr[j].Any.P, lr[j].NonUniform.P, m[j].P} {
				if !(p >= 0 && p <= 1) {
					t.Fatalf("not a probability: %+v %+v %+v", mh[j], lr[j], m[j])
				}
			}
			if mh[j].Status != back[j].Status || math.Abs(mh[j].Delta+back[j].Delta) > 1e-9*(1+math.Abs(mh[j].Delta)) ||
				math.Abs(mh[j].ChiSquare-back[j].ChiSquare) > 1e-9*(1+mh[j].ChiSquare) {
				t.Fatalf("groups exchanged: %+v, %+v", mh[j], back[j])
			}
		}
	})
}
