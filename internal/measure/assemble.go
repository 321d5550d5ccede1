package measure

import (
	"fmt"
	"math"
	"slices"
)

// Form is a whole exam.
type Form struct {
	Items   []int   // the given items in their order, then the free ones, best first
	Given   int     // how many of Items were given
	Value   float64 // sum of the items' values
	Relaxed bool    // the eligibility rule was left out to find it
}

// Next returns the best free item, the one to give now; false when none is left.
func (f Form) Next() (item int, ok bool) {
	if f.Given >= len(f.Items) {
		return 0, false
	}
	return f.Items[f.Given], true
}

// Assemble returns the form of the largest total value that contains the given
// items, no excluded one, and respects the blueprint. There is one finite value
// per item. Given items stay, excluded or not, and count in their groups.
// Between equal values the item of the lower index wins. Without any solution the
// error is an *InfeasibleError.
//
// The optimum is exact. The constraints are cardinalities of nested sets, so the
// best value of a group as a function of its number of items is concave, and its
// best sets grow by one item at a time: a group is its required items plus a
// sorted list of optional ones. A parent merges its children's lists, moves the
// first ones into the required part until its minimum is met, and cuts the list
// at its maximum (greedy algorithm on a laminar generalised polymatroid).
func (b *Bank) Assemble(values []float64, given []int, excluded func(item int) bool) (Form, error) {
	if len(values) != len(b.items) {
		return Form{}, fmt.Errorf("measure: %d values for %d items", len(values), len(b.items))
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Form{}, fmt.Errorf("measure: item %q: value %v", b.items[i].ID, v)
		}
	}
	if err := b.checkGiven(given); err != nil {
		return Form{}, err
	}
	return b.assemble(values, given, excluded)
}

func (b *Bank) assemble(values []float64, given []int, excluded func(item int) bool) (Form, error) {
	if err := b.feasible(given, excluded); err != nil {
		return Form{}, err
	}
	free := b.merge(values, given, excluded)
	byValue := byDecreasing(values)
	slices.SortFunc(free, byValue)
	form := Form{Items: slices.Concat(given, free), Given: len(given)}
	for _, i := range form.Items {
		form.Value += values[i]
	}
	return form, nil
}

// part is the optimal content of a group: given items (only counted), free items
// that every solution kept so far needs, and optional ones, best first.
type part struct {
	given    int
	required []int
	optional []int
}

// merge runs the bottom-up merging on a feasible instance and returns the free
// items of the optimum.
func (b *Bank) merge(values []float64, given []int, excluded func(item int) bool) []int {
	parts := make([]part, len(b.nodes))
	isGiven := make([]bool, len(b.items))
	inFamily := make([]int, b.families)
	for _, i := range given {
		isGiven[i] = true
		parts[b.home[b.items[i].Dim]].given++
		if f := b.family[i]; f >= 0 {
			inFamily[f]++
		}
	}
	byValue := byDecreasing(values)
	for dim, items := range b.byDim {
		free := make([]int, 0, len(items))
		for _, i := range items {
			if !isGiven[i] && (excluded == nil || !excluded(i)) {
				free = append(free, i)
			}
		}
		slices.SortFunc(free, byValue)
		home := &parts[b.home[dim]]
		home.optional = append(home.optional, b.bestOfFamilies(free, inFamily)...)
	}
	for n, node := range b.nodes {
		p := &parts[n]
		slices.SortFunc(p.optional, byValue)
		p.bound(node.bounds)
		if node.parent >= 0 {
			parent := &parts[node.parent]
			parent.given += p.given
			parent.required = append(parent.required, p.required...)
			parent.optional = append(parent.optional, p.optional...)
		}
	}
	return parts[len(parts)-1].required
}

// bestOfFamilies keeps, in order, the items that their family still has room
// for, and counts them in inFamily.
func (b *Bank) bestOfFamilies(items, inFamily []int) []int {
	if b.familyMax == 0 {
		return items
	}
	return slices.DeleteFunc(items, func(i int) bool {
		f := b.family[i]
		if f < 0 {
			return false
		}
		inFamily[f]++
		return inFamily[f] > b.familyMax
	})
}

func (p *part) bound(b bounds) {
	count := p.given + len(p.required)
	if missing := b.min - count; missing > 0 {
		p.required = append(p.required, p.optional[:missing]...)
		p.optional = p.optional[missing:]
		count = b.min
	}
	p.optional = p.optional[:min(len(p.optional), b.max-count)]
}

// byDecreasing orders items by value, the lower index first between equals.
func byDecreasing(values []float64) func(i, j int) int {
	return func(i, j int) int {
		switch vi, vj := values[i], values[j]; {
		case vi > vj:
			return -1
		case vi < vj:
			return 1
		}
		return i - j
	}
}
