package assembly

import (
	"fmt"
	"slices"
)

// Tag bounds the number of items that carry it.
type Tag struct {
	Name     string
	Min, Max int
}

// crosses tells whether a constraint of the specification crosses the groups.
func (s Spec) crosses() bool {
	return len(s.Tags) > 0 || s.MaxSeconds > 0 || len(s.Enemies) > 0
}

func (s Spec) validateCrossing() error {
	names := map[string]bool{}
	for _, t := range s.Tags {
		if t.Name == "" || names[t.Name] {
			return fmt.Errorf("assembly: tag name %q is missing or taken", t.Name)
		}
		names[t.Name] = true
		if t.Min < 0 || t.Max < t.Min {
			return fmt.Errorf("assembly: tag %q: minimum %d, maximum %d", t.Name, t.Min, t.Max)
		}
	}
	if s.MaxSeconds < 0 || s.MaxSeconds > MaxSeconds {
		return fmt.Errorf("assembly: maximum of %d seconds is outside [0, %d]", s.MaxSeconds, MaxSeconds)
	}
	for n, set := range s.Enemies {
		for m, i := range set {
			if i < 0 || i >= len(s.Items) || slices.Contains(set[:m], i) {
				return fmt.Errorf("assembly: enemies %d: item %d is unknown or repeated", n, i)
			}
		}
	}
	for _, it := range s.Items {
		if it.Seconds < 0 || it.Seconds > MaxSeconds {
			return fmt.Errorf("assembly: item %q: %d seconds are outside [0, %d]", it.ID, it.Seconds, MaxSeconds)
		}
		for n, t := range it.Tags {
			if t < 0 || t >= len(s.Tags) || slices.Contains(it.Tags[:n], t) {
				return fmt.Errorf("assembly: item %q: tag %d is unknown or repeated", it.ID, t)
			}
		}
	}
	return nil
}

// MaxSeconds is the largest duration, of an item or of a form: about twelve days.
const MaxSeconds = 1 << 20

// Crossing tells whether constraints cross the groups: enemies, seconds or tags.
// Then the form of Merge is only a bound, unless the workspace Respects it.
func (p *Plan) Crossing() bool { return p.matrix != nil }

// Respects tells whether a form of given and chosen items keeps within the
// constraints that cross the groups. If the best form of Merge does, it is the
// best of all.
func (w *Workspace) Respects(chosen []Candidate, given []int) bool {
	ma := w.plan.matrix
	if ma == nil {
		return true
	}
	w.sums = resize(w.sums, len(ma.rows))
	clear(w.sums)
	count := func(item int) {
		for _, t := range ma.columns[item] {
			w.sums[t.at] += int(t.times)
		}
	}
	for _, i := range given {
		count(i)
	}
	for _, c := range chosen {
		count(int(c.Item))
	}
	for k, r := range ma.rows {
		if w.sums[k] < r.low || w.sums[k] > r.high {
			return false
		}
	}
	return true
}

// search finds the best form by branch and bound.
func (w *Workspace) search(limit int, values []float64, given []int, excluded []bool) (Solution, bool) {
	if w.exact == nil {
		w.exact = w.plan.newExact()
	}
	p := w.exact.solve(values, given, excluded, false, limit)
	if !p.found {
		return Solution{}, false
	}
	for _, i := range given {
		w.exact.decided[i] = false
	}
	w.free = w.free[:0]
	sum := 0.0
	for i, in := range w.exact.decided {
		if in {
			w.free = append(w.free, i)
			sum += values[i]
		}
	}
	slices.SortFunc(w.free, func(i, j int) int {
		return Candidate{values[i], int32(i)}.Compare(Candidate{values[j], int32(j)})
	})
	s := Solution{Free: w.free, Bound: p.bound, Proven: !w.exact.search.stopped, Nodes: p.nodes}
	if s.Proven {
		s.Bound = sum
	}
	return s, true
}

// conflict is the error of a plan that is known to have no form. When the groups
// alone forbid it they are named alone; otherwise the deletion filter tries all
// constraints, each trial being settled by a search for any form.
func (p *Plan) conflict(given []int, excluded []bool) error {
	if s := p.supply(given, excluded); !s.satisfies(p.groups, p.family != nil) {
		return &InfeasibleError{Binding: p.irreducible(s)}
	}
	x := p.newExact()
	var binding []string
	for _, c := range p.matrix.constraints {
		x.lift(c, true)
		if x.feasible(given, excluded) {
			x.lift(c, false)
			binding = append(binding, c.name)
		}
	}
	return &InfeasibleError{Binding: binding}
}

// lift takes a constraint out of force, or puts it back.
func (x *exact) lift(c constraint, out bool) {
	for _, k := range c.rows {
		bound := x.plan.matrix.rows[k].bounds
		if out {
			bound = bounds{0, unbounded}
		}
		if c.low {
			x.rows[k].low = bound.low
		}
		if c.high {
			x.rows[k].high = bound.high
		}
	}
}

// feasible searches for any form. Values without ties keep the pivots from
// stalling; they are the fractional parts of multiples of the golden ratio.
func (x *exact) feasible(given []int, excluded []bool) bool {
	values := make([]float64, len(x.plan.items))
	for i := range values {
		v := float64(i+1) * 0.6180339887498949
		values[i] = v - float64(int(v))
	}
	return x.solve(values, given, excluded, true, 0).found
}
