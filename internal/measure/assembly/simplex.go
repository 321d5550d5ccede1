package assembly

import "math"

// Tolerances of the pivots. They decide how well the relaxation is solved, never
// what is proven: see model.bound.
const (
	feasibility = 1e-9 // how far a basic variable may be outside its bounds
	smallPivot  = 1e-8
)

type status uint8

const (
	optimal status = iota
	beyond         // no solution reaches the cutoff
	stalled
)

// breakpoint is where the reduced cost of a column changes sign along a dual step.
type breakpoint struct {
	ratio, size float64
	column      int
}

// simplex is the dual simplex method for bounded variables, with the long step
// ratio test (Fourer 1994; Maros 2003): a dual step goes past the columns that can
// jump to their other bound.
type simplex struct {
	breaks []breakpoint
	jumps  []int
	y      []float64 // multipliers of the rows at the end

	// After patience pivots of the largest infeasibility come careful ones, which
	// cannot cycle, up to limit.
	patience, limit int
}

// solve brings the basis to the optimum, or as far as the cutoff, and leaves in y
// the multipliers that prove its bound.
func (s *simplex) solve(d *dictionary, cutoff float64) status {
	for pivots := 0; ; pivots++ {
		z := d.objective()
		if z <= cutoff {
			s.multipliers(d)
			return beyond
		}
		careful := pivots > s.patience
		r, sign := d.leaving(careful)
		if r < 0 {
			s.multipliers(d)
			return optimal
		}
		if pivots > s.limit {
			s.multipliers(d)
			return stalled
		}
		q, excess := s.entering(d, r, sign, careful)
		if q < 0 {
			s.multipliers(d)
			s.ray(d, r, sign, (z-cutoff+1)/excess)
			return beyond
		}
		s.jump(d)
		d.pivot(r, q, sign > 0)
	}
}

// leaving is the row the most outside its bounds, and on which side; the one of
// the lowest variable when careful (Bland's rule, which cannot cycle).
func (d *dictionary) leaving(careful bool) (row int, sign float64) {
	row, worst := -1, feasibility
	for i, x := range d.value {
		v := d.basic[i]
		over, side := x-d.high[v], 1.0
		if under := d.low[v] - x; under > over {
			over, side = under, -1
		}
		switch {
		case over <= feasibility:
		case careful && (row < 0 || v < d.basic[row]), !careful && over > worst:
			row, worst, sign = i, over, side
		}
	}
	return row, sign
}

// entering chooses the column for row r, and leaves in jumps those passed on the
// way. Without any the row stays outside by excess: there is no solution.
func (s *simplex) entering(d *dictionary, r int, sign float64, careful bool) (column int, excess float64) {
	v := d.basic[r]
	excess = d.value[r] - d.high[v]
	if sign < 0 {
		excess = d.low[v] - d.value[r]
	}
	s.breaks, s.jumps = s.breaks[:0], s.jumps[:0]
	for j, t := range d.row(r) {
		t *= sign
		if d.upper[j] == (t > 0) && math.Abs(t) > smallPivot {
			if w := d.nonbasic[j]; d.low[w] < d.high[w] {
				s.breaks = append(s.breaks, breakpoint{math.Max(0, d.cost[j]/t), math.Abs(t), j})
			}
		}
	}
	if careful {
		return s.first(d), excess
	}
	for heapify(s.breaks); len(s.breaks) > 0; s.breaks = pop(s.breaks) {
		b := s.breaks[0]
		w := d.nonbasic[b.column]
		rest := excess - b.size*(d.high[w]-d.low[w])
		if rest <= feasibility {
			return s.stablest(b), excess
		}
		excess = rest
		s.jumps = append(s.jumps, b.column)
	}
	return -1, excess
}

// first is Bland's choice: of the smallest ratio, the lowest variable.
func (s *simplex) first(d *dictionary) int {
	best := -1
	for i, b := range s.breaks {
		if best < 0 || b.ratio < s.breaks[best].ratio ||
			b.ratio == s.breaks[best].ratio && d.nonbasic[b.column] < d.nonbasic[s.breaks[best].column] {
			best = i
		}
	}
	if best < 0 {
		return -1
	}
	return s.breaks[best].column
}

// stablest prefers the largest pivot of the same ratio.
func (s *simplex) stablest(b breakpoint) int {
	for _, c := range s.breaks {
		if c.ratio <= b.ratio+1e-13 && c.size > b.size {
			b.column, b.size = c.column, c.size
		}
	}
	return b.column
}

// jump moves the columns of jumps to their other bounds.
func (s *simplex) jump(d *dictionary) {
	for _, j := range s.jumps {
		v := d.nonbasic[j]
		change := d.high[v] - d.low[v]
		if d.upper[j] {
			change = -change
		}
		d.upper[j] = !d.upper[j]
		for i := range d.m {
			d.value[i] += change * d.t[i*d.n+j]
		}
	}
}

// multipliers reads the rows' multipliers: the costs of those that are nonbasic.
func (s *simplex) multipliers(d *dictionary) {
	s.y = s.y[:0]
	for range len(d.low) - d.n {
		s.y = append(s.y, 0)
	}
	for j, v := range d.nonbasic {
		if k := int(v) - d.n; k >= 0 {
			s.y[k] = d.cost[j]
		}
	}
	s.finite(d)
}

// ray moves the multipliers along the direction that proves a row impossible.
func (s *simplex) ray(d *dictionary, r int, sign, step float64) {
	for j, v := range d.nonbasic {
		if k := int(v) - d.n; k >= 0 {
			s.y[k] -= sign * step * d.t[r*d.n+j]
		}
	}
	if k := int(d.basic[r]) - d.n; k >= 0 {
		s.y[k] = sign * step
	}
	s.finite(d)
}

// finite drops the multipliers on the side where a row has no bound.
func (s *simplex) finite(d *dictionary) {
	for k, y := range s.y {
		if v := d.n + k; y > 0 && math.IsInf(d.high[v], 1) || y < 0 && math.IsInf(d.low[v], -1) {
			s.y[k] = 0
		}
	}
}

func heapify(h []breakpoint) {
	for i := len(h)/2 - 1; i >= 0; i-- {
		sift(h, i)
	}
}

func pop(h []breakpoint) []breakpoint {
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	sift(h, 0)
	return h
}

func sift(h []breakpoint, i int) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h[child+1].less(h[child]) {
			child++
		}
		if !h[child].less(h[i]) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

func (b breakpoint) less(c breakpoint) bool {
	return b.ratio < c.ratio || b.ratio == c.ratio && b.column < c.column
}
