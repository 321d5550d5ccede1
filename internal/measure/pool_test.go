package measure

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// poolBank has two competencies of eight items at ±1.5; the odd ones are in the second language, and the first
// competency has one accessible item in each.
func poolBank(t *testing.T) *Bank {
	var items []Item
	for i := range 16 {
		items = append(items, Item{ID: fmt.Sprint(i), Model: TwoPL, A: 1, B: []float64{float64(i%8) - 3.5}, Dim: i / 8})
	}
	items[8].Family, items[9].Family = "twins", "twins"
	return newBank(t, items, Blueprint{Length: 4, FamilyMax: 1, Groups: []Group{
		{Name: "1", Dims: []int{0}, Min: 2, Max: 2}, {Name: "2", Dims: []int{1}, Min: 2, Max: 2},
	}})
}

func TestPoolsAreCheckedOneByOne(t *testing.T) {
	bank := poolBank(t)
	languages := []Pool{{"fr", func(i int) bool { return i%2 == 0 }}, {"en", func(i int) bool { return i%2 == 1 }}}
	access := []Pool{{"all", nil}, {"accessible", func(i int) bool { return i >= 8 || i < 2 }}}
	reports, err := bank.CheckPools(CrossPools(languages, access), []float64{0, 0.5, 0.75}, []float64{-3, 0, 3})
	if err != nil {
		t.Fatal(err)
	}
	type outcome struct {
		pool    string
		reserve float64
		items   int
		binding []string
	}
	want := []outcome{
		{"fr, all", 0, 8, nil}, {"fr, all", 0.5, 4, nil}, {"fr, all", 0.75, 2, []string{"min 1"}},
		{"fr, accessible", 0, 5, []string{"min 1"}}, {"fr, accessible", 0.5, 2, []string{"min 1"}}, {"fr, accessible", 0.75, 1, []string{"min 1"}},
		{"en, all", 0, 8, nil}, {"en, all", 0.5, 4, nil}, {"en, all", 0.75, 2, []string{"min 1"}},
		{"en, accessible", 0, 5, []string{"min 1"}}, {"en, accessible", 0.5, 2, []string{"min 1"}}, {"en, accessible", 0.75, 1, []string{"min 1"}},
	}
	for n, r := range reports {
		w := want[n]
		if r.Pool != w.pool || r.Reserve != w.reserve || r.Items != w.items || !slices.Equal(r.Binding, w.binding) && !slices.Equal(r.Binding, []string{"min 2"}) {
			t.Errorf("%+v, want %v", r, w)
		}
		if r.Feasible() != (w.binding == nil) || r.Feasible() == (len(r.Points) == 0) {
			t.Errorf("%+v: feasible %v", r, r.Feasible())
		}
	}
	best := 0.0 // at 0, the French items nearest to 0 on both competencies are at 0.5 and -1.5
	for _, b := range []float64{0.5, -1.5} {
		it := Item{ID: "q", Model: TwoPL, A: 1, B: []float64{b}}
		best += 2 * it.Information(0)
	}
	near(t, "information", reports[0].Points[1].Information, best, 1e-15)
	near(t, "SE", reports[0].Points[1].SE, 1/math.Sqrt(best), 1e-15)
	if worst := reports[0].Worst(); worst.Theta != 3 {
		t.Errorf("worst at %v: the French items are easier, want 3", worst.Theta)
	}
}

func TestAReserveHoldsFamiliesBackWholeAndEvenly(t *testing.T) {
	bank := poolBank(t)
	left := bank.leaveReserve(Pool{}, 0.25)
	var held []int
	for i, l := range left {
		if !l {
			held = append(held, i)
		}
	}
	if !slices.Equal(held, []int{0, 4, 8, 9, 13}) {
		t.Errorf("items %v are held back", held)
	}
}

func TestCheckPoolsRefusesBadInput(t *testing.T) {
	bank := poolBank(t)
	all := []Pool{{Name: "all"}}
	for name, err := range map[string]error{
		"no pool":   second(bank.CheckPools(nil, []float64{0}, []float64{0})),
		"ability":   second(bank.CheckPools(all, []float64{0}, []float64{math.NaN()})),
		"reserve":   second(bank.CheckPools(all, []float64{1}, []float64{0})),
		"no number": second(bank.CheckPools(all, []float64{math.NaN()}, []float64{0})),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
