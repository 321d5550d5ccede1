package fit

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"galien/internal/measure"
)

// reference is what classic_fit.json holds of a data set.
type reference struct {
	CTT struct {
		Mean      []float64
		ItemTotal []float64 `json:"item_total_r"`
		ItemRest  []float64 `json:"item_rest_r"`
		Alpha     float64
		TotalMean float64 `json:"total_mean"`
		TotalSD   float64 `json:"total_sd"`
	}
	Fits map[string]fitted
}

type fitted struct {
	Items     [][]float64 `json:"irt_items"`
	LatentVar float64     `json:"latent_var"`
	SX2       struct {
		X2, P, RMSEA []float64
		DF           []int
	} `json:"S_X2"`
	Infit *struct {
		Outfit, Infit []float64
		ZOutfit       []float64 `json:"z.outfit"`
		ZInfit        []float64 `json:"z.infit"`
	}
	Q3      [][]float64                           `json:"Q3_EAP"`
	Persons struct{ Outfit, Infit, Zh []float64 } `json:"personfit_first20"`
	EAP     []float64                             `json:"eap_first20"`
}

func load(t testing.TB, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// scores reads a table of scores, the lowest one as 0.
func scores(t testing.TB, name string) [][]int {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	table, lowest := make([][]int, len(rows)-1), math.MaxInt
	for i, row := range rows[1:] {
		for _, s := range row {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			table[i] = append(table[i], n)
			lowest = min(lowest, n)
		}
	}
	for _, row := range table {
		for j := range row {
			row[j] -= lowest
		}
	}
	return table
}

// items takes the parameters of a calibration by mirt: a, b, g and u of two categories, a and the
// difficulties of more.
func (f fitted) items(model measure.Model) []measure.Item {
	items := make([]measure.Item, len(f.Items))
	for j, v := range f.Items {
		items[j] = measure.Item{ID: fmt.Sprint("q", j+1), Model: model, A: v[0], B: v[1:]}
		if model <= measure.FourPL {
			items[j].B = v[1:2]
		}
		if model == measure.ThreePL {
			items[j].C = v[2]
		}
	}
	return items
}

func within(t interface {
	Helper()
	Errorf(string, ...any)
}, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s: %.12g, want %.12g (off by %.2g)", name, got, want, got-want)
	}
}

// calibrations are those of classic_fit.json. The tolerance is that of the printed parameters;
// for the Rasch model of the verbal aggression data it is that of mirt's nodes, which end at 6,
// that is at 4.3 standard deviations of its population.
var calibrations = []struct {
	set, fit string
	model    measure.Model
	within   float64 // tolerance
}{
	{"lsat7", "mirt_Rasch", measure.TwoPL, 1e-6},
	{"lsat7", "mirt_1PL", measure.TwoPL, 1e-6},
	{"lsat7", "mirt_2PL", measure.TwoPL, 1e-6},
	{"lsat7", "mirt_3PL", measure.ThreePL, 1e-6},
	{"verbagg", "mirt_Rasch", measure.TwoPL, 2e-3},
	{"verbagg", "mirt_1PL", measure.TwoPL, 1e-6},
	{"verbagg", "mirt_2PL", measure.TwoPL, 1e-6},
	{"science", "mirt_graded", measure.GRM, 1e-6},
	{"science", "mirt_gpcm", measure.GPCM, 1e-6},
}

func eachCalibration(t *testing.T, do func(t *testing.T, d *Data, f fitted, o Options, tolerance float64)) {
	var all map[string]reference
	load(t, "classic_fit.json", &all)
	for _, c := range calibrations {
		t.Run(c.set+" "+c.fit, func(t *testing.T) {
			f := all[c.set].Fits[c.fit]
			items := f.items(c.model)
			d, err := Matrix(items, scores(t, c.set))
			if err != nil {
				t.Fatal(err)
			}
			o := Options{Population: measure.Normal{SD: math.Sqrt(f.LatentVar)}, Nodes: 121, Parameters: ParameterCounts(items)}
			if c.fit == "mirt_Rasch" { // the slope is 1, the variance of the population is estimated
				for j := range o.Parameters {
					o.Parameters[j] = 2
				}
			}
			do(t, d, f, o, c.within)
		})
	}
}

