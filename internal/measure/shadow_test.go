package measure

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
)

// positioning is a framework of 15 competencies in 5 domains of 3, with the prior,
// the reported scores and the blueprint of a positioning test of the given length.
type positioning struct {
	prior     Prior
	whole     Score
	objective Objective
	blueprint Blueprint
}

func newPositioning(length int) positioning {
	domainOf := make([]int, 15)
	whole := Score{Name: "whole", Weights: make([]float64, 15), Importance: 1}
	p := positioning{blueprint: Blueprint{Length: length, FamilyMax: 1}}
	for d, hours := range []float64{6, 5, 5, 6, 6} {
		domain := Score{Name: fmt.Sprint(d + 1), Weights: make([]float64, 15), Importance: 0.2}
		g := Group{Name: domain.Name, Min: length / 6, Max: length/4 + 1}
		for k := 3 * d; k < 3*d+3; k++ {
			domainOf[k] = d
			domain.Weights[k] = 1.0 / 3
			whole.Weights[k] = hours / 28 / 3
			g.Dims = append(g.Dims, k)
			p.blueprint.Groups = append(p.blueprint.Groups, Group{Name: fmt.Sprintf("%d.%d", d+1, k-3*d+1), Dims: []int{k}, Min: 1, Max: 3})
		}
		p.objective = append(p.objective, domain)
		p.blueprint.Groups = append(p.blueprint.Groups, g)
	}
	p.whole = whole
	p.objective = append(p.objective, whole)
	p.prior = Hierarchical(domainOf, 0.5, 0.2, 0.3)
	return p
}

// expertBank has perCompetency items on each of the 15 competencies, with the
// parameters an author's four levels give, and some spread.
func expertBank(t testing.TB, bp Blueprint, seed uint64, perCompetency int) *Bank {
	t.Helper()
	return newBank(t, expertItems(seed, perCompetency), bp)
}

// familyBank is expertBank with families of two.
func familyBank(t testing.TB, bp Blueprint, seed uint64, perCompetency int) *Bank {
	t.Helper()
	items := expertItems(seed, perCompetency)
	for i := range items {
		items[i].Family = fmt.Sprintf("%d-%d", items[i].Dim, i%perCompetency/2)
	}
	return newBank(t, items, bp)
}

func newBank(t testing.TB, items []Item, bp Blueprint) *Bank {
	t.Helper()
	bank, err := NewBank(items, bp)
	if err != nil {
		t.Fatal(err)
	}
	return bank
}

func expertItems(seed uint64, perCompetency int) []Item {
	r := random(seed)
	var items []Item
	for k := range 15 {
		for n := range perCompetency {
			level := [4]float64{-1.2, -0.4, 0.4, 1.2}[(n+k)%4]
			items = append(items, Item{
				ID: fmt.Sprintf("%d-%d", k, n), Model: TwoPL, Dim: k,
				A: math.Exp(0.15 * r.NormFloat64()), B: []float64{level + 0.2*(2*r.Float64()-1)},
			})
		}
	}
	return items
}

// The value of an item is the drop of the weighted variance under a normal
// observation, here found again by inverting matrices.
func TestValueIsTheDropOfTheWeightedVariance(t *testing.T) {
	r := random(7)
	p := newPositioning(30)
	bank := expertBank(t, p.blueprint, 8, 5)
	post := posterior(t, p.prior, randomResponses(r, 15, 10, TwoPL))
	values, err := bank.values(post, p.objective, []int{3}, func(i int) bool { return i == 4 })
	if err != nil {
		t.Fatal(err)
	}
	weighted := func(cov []float64) float64 {
		sum := 0.0
		for _, s := range p.objective {
			for i, wi := range s.Weights {
				for j, wj := range s.Weights {
					sum += s.Importance * wi * wj * cov[i*15+j]
				}
			}
		}
		return sum
	}
	for i := range bank.Len() {
		it := bank.Item(i)
		k := it.Dim
		precision := inverse(post.cov, 15)
		precision[k*16] += it.expectedInformation(post.mean[k], math.Sqrt(post.cov[k*16]))
		want := weighted(post.cov) - weighted(inverse(precision, 15))
		if i == 3 || i == 4 {
			want = 0
		}
		near(t, fmt.Sprintf("value of item %d", i), values[i], want, 1e-12)
	}
}

