package assembly

import (
	"fmt"
	"math"
)

// Assemble returns the free items of the form of the largest total value, best
// first: it contains the given items, no excluded one, and respects the plan.
// There is one finite value per item; excluded is nil or has one entry per item.
// Given items stay, excluded or not. Without any solution the error is an
// *InfeasibleError.
//
// Between equal values the item of the lower index wins, as long as no constraint
// that crosses the groups decides.
func (w *Workspace) Assemble(values []float64, given []int, excluded []bool) ([]int, error) {
	free, ok, err := w.Best(values, given, excluded)
	if err == nil && !ok {
		err = w.plan.conflict(given, excluded)
	}
	return free, err
}

// Best is Assemble for a caller that does not ask why there is no form: then ok
// is false.
func (w *Workspace) Best(values []float64, given []int, excluded []bool) (free []int, ok bool, err error) {
	s, ok, err := w.solve(0, values, given, excluded)
	return s.Free, ok, err
}

// Solution is the outcome of a search.
type Solution struct {
	Free   []int   // the free items, best first
	Bound  float64 // no form has free items of a larger total value
	Proven bool    // Free is the optimum
	Nodes  int     // visited by the search; 0 when the groups alone decide
}

// Search is Assemble with an account of the proof. The optimum is proven to 1e-9
// of the largest value of a free item. With a positive limit the search stops at the first form
// in hand after so many nodes, for uses that cannot wait: then Bound less the
// value of Free is the gap that stays open. Infeasibility is always proven,
// whatever the limit.
func (w *Workspace) Search(limit int, values []float64, given []int, excluded []bool) (Solution, error) {
	s, ok, err := w.solve(limit, values, given, excluded)
	if err == nil && !ok {
		err = w.plan.conflict(given, excluded)
	}
	return s, err
}

// solve meets the bounds of the groups first: if the best form so found respects
// the crossing constraints too, it is the best of all.
func (w *Workspace) solve(limit int, values []float64, given []int, excluded []bool) (s Solution, ok bool, err error) {
	if err := w.plan.check(values, given, excluded); err != nil {
		return Solution{}, false, err
	}
	w.fill(values, given, excluded)
	chosen, ok := w.Merge(w.lists, given)
	if !ok {
		return Solution{}, false, nil
	}
	if !w.Respects(chosen, given) {
		s, ok = w.search(limit, values, given, excluded)
		return s, ok, nil
	}
	s.Proven = true
	w.free = w.free[:0]
	for _, c := range chosen {
		w.free = append(w.free, int(c.Item))
		s.Bound += c.Value
	}
	s.Free = w.free
	return s, true, nil
}

// fill makes the sorted list of each pool.
func (w *Workspace) fill(values []float64, given []int, excluded []bool) {
	for _, i := range given {
		w.given[i] = true
	}
	for k, items := range w.plan.byPool {
		list := w.lists[k][:0]
		for _, i := range items {
			if !w.given[i] && (excluded == nil || !excluded[i]) {
				list = append(list, Candidate{Value: values[i], Item: int32(i)})
			}
		}
		Sort(list)
		w.lists[k] = list
	}
	for _, i := range given {
		w.given[i] = false
	}
}

func (p *Plan) check(values []float64, given []int, excluded []bool) error {
	if len(values) != len(p.items) || excluded != nil && len(excluded) != len(p.items) {
		return fmt.Errorf("assembly: %d values and %d exclusions for %d items", len(values), len(excluded), len(p.items))
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("assembly: item %q: value %v", p.items[i].ID, v)
		}
	}
	return p.checkGiven(given)
}
