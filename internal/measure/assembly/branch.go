package assembly

import "math"

// rounding is how near 0 or 1 a column counts as whole.
const rounding = 1e-7

// explore searches below a node for a solution above the cutoff.
func (s *search) explore(depth int) {
	d := s.node(depth)
	for !s.enough() {
		s.visited++
		bound, ok := s.relax(d)
		if !ok {
			return
		}
		j, up := s.branch(d, bound)
		if j < 0 && s.accept(d) {
			return
		}
		if j < 0 {
			if j = undecided(d); j < 0 {
				return
			}
		}
		first, second := 0.0, 1.0
		if up {
			first, second = second, first
		}
		child := s.node(depth + 1)
		child.copyFrom(d)
		child.set(j, first)
		s.explore(depth + 1)
		d.set(j, second)
	}
}

func (s *search) node(depth int) *dictionary {
	for len(s.nodes) <= depth {
		s.nodes = append(s.nodes, &dictionary{})
	}
	return s.nodes[depth]
}

// undecided is a column that may still be chosen or not; -1: none.
func undecided(d *dictionary) int {
	for j := range d.n {
		if d.low[j] < d.high[j] {
			return j
		}
	}
	return -1
}

// accept checks a whole relaxation on the rows themselves, which are integers,
// and keeps it when it is a better solution.
func (s *search) accept(d *dictionary) bool {
	mo := s.model
	value := mo.fixed
	clear(s.active)
	for j := range mo.n {
		s.choice[j] = d.of(j) > 0.5
		if s.choice[j] {
			value += mo.cost[j]
			for _, e := range mo.columns[j] {
				s.active[e.at] += e.times
			}
		}
	}
	for k, x := range s.active {
		if x > d.high[mo.n+k] || x < d.low[mo.n+k] {
			return false
		}
	}
	if value > s.cutoff {
		s.cutoff, s.found = value, true
		copy(s.best, s.choice)
	}
	return true
}

// penalties are what the first dual step costs on each side of a fractional column.
type penalties struct{ down, up float64 }

// branch chooses the fractional column whose two sides lower the bound the most,
// the weaker side first of all (penalties of Driebeek 1966), and the side to
// search first; -1 when the relaxation is whole.
func (s *search) branch(d *dictionary, bound float64) (column int, up bool) {
	column, best := -1, math.Inf(-1)
	gap := math.Max(bound-s.cutoff, s.tolerance)
	for i, v := range d.basic {
		x := d.value[i]
		if int(v) >= d.n || x < rounding || x > 1-rounding || d.low[v] == d.high[v] {
			continue
		}
		p := d.penalties(i, x)
		low, high := math.Min(p.down, p.up), math.Max(p.down, p.up)
		score := math.Min(low, gap) + math.Min(high, gap)/16
		if score > best {
			column, best, up = int(v), score, p.up < p.down
		}
	}
	return column, up
}

// penalties reads them in the row of a basic variable of value x.
func (d *dictionary) penalties(i int, x float64) penalties {
	down, up := math.Inf(1), math.Inf(1)
	for j, t := range d.row(i) {
		if math.Abs(t) <= smallPivot {
			continue
		}
		if v := d.nonbasic[j]; d.low[v] == d.high[v] {
			continue
		}
		ratio := math.Abs(d.cost[j] / t)
		if d.upper[j] == (t > 0) {
			down = math.Min(down, ratio)
		} else {
			up = math.Min(up, ratio)
		}
	}
	return penalties{down: down * x, up: up * (1 - x)}
}