func TestExpectedInformationIsThePosteriorAverage(t *testing.T) {
	it := Item{ID: "q", Model: TwoPL, A: 1.3, B: []float64{0.4}}
	for _, sd := range []float64{0.2, 0.5, 1} {
		sum, weights := 0.0, 0.0
		for z := -8.0; z <= 8; z += 1.0 / 64 {
			w := math.Exp(-z * z / 2)
			sum += w * it.Information(-0.3+sd*z)
			weights += w
		}
		near(t, fmt.Sprintf("average over SD %v", sd), it.expectedInformation(-0.3, sd), sum/weights, 0.004)
	}
}

// The blueprint holds at the end whatever was answered on the way: an exam never
// runs out of items.
func TestAnAdaptiveTestEndsOnTheBlueprint(t *testing.T) {
	p := newPositioning(30)
	bank := expertBank(t, p.blueprint, 9, 5)
	r := random(10)
	for range 20 {
		post := posterior(t, p.prior, nil)
		given := run(t, bank, p, post, func(it *Item) int { return r.IntN(2) })
		if len(given) != 30 {
			t.Fatalf("%d items given", len(given))
		}
		for _, g := range p.blueprint.Groups {
			count := 0
			for _, i := range given {
				if slices.Contains(g.Dims, bank.Item(i).Dim) {
					count++
				}
			}
			if count < g.Min || count > g.Max {
				t.Errorf("group %s has %d items, want %d to %d", g.Name, count, g.Min, g.Max)
			}
		}
	}
}

// run gives a whole adaptive test and returns its items.
func run(t testing.TB, bank *Bank, p positioning, post *Posterior, answer func(*Item) int) (given []int) {
	t.Helper()
	for {
		form, err := bank.Shadow(post, p.objective, given, nil)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := form.Next()
		if !ok {
			return given
		}
		if err := post.Observe(bank.Item(next), answer(bank.Item(next))); err != nil {
			t.Fatal(err)
		}
		given = append(given, next)
	}
}

func TestEligibilityGivesWayOnlyToFeasibility(t *testing.T) {
	p := newPositioning(30)
	bank := expertBank(t, p.blueprint, 11, 5)
	post := posterior(t, p.prior, nil)
	free, err := bank.Shadow(post, p.objective, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := free.Next()
	held, err := bank.ShadowEligible(post, p.objective, nil, nil, func(i int) bool { return i != first })
	if err != nil || held.Relaxed || slices.Contains(held.Items, first) {
		t.Errorf("ineligible item %d: %v, relaxed %v, %v", first, held.Items, held.Relaxed, err)
	}
	relaxed, err := bank.ShadowEligible(post, p.objective, nil, nil, func(i int) bool { return bank.Item(i).Dim > 0 })
	if err != nil || !relaxed.Relaxed || !slices.Equal(relaxed.Items, free.Items) {
		t.Errorf("a whole competency is ineligible: %v, relaxed %v, %v", relaxed.Items, relaxed.Relaxed, err)
	}
	var conflict *InfeasibleError
	_, err = bank.ShadowEligible(post, p.objective, nil, func(i int) bool { return bank.Item(i).Dim == 0 }, func(int) bool { return true })
	if !errors.As(err, &conflict) || !slices.Equal(conflict.Binding, []string{"min 1.1"}) {
		t.Errorf("a whole competency is excluded: %v", err)
	}
}

func TestShadowRefusesAForeignPosteriorOrObjective(t *testing.T) {
	p := newPositioning(30)
	bank := expertBank(t, p.blueprint, 12, 5)
	post := posterior(t, p.prior, nil)
	small := posterior(t, Hierarchical([]int{0}, 1, 0, 0), nil)
	one := Objective{{Name: "s", Weights: []float64{1}, Importance: 1}}
	for name, err := range map[string]error{
		"posterior":     second(bank.Shadow(small, one, nil, nil)),
		"objective":     second(bank.Shadow(post, one, nil, nil)),
		"no importance": second(bank.Shadow(post, Objective{{Name: "s", Weights: make([]float64, 15)}}, nil, nil)),
		"given":         second(bank.Shadow(post, p.objective, []int{75}, nil)),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
