package fit

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/measure"
)

func restEAP(d *Data, item int, o Options) ([]float64, error) {
	r, err := NewRest(d, o)
	if err != nil {
		return nil, err
	}
	return r.EAP(item)
}

// An ability without an item is that of the same table with the item's column left out.
func TestRestAbilitiesAreThoseOfTheOtherItems(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items := bank(seeded(rapid.Uint64().Draw(rt, "seed")), rapid.IntRange(2, 6).Draw(rt, "items"),
			rapid.SampledFrom([]measure.Model{measure.ThreePL, measure.GPCM}).Draw(rt, "model"))
		table := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) []int { return drawRow(rt, items) }), 1, 12).Draw(rt, "table")
		o := Options{Population: measure.Normal{Mean: 0.3, SD: 1.2}, Nodes: 41}
		r, err := NewRest(matrix(t, items, table), o)
		if err != nil {
			rt.Fatal(err)
		}
		for j := range items {
			rest, err := r.EAP(j)
			if err != nil {
				rt.Fatal(err)
			}
			for p, answers := range table {
				if answers[j] < 0 {
					if !math.IsNaN(rest[p]) {
						rt.Errorf("item %d: person %d, who did not answer it, has %v", j, p, rest[p])
					}
					continue
				}
				others := slices.Clone(answers)
				others[j] = -1
				if want := alone(t, items, others, o); !(math.Abs(rest[p]-want) <= 1e-12) {
					rt.Errorf("item %d, person %d: %v, want %v", j, p, rest[p], want)
				}
			}
		}
	})
}

// drawRow draws the answers of a person, at least one.
func drawRow(rt *rapid.T, items []measure.Item) []int {
	answers := make([]int, len(items))
	for j := range items {
		answers[j] = rapid.IntRange(-1, items[j].Categories()-1).Draw(rt, "category")
	}
	if slices.Max(answers) < 0 {
		answers[0] = 0
	}
	return answers
}

// alone is the ability of a person, who may have answered nothing.
func alone(t testing.TB, items []measure.Item, answers []int, o Options) float64 {
	t.Helper()
	if slices.Max(answers) < 0 {
		return o.Population.Mean
	}
	means, err := EAP(matrix(t, items, [][]int{answers}), o)
	if err != nil {
		t.Fatal(err)
	}
	return means[0]
}

func benchmarkRest(b *testing.B, d *Data) {
	r, err := NewRest(d, Options{})
	if err != nil {
		b.Fatal(err)
	}
	item := 0
	run(b, func() error { _, err := r.EAP(item % d.Items()); item++; return err })
}

func BenchmarkRest(b *testing.B)       { benchmarkRest(b, large(b)) }
func BenchmarkRestSparse(b *testing.B) { benchmarkRest(b, sparse(b)) }

func BenchmarkNewRestSparse(b *testing.B) {
	d := sparse(b)
	run(b, func() error { _, err := NewRest(d, Options{}); return err })
}
