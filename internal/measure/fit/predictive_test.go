package fit

import (
	"math"
	"slices"
	"testing"

	"galien/internal/measure"
)

// The predictions from the past hold their level in adaptive tests.
func TestPredictiveFitInAdaptiveTests(t *testing.T) {
	rnd := seeded(3)
	var p, z []float64
	for range 15 {
		d := adaptive(t, rnd, bank(rnd, 60, measure.TwoPL), nil, 1000, 20)
		for _, f := range predictiveFits(t, d, OnPast) {
			if f.Status == Computed {
				p, z = append(p, f.P), append(z, f.Z)
			}
		}
	}
	margin := 4 * math.Sqrt(0.05*0.95/float64(len(p)))
	share(t, "from the past", p, 0.05-margin, 0.05+margin)
	mean, sd := moment(z)
	t.Logf("Z: mean %.3f, SD %.3f", mean, sd)
	if math.Abs(mean) > 4/math.Sqrt(float64(len(z))) || math.Abs(sd-1) > 0.1 {
		t.Errorf("Z: mean %.3f, SD %.3f of %d, want 0 and 1", mean, sd, len(z))
	}
}

// A test that stops at the first wrong answer: what follows an answer tells what it was, and only
// the predictions from the past hold their level.
func TestPredictiveFitWhenAnswersEndTheTest(t *testing.T) {
	rnd := seeded(8)
	var past, rest []float64
	for range 30 {
		items := bank(rnd, 12, measure.TwoPL)
		table := make([][]int, 2000)
		for p, theta := range normals(rnd, len(table)) {
			table[p] = slices.Repeat([]int{-1}, len(items))
			for j := range items {
				if table[p][j] = draw(rnd, &items[j], theta); table[p][j] == 0 {
					break
				}
			}
		}
		d := matrix(t, items, table)
		for _, f := range predictiveFits(t, d, OnPast) {
			if f.Status == Computed {
				past = append(past, f.P)
			}
		}
		rest = append(rest, predictiveFits(t, d, OnRest)[0].P)
	}
	margin := 4 * math.Sqrt(0.05*0.95/float64(len(past)))
	share(t, "from the past", past, 0.05-margin, 0.05+margin)
	share(t, "from the rest", rest, 0.9, 1)
}

func predictiveFits(t testing.TB, d *Data, given Conditioning) []PredictiveFit {
	t.Helper()
	fits, err := PredictiveFits(d, given, Options{Nodes: 41})
	if err != nil {
		t.Fatal(err)
	}
	return fits
}

// Where chance chose the items, both hold their level.
func TestPredictiveFitOfRandomForms(t *testing.T) {
	for _, model := range []measure.Model{measure.TwoPL, measure.GPCM} {
		rnd := seeded(4)
		var past, rest []float64
		for range 10 {
			items := bank(rnd, 30, model)
			table := answersTo(rnd, items, normals(rnd, 1500))
			for _, row := range table {
				for _, j := range rnd.Perm(30)[:15] {
					row[j] = -1
				}
			}
			d := matrix(t, items, table)
			ofRest := predictiveFits(t, d, OnRest)
			for j, f := range predictiveFits(t, d, OnPast) {
				past, rest = append(past, f.P), append(rest, ofRest[j].P)
			}
		}
		margin := 4 * math.Sqrt(0.05*0.95/float64(len(past)))
		share(t, model.String()+" from the past", past, 0.05-margin, 0.05+margin)
		share(t, model.String()+" from the rest", rest, 0.05-margin, 0.05+margin)
	}
}

// One item has become easier by half a logit, another is guessed at.
func TestPredictiveFitFindsAdaptiveItemsThatDoNotFit(t *testing.T) {
	rnd := seeded(5)
	var easier, guessed []float64
	for range 10 {
		items := bank(rnd, 60, measure.TwoPL)
		items[0].B, items[1].B = []float64{0.2}, []float64{1}
		truth := slices.Clone(items)
		truth[0].B = []float64{-0.3}
		truth[1].Model, truth[1].C = measure.ThreePL, 0.3
		fits := predictiveFits(t, adaptive(t, rnd, items, truth, 2000, 20), OnPast)
		easier, guessed = append(easier, fits[0].P), append(guessed, fits[1].P)
		if !(fits[0].Z > 2) {
			t.Errorf("the easier item has Z %.2f", fits[0].Z)
		}
	}
	share(t, "easier", easier, 0.9, 1)
	share(t, "guessed", guessed, 0.9, 1)
}
