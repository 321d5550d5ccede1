package assembly

import (
	"math"
	"slices"
)

const (
	// exactness is what a proof leaves open, in units of the largest free value.
	exactness = 1e-9
	// firstCore is the number of items in the first core, besides the basic ones.
	firstCore = 24
)

// exact solves the assemblies whose constraints cross the groups. The relaxation
// of all items gives a bound and a reduced cost for each item. The items of a
// small reduced cost are the core (Balas & Zemel 1980, for the knapsack): a form
// within a gap of the bound takes all items of a larger reduced cost, and only
// them, as the relaxation does. So the search of a core, under a cutoff at the
// bound less the gap, finds the best form, or proves that none is within the gap,
// and the gap grows.
type exact struct {
	plan    *Plan
	rows    []bounds // of the constraints in force
	left    []bounds // what the decided items leave of them
	whole   model    // all free items
	core    model
	root    dictionary
	search  search
	reduced []float64 // by column of the whole
	sizes   []float64 // their magnitudes, ascending
	decided []bool    // by item: it is in the form
	rowOf   []int32   // by row: its number in the model under way
	reach   []int     // by row: the sum of all columns
}

func (p *Plan) newExact() *exact {
	m := len(p.matrix.rows)
	x := &exact{
		plan: p, rows: make([]bounds, m), left: make([]bounds, m), rowOf: make([]int32, m), reach: make([]int, m),
		decided: make([]bool, len(p.items)),
	}
	x.search.simplex.patience, x.search.simplex.limit = 1000, 10000
	for k, r := range p.matrix.rows {
		x.rows[k] = r.bounds
	}
	return x
}

// proof says how the best form was found.
type proof struct {
	found bool
	bound float64 // no form is worth more than this, the given items apart
	nodes int
}

// solve leaves the best form in decided: proven so, unless any form will do
// (hasty), or the first one after so many nodes (limit, 0: none).
func (x *exact) solve(values []float64, given []int, excluded []bool, hasty bool, limit int) proof {
	s := &x.search
	s.hasty, s.limit, s.visited, s.stopped = hasty, limit, 0, false
	scale, ok := x.gather(values, given, excluded)
	if !ok {
		return proof{}
	}
	floor := -1.0 // under the objective of any form
	for _, c := range x.whole.cost {
		floor += math.Min(c, 0)
	}
	s.prepare(&x.whole, floor)
	x.root.reset(&x.whole)
	bound, ok := s.relax(&x.root)
	if !ok {
		return proof{nodes: 1}
	}
	x.rank()
	size := x.root.m + firstCore
	if hasty { // any form will do: a core that holds none would have to be searched to its end
		size = len(x.sizes)
	}
	for ; ; size *= 2 {
		gap, cutoff := math.Inf(1), floor
		if size < len(x.sizes) {
			gap = x.sizes[size]
			cutoff = math.Max(floor, bound-gap)
		}
		if x.narrow(gap) {
			s.prepare(&x.core, cutoff)
			s.node(0).reset(&x.core)
			s.explore(0)
		}
		if s.found || math.IsInf(gap, 1) {
			return x.conclude(bound * scale)
		}
	}
}

// conclude marks the best solution of the core.
func (x *exact) conclude(bound float64) proof {
	s := &x.search
	if s.found {
		for j, chosen := range s.best[:x.core.n] {
			if chosen {
				x.decided[x.core.items[j]] = true
			}
		}
	}
	return proof{found: s.found, bound: bound, nodes: s.visited}
}

// gather makes the model of all items that may be chosen, with values in units
// of the largest; false when no form is possible.
func (x *exact) gather(values []float64, given []int, excluded []bool) (scale float64, ok bool) {
	clear(x.decided)
	copy(x.left, x.rows)
	for _, i := range given {
		x.decide(int32(i))
	}
	x.whole.begin()
	for i, v := range values {
		if !x.decided[i] && (excluded == nil || !excluded[i]) && x.fits(i) {
			x.whole.add(int32(i), v)
			scale = math.Max(scale, math.Abs(v))
		}
	}
	if scale == 0 {
		scale = 1
	}
	for j := range x.whole.cost {
		x.whole.cost[j] /= scale
	}
	return scale, x.whole.end(x.plan.matrix, x.left, x.rowOf, x.reach)
}

// decide puts an item in the form.
func (x *exact) decide(item int32) {
	x.decided[item] = true
	for _, t := range x.plan.matrix.columns[item] {
		b := &x.left[t.at]
		b.low -= int(t.times)
		if b.high != unbounded {
			b.high -= int(t.times)
		}
	}
}

// fits tells whether an item alone is within each maximum.
func (x *exact) fits(i int) bool {
	for _, t := range x.plan.matrix.columns[i] {
		if int(t.times) > x.left[t.at].high {
			return false
		}
	}
	return true
}

// rank keeps the reduced costs of the whole, and sorts their magnitudes.
func (x *exact) rank() {
	x.reduced = append(x.reduced[:0], x.search.reduced...)
	x.sizes = x.sizes[:0]
	for _, c := range x.reduced {
		x.sizes = append(x.sizes, math.Abs(c))
	}
	slices.Sort(x.sizes)
}

// narrow makes the core of the columns whose reduced cost is at most gap.
func (x *exact) narrow(gap float64) bool {
	x.core.begin()
	copy(x.left, x.rows)
	for _, item := range x.whole.items {
		x.decided[item] = false
	}
	for i, in := range x.decided {
		if in {
			x.decide(int32(i))
		}
	}
	for j, c := range x.reduced {
		switch {
		case math.Abs(c) <= gap:
			x.core.add(x.whole.items[j], x.whole.cost[j])
		case c > 0:
			x.decide(x.whole.items[j])
			x.core.fixed += x.whole.cost[j]
		}
	}
	return x.core.end(x.plan.matrix, x.left, x.rowOf, x.reach)
}
