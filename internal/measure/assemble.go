package measure

import (
	"fmt"
	"math"
	"slices"

	"galien/internal/measure/assembly"
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

// InfeasibleError says that no form respects the blueprint, and which of its
// constraints conflict.
type InfeasibleError = assembly.InfeasibleError

// Assemble returns the form of the largest total value that contains the given
// items, no excluded one, and respects the blueprint. There is one finite value
// per item. Given items stay, excluded or not, and count in their groups.
// Between equal values the item of the lower index wins. Without any solution the
// error is an *InfeasibleError.
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
	w := b.workspaces.Get().(*assembly.Workspace)
	defer b.workspaces.Put(w)
	free, err := w.Assemble(values, given, b.marks(excluded))
	if err != nil {
		return Form{}, err
	}
	form := Form{Items: slices.Concat(given, free), Given: len(given)}
	for _, i := range form.Items {
		form.Value += values[i]
	}
	return form, nil
}

// Feasible returns nil when some form contains the given items, no excluded one,
// and respects the blueprint; otherwise an *InfeasibleError.
func (b *Bank) Feasible(given []int, excluded func(item int) bool) error {
	if err := b.checkGiven(given); err != nil {
		return err
	}
	return b.plan.Feasible(given, b.marks(excluded))
}

// marks writes a rule down, one entry per item; nil for none.
func (b *Bank) marks(rule func(item int) bool) []bool {
	if rule == nil {
		return nil
	}
	marks := make([]bool, len(b.items))
	for i := range marks {
		marks[i] = rule(i)
	}
	return marks
}
