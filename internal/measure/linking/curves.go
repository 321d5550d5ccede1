package linking

import (
	"fmt"
	"math"

	"galien/internal/measure"
)

// curves finds the constants under which the curves agree best.
func (l *Link) curves(pairs []pair, o Options) error {
	l.To = o.To
	if l.To == nil {
		l.To = NormalNodes(-4, 4, 41)
	}
	if o.Both {
		if l.From = o.From; l.From == nil {
			l.From = l.To
		}
	}
	for _, nodes := range [2][]Node{l.To, l.From} {
		if err := validate(nodes); err != nil {
			return err
		}
	}
	c := newCriterion(pairs, l)
	p, err := c.minimise(c.start(pairs), &l.Steps)
	if err != nil {
		return err
	}
	l.A, l.B, l.Criterion = math.Exp(p.logA), p.b, c.at(p).value
	return nil
}

// start is the better of the constants that the moments give: one difficulty far out
// spoils the standard deviation, one slope the mean.
func (c *criterion) start(pairs []pair) point {
	a, b := meanMean(pairs)
	p := point{math.Log(a), b}
	if a, b, err := meanSigma(pairs); err == nil {
		if q := (point{math.Log(a), b}); c.at(q).value < c.at(p).value {
			return q
		}
	}
	return p
}

func validate(nodes []Node) error {
	sum := 0.0
	for q, n := range nodes {
		if math.IsNaN(n.Theta) || math.IsInf(n.Theta, 0) || !(n.Weight >= 0) || math.IsInf(n.Weight, 0) {
			return fmt.Errorf("linking: node %d: %+v", q, n)
		}
		sum += n.Weight
	}
	if nodes != nil && !(sum > 0) {
		return fmt.Errorf("linking: the %d nodes have no weight", len(nodes))
	}
	return nil
}

// point is a pair of constants; log A keeps A positive.
type point struct{ logA, b float64 }

// expansion is the criterion at a point, with its gradient and Hessian in (log A, B).
type expansion struct {
	value                  float64
	gradA, gradB           float64
	hessAA, hessAB, hessBB float64
}

// criterion is the mean squared difference of curves, over one or two sides.
type criterion struct {
	sides   []side
	scratch []curve
}

// side compares the curves of some items at the nodes of their scale with those of the
// same items of the other scale, moved there.
type side struct {
	nodes   []Node // weights of sum 1
	targets [][]curve
	moving  []measure.Item
	summed  bool // expected total score rather than every category
	forward bool // moving are the items linked from
}

// curve is a probability or an expected score, with its derivatives in θ.
type curve struct{ value, first, second float64 }

func newCriterion(pairs []pair, l *Link) *criterion {
	var from, to []measure.Item
	for _, p := range pairs {
		from, to = append(from, p.from), append(to, p.to)
	}
	summed := l.Method == StockingLord
	c := &criterion{sides: []side{newSide(l.To, to, from, summed, true)}}
	if l.From != nil {
		c.sides = append(c.sides, newSide(l.From, from, to, summed, false))
	}
	return c
}

func newSide(nodes []Node, staying, moving []measure.Item, summed, forward bool) side {
	s := side{moving: moving, summed: summed, forward: forward}
	sum := 0.0
	for _, n := range nodes {
		sum += n.Weight
	}
	for _, n := range nodes {
		s.nodes = append(s.nodes, Node{n.Theta, n.Weight / sum})
		s.targets = append(s.targets, trace(staying, n.Theta, summed, nil))
	}
	return s
}

// trace returns the curves at theta: every category's probability, or the expected
// total score alone.
func trace(items []measure.Item, theta float64, summed bool, dst []curve) []curve {
	dst = dst[:0]
	var total curve
	for i := range items {
		lowest := curve{value: 1} // what the other categories leave
		for k := 1; k < items[i].Categories(); k++ {
			log, d1, d2 := items[i].LogProbability(theta, k)
			p := math.Exp(log)
			c := curve{p, p * d1, p * (d2 + d1*d1)}
			total.add(c, float64(k))
			lowest.add(c, -1)
			if !summed {
				dst = append(dst, c)
			}
		}
		if !summed {
			dst = append(dst, lowest)
		}
	}
	if summed {
		dst = append(dst, total)
	}
	return dst
}

func (c *curve) add(d curve, times float64) {
	c.value += times * d.value
	c.first += times * d.first
	c.second += times * d.second
}

// at expands the criterion at a point. A residual r = f(u) - target, where u is the
// ability moved to the other scale, has ∇r = f'∇u and ∇²r = f”∇u∇uᵀ + f'∇²u.
func (c *criterion) at(p point) expansion {
	var e expansion
	for i := range c.sides {
		s := &c.sides[i]
		for q, n := range s.nodes {
			m := s.move(p, n.Theta)
			c.scratch = trace(s.moving, m.to, s.summed, c.scratch)
			for k, f := range c.scratch {
				e.add(n.Weight, f.value-s.targets[q][k].value, f, m)
			}
		}
	}
	return e
}

func (e *expansion) add(weight, r float64, f curve, m motion) {
	e.value += weight * r * r
	e.gradA += 2 * weight * r * f.first * m.a
	e.gradB += 2 * weight * r * f.first * m.b
	square := 2 * weight * (f.first*f.first + r*f.second)
	bend := 2 * weight * r * f.first
	e.hessAA += square*m.a*m.a + bend*m.aa
	e.hessAB += square*m.a*m.b + bend*m.ab
	e.hessBB += square * m.b * m.b
}

// motion is where an ability goes, with the derivatives in log A and B. That in B
// alone is linear.
type motion struct{ to, a, b, aa, ab float64 }

func (s *side) move(p point, theta float64) motion {
	if s.forward { // (θ - B)/A
		scale := math.Exp(-p.logA)
		u := (theta - p.b) * scale
		return motion{to: u, a: -u, b: -scale, aa: u, ab: scale}
	}
	u := theta * math.Exp(p.logA)
	return motion{to: u + p.b, a: u, b: 1, aa: u}
}
