package assembly

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// exam is a plan of 15 competencies in 5 domains, 32 items of at most one a
// family, from a bank of the given number of items.
func exam(t testing.TB, items int) *Plan {
	t.Helper()
	spec := Spec{FamilyMax: 1}
	for k := range 15 {
		spec.Groups = append(spec.Groups, Group{Name: fmt.Sprint("competency ", k), Parent: 15 + k/3, Min: 1, Max: 4})
		spec.Pools = append(spec.Pools, k)
	}
	for d := range 5 {
		spec.Groups = append(spec.Groups, Group{Name: fmt.Sprint("domain ", d), Parent: 20, Min: 5, Max: 8})
	}
	spec.Groups = append(spec.Groups, Group{Parent: -1, Min: 32, Max: 32})
	for i := range items {
		spec.Items = append(spec.Items, Item{ID: fmt.Sprint("q", i), Pool: i % 15, Family: i/30*15 + i%15})
	}
	p, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Lists cut at what Merge says it reads give the form of the whole lists.
func TestTruncatedListsGiveTheSameForm(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	p := exam(t, 1000)
	whole, cut := p.NewWorkspace(), p.NewWorkspace()
	for range 200 {
		given := r.Perm(15)[:r.IntN(15)]
		lists := draw(r, p, given)
		want, ok := whole.Merge(lists, given)
		got, also := cut.Merge(truncated(p, lists, given), given)
		if !ok || !also || !slices.Equal(got, want) || len(got)+len(given) != 32 {
			t.Fatalf("%v %v, from whole lists %v %v", got, also, want, ok)
		}
	}
}

// draw gives random values to the free items and sorts them by pool.
func draw(r *rand.Rand, p *Plan, given []int) [][]Candidate {
	lists := make([][]Candidate, p.Pools())
	for k := range lists {
		for _, i := range p.Pool(k) {
			if !slices.Contains(given, i) {
				lists[k] = append(lists[k], Candidate{Value: float64(r.IntN(1000)), Item: int32(i)})
			}
		}
		Sort(lists[k])
	}
	return lists
}

// truncated keeps the best of each pool, one a family and none of a given family.
func truncated(p *Plan, lists [][]Candidate, given []int) [][]Candidate {
	seen := map[int32]bool{}
	for _, i := range given {
		seen[p.family[i]] = true
	}
	short := make([][]Candidate, len(lists))
	for k, list := range lists {
		for _, c := range list {
			if f := p.family[c.Item]; !seen[f] && len(short[k]) < p.Need(k) {
				seen[f] = true
				short[k] = append(short[k], c)
			}
		}
	}
	return short
}

func TestMergeSaysWhenListsAreTooShort(t *testing.T) {
	p := exam(t, 1000)
	lists := draw(rand.New(rand.NewPCG(2, 2)), p, nil)
	lists[3] = nil
	if form, ok := p.NewWorkspace().Merge(lists, nil); ok {
		t.Errorf("a competency of at least one item has no candidate: %v", form)
	}
	if form, ok := p.NewWorkspace().Merge(lists, []int{0, 15}); ok {
		t.Errorf("two given items share a family: %v", form)
	}
}

func TestCandidatesAreOrderedByValueThenIndex(t *testing.T) {
	list := []Candidate{{1, 2}, {3, 4}, {3, 1}, {-1, 0}}
	Sort(list)
	if !slices.Equal(list, []Candidate{{3, 1}, {3, 4}, {1, 2}, {-1, 0}}) {
		t.Error(list)
	}
	if !slices.IsSortedFunc(merge(nil, list[:2], list[2:], 3), func(a, b Candidate) int { return cmp.Compare(b.Value, a.Value) }) {
		t.Error("a merged list is out of order")
	}
}

func BenchmarkMerge(b *testing.B) {
	p := exam(b, 1000)
	given := []int{1, 47, 109, 310, 500, 701}
	lists := truncated(p, draw(rand.New(rand.NewPCG(3, 3)), p, given), given)
	w := p.NewWorkspace()
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := w.Merge(lists, given); !ok {
			b.Fatal("infeasible")
		}
	}
}
