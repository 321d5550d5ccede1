package fit

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/measure"
)

// patterns calls visit with every pattern of answers to items.
func patterns(items []measure.Item, visit func([]int)) {
	pattern := make([]int, len(items))
	for {
		visit(pattern)
		j := 0
		for j < len(items) && pattern[j] == items[j].Categories()-1 {
			pattern[j] = 0
			j++
		}
		if j == len(items) {
			return
		}
		pattern[j]++
	}
}

func TestTheScoreDistributionIsThatOfEnumeration(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rnd := seeded(rapid.Uint64().Draw(rt, "seed"))
		var items []measure.Item
		for range rapid.IntRange(1, 6).Draw(rt, "items") {
			items = append(items, bank(rnd, 1, rapid.SampledFrom([]measure.Model{measure.TwoPL, measure.ThreePL, measure.GRM}).Draw(rt, "model"))...)
		}
		theta := rapid.Float64Range(-3, 3).Draw(rt, "theta")
		p := make([][]float64, len(items))
		top := 0
		for j := range items {
			p[j] = items[j].Probabilities(theta, nil)
			top += items[j].Categories() - 1
		}
		want := make([]float64, top+1)
		without := make([][]float64, len(items))
		for j := range items {
			without[j] = make([]float64, top+2-items[j].Categories())
		}
		patterns(items, func(pattern []int) {
			score, likelihood := 0, 1.0
			for j, k := range pattern {
				score += k
				likelihood *= p[j][k]
			}
			want[score] += likelihood
			for j, k := range pattern {
				without[j][score-k] += likelihood // summed over the categories of j
			}
		})
		for s, v := range fold([]float64{1}, p) {
			within(rt, fmt.Sprint("score ", s), v, want[s], 1e-13)
		}
		seen := 0
		eachWithout(p, []float64{1}, 0, func(item int, score []float64) {
			seen++
			for s, v := range score {
				within(rt, fmt.Sprint("without ", item, ", score ", s), v, without[item][s], 1e-13)
			}
		})
		if seen != len(items) {
			rt.Fatalf("%d items of %d are left out", seen, len(items))
		}
	})
}

// The expected counts, from the probabilities of all patterns.
func TestExpectedCountsAreThoseOfEnumeration(t *testing.T) {
	rnd := seeded(11)
	var items []measure.Item
	for n, model := range []measure.Model{measure.TwoPL, measure.GRM, measure.ThreePL, measure.GPCM} {
		items = append(items, bank(rnd, 1, model)...)
		items[n].ID = fmt.Sprint("q", n)
	}
	d := matrix(t, items, answersTo(rnd, items, normals(rnd, 500)))
	o, err := Options{Population: measure.Normal{Mean: 0.3, SD: 1.2}}.complete(d)
	if err != nil {
		t.Fatal(err)
	}
	nodes := newQuadrature(o.Population, o.Nodes)
	f := d.forms()[0]
	tables := d.scoreTables(&f, nodes.weight, d.curves(nodes.theta))

	persons := map[int]float64{}
	for p := range d.Persons() {
		score := 0
		for _, a := range d.answersOf(p) {
			score += a.category()
		}
		persons[score]++
	}
	type cell struct{ item, score, category int }
	joint, marginal := map[cell]float64{}, map[int]float64{}
	patterns(items, func(pattern []int) {
		score, probability := 0, 0.0
		for _, k := range pattern {
			score += k
		}
		for q, theta := range nodes.theta {
			likelihood := nodes.weight[q]
			for j, k := range pattern {
				log, _, _ := items[j].LogProbability(theta, k)
				likelihood *= math.Exp(log)
			}
			probability += likelihood
		}
		marginal[score] += probability
		for j, k := range pattern {
			joint[cell{j, score, k}] += probability
		}
	})
	for j, table := range tables {
		for s, row := range table {
			for k, got := range row.expected {
				want := persons[s] * joint[cell{j, s, k}] / marginal[s]
				within(t, fmt.Sprintf("item %d, score %d, category %d", j, s, k), got, want, 1e-10)
			}
		}
	}
}

func row(observed, expected []float64) scoreRow {
	r := scoreRow{observed: observed, expected: expected}
	for _, o := range observed {
		r.persons += int(o)
	}
	return r
}

