package calibration

import (
	"fmt"
	"math"
	"math/rand/v2"

	"galien/internal/measure"
)

// population is a group of simulated persons.
type population struct {
	name     string
	persons  int
	mean, sd float64
}

// mixedBank returns n items, the models going round.
func mixedBank(r *rand.Rand, n int, models ...measure.Model) []measure.Item {
	items := make([]measure.Item, n)
	common := math.Exp(0.1 + 0.3*r.NormFloat64())
	for j := range items {
		it := &items[j]
		it.ID, it.Model = fmt.Sprint("q", j), models[j%len(models)]
		it.A = clamp(math.Exp(0.1+0.3*r.NormFloat64()), 0.5, 2.2)
		b := 0.9 * r.NormFloat64()
		switch it.Model {
		case measure.OnePL:
			it.A, it.B = common, []float64{b}
		case measure.TwoPL:
			it.B = []float64{b}
		case measure.ThreePL:
			it.B, it.C = []float64{b}, 0.1+0.15*r.Float64()
		default:
			it.B = []float64{b - 0.9, b, b + 1}
		}
	}
	return items
}

// draw returns a score of a person of ability theta.
func draw(r *rand.Rand, it *measure.Item, theta float64) int {
	u := r.Float64()
	p := it.Probabilities(theta, nil)
	for k := range p {
		if u -= p[k]; u < 0 {
			return k
		}
	}
	return len(p) - 1
}

// simulate answers the items: each person answers each one with the given chance.
func simulate(t failer, r *rand.Rand, truth []measure.Item, declared []Item, chance float64, groups ...population) *Data {
	t.Helper()
	b, err := NewBuilder(declared, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		for i := range g.persons {
			person := fmt.Sprint(g.name, i)
			if err := b.Group(person, g.name); err != nil {
				t.Fatal(err)
			}
			theta := g.mean + g.sd*r.NormFloat64()
			for j := range truth {
				if r.Float64() < chance {
					if err := b.Add(person, truth[j].ID, draw(r, &truth[j], theta)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	d, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// declare returns the items to estimate.
func declare(truth []measure.Item) []Item {
	items := make([]Item, len(truth))
	for j := range truth {
		items[j] = Item{ID: truth[j].ID, Model: truth[j].Model, Categories: truth[j].Categories()}
	}
	return items
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// recovery sums the errors of one parameter over the items.
type recovery struct{ n, sum, squares float64 }

func (r *recovery) add(got, want float64) {
	r.n++
	r.sum += got - want
	r.squares += (got - want) * (got - want)
}

func (r *recovery) bias() float64 { return r.sum / r.n }
func (r *recovery) rmse() float64 { return math.Sqrt(r.squares / r.n) }

// slopesAndDifficulties compares the estimates with the truth.
func slopesAndDifficulties(r *Result, truth []measure.Item) (a, b recovery) {
	for j, it := range r.Items {
		if it.Status == Calibrated {
			a.add(it.Item.A, truth[j].A)
			for k := range it.Item.B {
				b.add(it.Item.B[k], truth[j].B[k])
			}
		}
	}
	return a, b
}

// failer is what tests, fuzz targets and rapid have in common.
type failer interface {
	Helper()
	Fatal(...any)
}
