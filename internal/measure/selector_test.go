package measure

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// selection is a random bank with a posterior and rules.
type selection struct {
	bank               *Bank
	post               *Posterior
	objective          Objective
	given              []int
	excluded, eligible func(int) bool
}

// randomSelection draws up to 200 items of all models on 4 abilities in 2 domains, with families, ties (items that are
// copies of another), extreme items and posteriors beyond the cells of the rankings now and then.
func randomSelection(t testing.TB, r *rand.Rand) selection {
	n := 4 + r.IntN(40)
	if r.IntN(3) == 0 {
		n = 100 + r.IntN(100)
	}
	items := make([]Item, n)
	for i := range items {
		it := randomItem(r, fmt.Sprint(i), r.IntN(4), OnePL, TwoPL, ThreePL, FourPL, GRM, GPCM)
		if i > 0 && r.IntN(6) == 0 {
			it = items[r.IntN(i)]
		}
		if r.IntN(20) == 0 {
			it.A = min(max(it.A*math.Exp(4*r.NormFloat64()), smallestSlope), largestSlope)
		}
		it.ID, it.Family = fmt.Sprint(i), ""
		if r.IntN(2) == 0 {
			it.Family = fmt.Sprintf("f%d-%d", it.Dim, r.IntN(1+n/12))
		}
		items[i] = it
	}
	bp := Blueprint{Length: 2 + r.IntN(min(n-2, 24)), FamilyMax: r.IntN(3)}
	for g, dims := range [][]int{{0, 1}, {0}, {3, 2}, {1}, {2}} {
		if r.IntN(3) > 0 {
			low := r.IntN(3)
			bp.Groups = append(bp.Groups, Group{Name: fmt.Sprint(g), Dims: dims, Min: low, Max: low + r.IntN(8)*len(dims)})
		}
	}
	bank, err := NewBank(items, bp)
	if err != nil {
		t.Fatal(err)
	}
	objective := Objective{{Name: "whole", Weights: []float64{0.4, 0, 0.3, 0.3}, Importance: 1}, {Name: "one", Weights: []float64{0, 1, 0, 0}, Importance: float64(r.IntN(2))}}
	spread := math.Exp(r.NormFloat64())
	prior := Hierarchical([]int{0, 0, 1, 1}, 0.5*spread, 0.2*spread, 0.3*spread)
	prior.Mean[r.IntN(4)] = 3 * r.NormFloat64()
	s := selection{bank: bank, post: posterior(t, prior, nil), objective: objective, given: r.Perm(n)[:r.IntN(1+min(n, bp.Length)/2)]}
	for _, i := range s.given {
		if err := bank.Observe(s.post, i, r.IntN(bank.Item(i).Categories())); err != nil {
			t.Fatal(err)
		}
	}
	s.excluded, s.eligible = randomRule(r, n, 8), randomRule(r, n, 3)
	return s
}

// randomRule is nil, or refuses one item in so many.
func randomRule(r *rand.Rand, n, oneIn int) func(int) bool {
	if r.IntN(3) == 0 {
		return nil
	}
	marks := make([]bool, n)
	for i := range marks {
		marks[i] = r.IntN(oneIn) == 0
	}
	return func(i int) bool { return marks[i] }
}

