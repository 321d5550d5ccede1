package calibration

import (
	"math"
	"slices"

	"galien/internal/measure"
)

// layout says where each estimated parameter stands in the vector that EM moves:
// log slopes, intercepts, logits of lower asymptotes, and the mean and log-SD of the
// populations. All are free of constraints, but for their bounds and the order of the
// boundaries of graded items.
type layout struct {
	items  []place
	common int   // log of the slope that the 1PL items share; -1 without one
	mean   []int // of each group; its log-SD follows; -1 for a population that is held
	size   int
	// reference is the group that sets the scale when the items do not: the first one
	// that has persons.
	reference int
	// means and logSDs bound the populations to what the nodes can hold: a mean within
	// them, an SD of at least their spacing and at most half their range. On a narrower
	// normal the weights no longer have its moments.
	means, logSDs [2]float64
	// guesses lists where the logits of lower asymptotes stand, in order.
	guesses []int
	// anchored: fixed items settle the origin and unit of the scale. Otherwise the
	// reference group is N(0, 1).
	anchored bool
}

// place of an item's parameters; -1 where it has none.
type place struct {
	slope, first, steps, guess int
	status                     Status
}

func (p *place) free() bool { return p.status == Calibrated }

func newLayout(d *Data, q Quadrature) *layout {
	l := &layout{common: -1, items: make([]place, len(d.items)), mean: make([]int, len(d.groups))}
	l.means = [2]float64{q.Min, q.Max}
	l.logSDs = [2]float64{math.Log((q.Max - q.Min) / float64(q.Nodes-1)), math.Log((q.Max - q.Min) / 2)}
	for j := range d.items {
		it := &d.items[j]
		p := place{-1, -1, it.Categories - 1, -1, d.status(j)}
		l.anchored = l.anchored || p.status == Fixed && d.answered(j) > 0
		if p.free() {
			p.slope = l.slope(it.Model)
			p.first = l.take(p.steps)
			if it.Model == measure.ThreePL {
				p.guess = l.take(1)
				l.guesses = append(l.guesses, p.guess)
			}
		}
		l.items[j] = p
	}
	populated := d.populated()
	l.reference = slices.Index(populated, true)
	for g := range l.mean {
		l.mean[g] = -1
		if populated[g] && (g != l.reference || l.anchored) {
			l.mean[g] = l.take(2)
		}
	}
	return l
}

// slope finds room for a log slope, which the 1PL items share.
func (l *layout) slope(m measure.Model) int {
	if m != measure.OnePL {
		return l.take(1)
	}
	if l.common < 0 {
		l.common = l.take(1)
	}
	return l.common
}

func (l *layout) take(n int) int {
	at := l.size
	l.size += n
	return at
}

// populated tells which groups have persons.
func (d *Data) populated() []bool {
	has := make([]bool, len(d.groups))
	for row := range uint32(d.rows) {
		has[d.group(row)] = true
	}
	return has
}

// curve reads an item's parameters into v, whose d has the room.
func (l *layout) curve(j int, m measure.Model, x []float64, v *curve) {
	p := &l.items[j]
	v.model, v.a, v.c = m, math.Exp(x[p.slope]), 0
	v.d = append(v.d[:0], x[p.first:p.first+p.steps]...)
	if p.guess >= 0 {
		v.c, _ = logistic(x[p.guess])
	}
}

// indices returns where an item's parameters stand, in the order of curve.derivatives.
func (p *place) indices(dst []int) []int {
	dst = append(dst[:0], p.slope)
	for k := range p.steps {
		dst = append(dst, p.first+k)
	}
	if p.guess >= 0 {
		dst = append(dst, p.guess)
	}
	return dst
}

// population returns the mean and standard deviation of a group.
func (l *layout) population(g int, x []float64) (mean, sd float64) {
	if at := l.mean[g]; at >= 0 {
		return x[at], math.Exp(x[at+1])
	}
	return 0, 1
}

// bound brings a vector back between the bounds. It tells whether the boundaries of
// every graded item are in order; a vector that fails is not to be used.
func (l *layout) bound(d *Data, x []float64) bool {
	ordered := true
	if len(x) == 0 {
		return true
	}
	for j := range l.items {
		p := &l.items[j]
		if !p.free() {
			continue
		}
		x[p.slope] = clamp(x[p.slope], minLogSlope, maxLogSlope)
		steps := x[p.first : p.first+p.steps]
		for k := range steps {
			steps[k] = clamp(steps[k], -maxIntercept, maxIntercept)
		}
		if d.items[j].Model == measure.GRM {
			ordered = ordered && descending(steps)
		}
		if p.guess >= 0 {
			x[p.guess] = clamp(x[p.guess], minLogitC, maxLogitC)
		}
	}
	for _, at := range l.mean {
		if at >= 0 {
			x[at] = clamp(x[at], l.means[0], l.means[1])
			x[at+1] = clamp(x[at+1], l.logSDs[0], l.logSDs[1])
		}
	}
	return ordered
}

// change is the largest difference between two vectors, and where it is, the lower
// asymptotes counting as such: their logits run away where they are near 0.
func (l *layout) change(x, y []float64) (largest float64, at int) {
	guesses := l.guesses
	for i := range x {
		u, v := x[i], y[i]
		if len(guesses) > 0 && guesses[0] == i {
			guesses = guesses[1:]
			u, _ = logistic(u)
			v, _ = logistic(v)
		}
		if difference := math.Abs(u - v); difference > largest {
			largest, at = difference, i
		}
	}
	return largest, at
}

func clamp(v, low, high float64) float64 { return min(max(v, low), high) }