func TestAbilitiesAreThoseOfMirt(t *testing.T) {
	eachCalibration(t, func(t *testing.T, d *Data, f fitted, o Options, tolerance float64) {
		abilities, err := EAP(d, o)
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range f.EAP {
			within(t, fmt.Sprint("EAP of person ", p+1), abilities[p], want, tolerance)
		}
	})
}

// Items of several categories are left out: mirt merges their cells in a way of its own, adding
// up categories that are not the same. Their expected counts are checked by enumeration.
func TestScoreFitsAreThoseOfMirt(t *testing.T) {
	eachCalibration(t, func(t *testing.T, d *Data, f fitted, o Options, _ float64) {
		if d.items[0].Categories() > 2 {
			t.Skip("more than two categories")
		}
		fits, err := ScoreFits(d, o)
		if err != nil {
			t.Fatal(err)
		}
		for j, s := range fits {
			if s.DF != f.SX2.DF[j] {
				t.Errorf("%s: %d degrees of freedom, want %d", s.Item, s.DF, f.SX2.DF[j])
			}
			within(t, s.Item+" S-X²", s.X2, f.SX2.X2[j], 1e-6)
			within(t, s.Item+" p", s.P, f.SX2.P[j], 1e-6)
			within(t, s.Item+" RMSEA", s.RMSEA, f.SX2.RMSEA[j], 1e-6)
		}
	})
}

// raised tells whether mirt raises a variance of the item, which it does under √1e-5: mean
// squares are then not the same. It happens with two items and one person.
func raised(it *measure.Item, abilities []float64) bool {
	return slices.ContainsFunc(abilities, func(theta float64) bool {
		_, variance, _ := scoreMoments(it, theta)
		return variance*variance < 1e-5
	})
}

func TestMeanSquaresOfItemsAreThoseOfMirt(t *testing.T) {
	eachCalibration(t, func(t *testing.T, d *Data, f fitted, o Options, tolerance float64) {
		if f.Infit == nil {
			t.Skip("no reference")
		}
		abilities, err := EAP(d, o)
		if err != nil {
			t.Fatal(err)
		}
		all, err := ItemSquares(d, abilities)
		if err != nil {
			t.Fatal(err)
		}
		for j, m := range all {
			if raised(&d.items[j], abilities) {
				continue
			}
			within(t, m.Item+" outfit", m.Outfit, f.Infit.Outfit[j], tolerance)
			within(t, m.Item+" infit", m.Infit, f.Infit.Infit[j], tolerance)
			within(t, m.Item+" z outfit", m.ZOutfit, f.Infit.ZOutfit[j], tolerance)
			within(t, m.Item+" z infit", m.ZInfit, f.Infit.ZInfit[j], tolerance)
		}
	})
}

func TestQ3IsThatOfMirt(t *testing.T) {
	eachCalibration(t, func(t *testing.T, d *Data, f fitted, o Options, tolerance float64) {
		abilities, err := EAP(d, o)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Q3(d, abilities, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range r.Pairs {
			within(t, fmt.Sprintf("Q3 of %d and %d", pair.First, pair.Second), pair.Q3, f.Q3[pair.First][pair.Second], tolerance)
		}
	})
}

func TestClassicalStatistics(t *testing.T) {
	var all map[string]reference
	load(t, "classic_fit.json", &all)
	for set, model := range map[string]measure.Model{"lsat7": measure.TwoPL, "verbagg": measure.TwoPL, "science": measure.GRM} {
		want := all[set].CTT
		fit := map[string]string{"lsat7": "mirt_2PL", "verbagg": "mirt_2PL", "science": "mirt_graded"}[set]
		d, err := Matrix(all[set].Fits[fit].items(model), scores(t, set))
		if err != nil {
			t.Fatal(err)
		}
		r := Classical(d)
		within(t, set+" alpha", r.Alpha, want.Alpha, 1e-12)
		within(t, set+" mean", r.ScoreMean, want.TotalMean, 1e-12)
		within(t, set+" SD", r.ScoreSD, want.TotalSD, 1e-12)
		for j, it := range r.Items {
			within(t, set+" mean", it.Mean, want.Mean[j], 1e-12)
			within(t, set+" item-total", it.Total, want.ItemTotal[j], 1e-12)
			within(t, set+" item-rest", it.Rest, want.ItemRest[j], 1e-12)
		}
	}
}