func TestSelectorFindsWhatTheFullSearchFinds(t *testing.T) {
	r := random(40)
	solved, relaxed, infeasible := 0, 0, 0
	for n := range 1500 {
		s := randomSelection(t, r)
		sel, err := s.bank.NewSelector(s.objective)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			want, wantErr := s.bank.ShadowEligible(s.post, s.objective, s.given, s.excluded, s.eligible)
			got, err := sel.Shadow(s.post, s.given, s.excluded, s.eligible)
			if fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Fatalf("case %d: error %v, want %v", n, err, wantErr)
			}
			if !slices.Equal(got.Items, want.Items) || got.Value != want.Value || got.Given != want.Given || got.Relaxed != want.Relaxed {
				t.Fatalf("case %d: %+v, want %+v", n, got, want)
			}
			switch {
			case err != nil:
				infeasible++
			case got.Relaxed:
				relaxed++
			default:
				solved++
			}
			if next, ok := want.Next(); ok && err == nil { // the same selector goes on
				s.given = append(s.given, next)
				if err := s.bank.Observe(s.post, next, 0); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	t.Logf("%d solved, %d relaxed, %d infeasible", solved, relaxed, infeasible)
	if solved < 1000 || relaxed < 300 || infeasible < 500 {
		t.Errorf("%d solved, %d relaxed, %d infeasible: the draw is lopsided", solved, relaxed, infeasible)
	}
}

func TestBoundsAreOverTheInformation(t *testing.T) {
	r := random(41)
	var e envelope
	var bounds [means * sds]float32
	for n := range 300 {
		it := randomItem(r, fmt.Sprint(n), 0, OnePL, TwoPL, ThreePL, FourPL, GRM, GPCM)
		it.A *= math.Exp(0.7 * r.NormFloat64())
		e.enclose(&it)
		e.expected(&bounds)
		for range 300 {
			m, s := r.IntN(means), r.IntN(sds)
			mean := lowestMean + (float64(m)+r.Float64())/meansPerLogit
			sd := lowestSD + (float64(s)+r.Float64())/sdsPerLogit
			if info := it.expectedInformation(mean, sd); info > float64(bounds[s*means+m]) {
				t.Fatalf("%+v: information %v at %v ± %v, bound %v", it, info, mean, sd, bounds[s*means+m])
			}
		}
	}
}

func TestSelectorAllocatesNothing(t *testing.T) {
	p := newPositioning(32)
	bank := expertBank(t, p.blueprint, 42, 20)
	sel, err := bank.NewSelector(p.objective)
	if err != nil {
		t.Fatal(err)
	}
	start, post := posterior(t, p.prior, nil), posterior(t, p.prior, nil)
	given := make([]int, 0, 32)
	eligible := func(i int) bool { return i%4 > 0 }
	exam := func() {
		post.CopyFrom(start)
		for given = given[:0]; len(given) < 32; {
			form, err := sel.Shadow(post, given, nil, eligible)
			if err != nil {
				t.Fatal(err)
			}
			next, _ := form.Next()
			if err := bank.Observe(post, next, next%2); err != nil {
				t.Fatal(err)
			}
			given = append(given, next)
		}
	}
	exam()
	if n := testing.AllocsPerRun(5, exam); n > 0 {
		t.Errorf("%v allocations in an exam", n)
	}
}

func TestNewSelectorRefusesBadObjectives(t *testing.T) {
	p := newPositioning(30)
	bank := expertBank(t, p.blueprint, 43, 2)
	for name, objective := range map[string]Objective{
		"none":          nil,
		"dimensions":    {{Name: "s", Weights: []float64{1}, Importance: 1}},
		"no importance": {{Name: "s", Weights: make([]float64, 15)}},
		"not a number":  {{Name: "s", Weights: slices.Repeat([]float64{math.NaN()}, 15), Importance: 1}},
	} {
		if _, err := bank.NewSelector(objective); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	sel, err := bank.NewSelector(p.objective)
	if err != nil {
		t.Fatal(err)
	}
	post := posterior(t, p.prior, nil)
	for name, given := range map[string][]int{"outside": {30}, "negative": {-1}, "repeated": {3, 4, 3}} {
		var conflict *InfeasibleError
		if _, err := sel.Shadow(post, given, nil, nil); err == nil || errors.As(err, &conflict) {
			t.Errorf("%s: error %v", name, err)
		}
		if slices.Contains(sel.given, true) {
			t.Errorf("%s: items stay marked", name)
		}
	}
	if _, err := sel.Shadow(posterior(t, Hierarchical([]int{0}, 1, 0, 0), nil), nil, nil, nil); err == nil {
		t.Error("a foreign posterior is accepted")
	}
}

func TestSelectorsShareTheirBank(t *testing.T) {
	p := newPositioning(32)
	bank := expertBank(t, p.blueprint, 44, 20)
	start := posterior(t, p.prior, nil)
	want, err := bank.Shadow(start, p.objective, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			sel, err := bank.NewSelector(p.objective)
			if err != nil {
				t.Error(err)
				return
			}
			got, err := sel.Shadow(start.Clone(), nil, nil, nil)
			if err != nil || !slices.Equal(got.Items, want.Items) {
				t.Errorf("%v, %v, want %v", got.Items, err, want.Items)
			}
		})
	}
	group.Wait()
}

// With a posterior that is a point, an exam of any items, and one ability, the next item is that of maximum information.
func TestTheNextItemIsThatOfMaximumInformation(t *testing.T) {
	bank := load[struct {
		Dich struct{ Items [][]float64 }
	}](t, "irf_info.json").Dich.Items
	var items []Item
	for i, p := range bank {
		items = append(items, referenceItem(i, p))
	}
	b, err := NewBank(items, Blueprint{Length: len(items)})
	if err != nil {
		t.Fatal(err)
	}
	objective := Objective{{Name: "ability", Weights: []float64{1}, Importance: 1}}
	selector, err := b.NewSelector(objective)
	if err != nil {
		t.Fatal(err)
	}
	type reference struct {
		Given  []int
		Theta  float64
		Fisher []float64 // of every item
		Item   int
	}
	for _, c := range load[struct{ Cases []reference }](t, "next_item.json").Cases {
		for i, want := range c.Fisher {
			near(t, fmt.Sprintf("information of item %d at %v", i, c.Theta), items[i].Information(c.Theta), want, 1e-9)
		}
		post, err := NewPosterior(Prior{Mean: []float64{c.Theta}, Cov: []float64{1e-10}})
		if err != nil {
			t.Fatal(err)
		}
		form, err := selector.Shadow(post, c.Given, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if next, ok := form.Next(); !ok || next != c.Item {
			t.Errorf("after %v at %v: item %d, want %d", c.Given, c.Theta, next, c.Item)
		}
	}
}