// Worked by hand. Score 1 expects 0.5 in a cell and joins score 2; then nothing is under 1. X² =
// (9-8.5)²/8.5 + (5-5.5)²/5.5 + (2-3)²/3 + (8-7)²/7, with two rows of two cells.
func TestSparseScoresAreMerged(t *testing.T) {
	table := scoreTable{
		row([]float64{5, 0}, []float64{5, 0}),
		row([]float64{3, 1}, []float64{3.5, 0.5}),
		row([]float64{6, 4}, []float64{5, 5}),
		row([]float64{2, 8}, []float64{3, 7}),
		row([]float64{0, 0}, []float64{0, 0}),
		row([]float64{0, 7}, []float64{0, 7}),
	}
	rows := table.mergeScores()
	x2, free := distance(rows)
	want := 0.25/8.5 + 0.25/5.5 + 1/3.0 + 1/7.0
	within(t, "X²", x2, want, 1e-14)
	if len(rows) != 2 || free != 2 || rows[0].persons != 14 {
		t.Errorf("%d rows, %d free cells: %+v", len(rows), free, rows)
	}
}

func TestSparseCategoriesAreMerged(t *testing.T) {
	for _, c := range []struct{ observed, expected, wantObserved, wantExpected []float64 }{
		{[]float64{1, 2, 3}, []float64{2, 2, 2}, []float64{1, 2, 3}, []float64{2, 2, 2}},
		{[]float64{1, 2, 3}, []float64{0.5, 2.5, 3}, []float64{3, 3}, []float64{3, 3}},
		{[]float64{1, 2, 3}, []float64{3, 2.5, 0.5}, []float64{1, 5}, []float64{3, 3}},
		{[]float64{0, 1, 0}, []float64{0.2, 0.3, 0.5}, []float64{1}, []float64{1}},
		{[]float64{0, 0, 0}, []float64{0.2, 0.3, 0.4}, nil, nil},
	} {
		r := row(c.observed, c.expected)
		observed, expected := r.mergeCategories()
		if fmt.Sprint(observed) != fmt.Sprint(c.wantObserved) || fmt.Sprint(expected) != fmt.Sprint(c.wantExpected) {
			t.Errorf("%v, %v give %v, %v", c.observed, c.expected, observed, expected)
		}
	}
}

// Whatever the table, cells expect at least 1, and nobody is lost but those with the lowest and
// the highest score.
func TestMergedCellsExpectOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var table scoreTable
		categories := rapid.IntRange(2, 4).Draw(rt, "categories")
		for range rapid.IntRange(2, 12).Draw(rt, "scores") {
			observed, expected := make([]float64, categories), make([]float64, categories)
			persons := rapid.IntRange(0, 9).Draw(rt, "persons")
			for range persons {
				observed[rapid.IntRange(0, categories-1).Draw(rt, "category")]++
			}
			share := rapid.Float64Range(0, 1).Draw(rt, "share")
			expected[0], expected[categories-1] = share*float64(persons), (1-share)*float64(persons)
			table = append(table, row(observed, expected))
		}
		inside := 0
		for _, r := range table[1 : len(table)-1] {
			inside += r.persons
		}
		rows := table.mergeScores()
		kept := 0
		for i := range rows {
			kept += rows[i].persons
			_, expected := rows[i].mergeCategories()
			if len(expected) < 2 {
				rt.Errorf("a row of %d cells", len(expected))
			}
			for _, e := range expected {
				if e < 1 {
					rt.Errorf("a cell expects %v", e)
				}
			}
		}
		if rows != nil && kept != inside {
			rt.Errorf("%d persons of %d", kept, inside)
		}
	})
}

// Two forms: the statistics of each are added, and an item of both has twice the rows.
func TestFormsAreAdded(t *testing.T) {
	rnd := seeded(12)
	items := bank(rnd, 12, measure.TwoPL)
	table := answersTo(rnd, items, normals(rnd, 2001))
	for p, row := range table {
		first, last := 8, 12
		switch {
		case p == 2000: // alone on a form
			first, last = 0, 2
		case p%2 == 1:
			first, last = 0, 4
		}
		for j := first; j < last; j++ {
			row[j] = -1
		}
	}
	fits, err := ScoreFits(matrix(t, items, table), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []int{1000, 1000, 1000, 1000, 2000, 2000, 2000, 2000, 1000, 1000, 1000, 1000} {
		if fits[j].Status != Computed || fits[j].Persons != want {
			t.Errorf("%s: %v, %d persons, want %d", fits[j].Item, fits[j].Status, fits[j].Persons, want)
		}
	}
	if !(fits[5].DF > fits[0].DF) {
		t.Errorf("%d and %d degrees of freedom", fits[5].DF, fits[0].DF)
	}
	alone := adaptive(t, rnd, items, nil, 300, 5)
	fits, err = ScoreFits(alone, Options{MinimumPersons: 300})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fits {
		if f.Status != NoCommonForm || !math.IsNaN(f.X2) || !math.IsNaN(f.P) {
			t.Errorf("adaptive: %+v", f)
		}
	}
}
