package assembly

import (
	"math"
	"slices"
)

// search is a branch and bound on a model: what it needs, and uses again.
type search struct {
	model   *model
	simplex simplex
	nodes   []*dictionary // by depth
	reduced []float64     // reduced costs of the last bound
	active  []float64     // by row, its sum at the last relaxation
	choice  []bool        // by column, of the last whole solution

	cutoff    float64 // only solutions above it are wanted
	tolerance float64
	found     bool
	best      []bool // by column
	visited   int
	stopped   bool // before the proof
	limit     int  // visited nodes after which the first solution will do; 0: none
	hasty     bool // the first solution will do
}

// enough tells whether the search stops here.
func (s *search) enough() bool {
	if s.found && s.limit > 0 && s.visited >= s.limit {
		s.stopped = true
	}
	return s.stopped || s.found && s.hasty
}

func (s *search) prepare(mo *model, cutoff float64) {
	s.model, s.cutoff, s.tolerance, s.found = mo, cutoff, exactness, false
	s.reduced = resize(s.reduced, mo.n)
	s.active = resize(s.active, len(mo.rows))
	s.choice = resize(s.choice, mo.n)
	s.best = resize(s.best, mo.n)
}

func resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// relax solves the relaxation of a node, rows being added as they are broken,
// and fixes the columns that no better solution can choose otherwise. It returns
// the proven bound; false when nothing above the cutoff is left.
func (s *search) relax(d *dictionary) (bound float64, ok bool) {
	mo := s.model
	for restarted := false; ; {
		end := s.simplex.solve(d, s.cutoff+s.tolerance/2-mo.fixed)
		bound = mo.bound(d, s.simplex.y, s.reduced)
		if bound <= s.cutoff+s.tolerance {
			return bound, false
		}
		if end != optimal {
			// The pivots have lost their precision: start again from the data.
			if restarted {
				return bound, true
			}
			restarted = true
			d.restart(mo)
			continue
		}
		s.fix(d, bound)
		if !s.separate(d) {
			return bound, true
		}
	}
}

// fix decides the columns whose reduced cost is larger than what is left to win.
func (s *search) fix(d *dictionary, bound float64) {
	gap := bound - s.cutoff - s.tolerance
	for j, c := range s.reduced {
		if math.Abs(c) > gap && d.low[j] < d.high[j] {
			if c > 0 {
				d.set(j, d.high[j])
			} else {
				d.set(j, d.low[j])
			}
		}
	}
}

// separate adds the rows that the relaxation breaks. The length comes first,
// alone: without it nearly all rows are broken.
func (s *search) separate(d *dictionary) (added bool) {
	mo := s.model
	clear(s.active)
	for j := range mo.n {
		if x := d.of(j); x != 0 {
			for _, e := range mo.columns[j] {
				s.active[e.at] += x * e.times
			}
		}
	}
	for k, x := range s.active {
		v := mo.n + k
		if d.where[v] == absent && (x > d.high[v]+feasibility || x < d.low[v]-feasibility) {
			d.addRow(mo, k)
			added = true
			if d.m == 1 {
				return true
			}
		}
	}
	return added
}
