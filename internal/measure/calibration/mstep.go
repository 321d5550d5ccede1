package calibration

import (
	"math"

	"galien/internal/measure"
)

// Newton's method in the M-step stops when a step is under newtonTolerance: the next
// one would be about its square. It starts from the last iteration's values and takes
// one to three steps.
const (
	newtonTolerance = 1e-5
	newtonSteps     = 25
	newtonHalvings  = 20
)

// maximise is the M-step: it writes to next the parameters that raise the expected
// log-likelihood of e.total, plus the log-densities of the priors, above x.
func (e *engine) maximise(x, next []float64, expanded bool) {
	copy(next, x)
	unit := expansion{0, 1}
	if expanded && !e.layout.anchored {
		unit = e.expand(x)
	}
	e.populations(unit, next)
	e.each(len(e.data.items), func(j int) {
		p := &e.layout.items[j]
		if p.free() && p.slope != e.layout.common {
			newFit(e, j, unit).maximise(next)
		}
	})
	if e.layout.common >= 0 {
		e.maximiseCommon(unit, next)
	}
}

// fit is the M-step of one item: an objective in its parameters, in the order of
// curve.derivatives, and the memory to compute it.
type fit struct {
	engine *engine
	item   int
	unit   expansion
	curve  curve
	n      int
	kinds  []kind
	at     []int // where the parameters stand in the whole vector
	shared bool  // the slope's prior is counted elsewhere

	value    float64
	gradient []float64
	info     []float64 // n × n, Fisher's: the expected curvature

	probability, rows []float64
}

func newFit(e *engine, j int, unit expansion) *fit {
	p := &e.layout.items[j]
	f := &fit{engine: e, item: j, unit: unit, at: p.indices(nil)}
	f.shared = p.slope == e.layout.common
	f.n = len(f.at)
	f.kinds = make([]kind, f.n)
	for i := range f.kinds {
		f.kinds[i] = interceptKind
	}
	f.kinds[0] = slopeKind
	if p.guess >= 0 {
		f.kinds[f.n-1] = guessKind
	}
	f.gradient, f.info = make([]float64, f.n), make([]float64, f.n*f.n)
	f.probability = make([]float64, p.steps+1)
	f.rows = make([]float64, (p.steps+1)*f.n)
	return f
}

// evaluate computes the objective at x.
func (f *fit) evaluate(x []float64) {
	e := f.engine
	e.layout.curve(f.item, e.data.items[f.item].Model, x, &f.curve)
	f.value = 0
	clear(f.gradient)
	clear(f.info)
	if exponential(f.curve.model) {
		f.sufficient()
	} else {
		f.tabulated()
	}
	for i, k := range f.kinds {
		if f.shared && k == slopeKind {
			continue
		}
		value, first, curvature := e.priors.at(k, x[f.at[i]])
		f.value += value
		f.gradient[i] += first
		f.info[i*f.n+i] += curvature
	}
}

// sufficient: Σ a·score·θ + Σ_h N(X≥h)·d_h + Σ_q n_q log P_0(θ_q), in the exponential family.
func (f *fit) sufficient() {
	e := f.engine
	scores, above := 0.0, 0.0
	steps := f.curve.d
	for h := len(steps); h >= 1; h-- {
		n := float64(e.data.counts[f.item][h])
		above += n
		scores += float64(h) * n
		f.value += above * steps[h-1]
		f.gradient[h] += above
	}
	product := f.curve.a * (e.total.products[f.item] - f.unit.mean*scores) / f.unit.sd
	f.value += product
	f.gradient[0] += product
	stride := e.grid.stride
	answered := e.total.answered[f.item*stride : f.item*stride+e.grid.count]
	if len(steps) == 1 {
		f.binary(answered)
		return
	}
	for q, n := range answered {
		if n == 0 {
			continue
		}
		f.curve.derivatives(f.unit.node(e.grid.nodes[q]), f.probability, f.rows)
		f.value += n * math.Log(max(f.probability[0], math.SmallestNonzeroFloat64))
		f.expect(0, n)
		f.inform(n)
	}
}

// binary is the part Σ_q n_q log P_0(θ_q) for two categories, spelt out: it is most of
// the M-step's time.
func (f *fit) binary(answered []float64) {
	nodes := f.engine.grid.nodes
	for q, n := range answered {
		if n == 0 {
			continue
		}
		u := f.curve.a * f.unit.node(nodes[q])
		l, m := logistic(u + f.curve.d[0])
		f.value += n * math.Log(max(m, math.SmallestNonzeroFloat64))
		g := n * l
		f.gradient[0] -= g * u
		f.gradient[1] -= g
		g *= m
		f.info[3] += g
		g *= u
		f.info[2] += g
		f.info[0] += g * u
	}
}

// tabulated: Σ_q Σ_k r_kq log P_k(θ_q).
func (f *fit) tabulated() {
	e := f.engine
	stride, first := e.grid.stride, int(e.tables.category[f.item])
	for q := range e.grid.count {
		total := 0.0
		for k := range f.probability {
			total += e.total.category[(first+k)*stride+q]
		}
		if total == 0 {
			continue
		}
		f.curve.derivatives(f.unit.node(e.grid.nodes[q]), f.probability, f.rows)
		for k, p := range f.probability {
			if n := e.total.category[(first+k)*stride+q]; n > 0 {
				f.value += n * math.Log(max(p, math.SmallestNonzeroFloat64))
				f.expect(k, n)
			}
		}
		f.inform(total)
	}
}

// expect adds n answers of a category to the gradient.
func (f *fit) expect(category int, n float64) {
	for i, g := range f.rows[category*f.n : (category+1)*f.n] {
		f.gradient[i] += n * g
	}
}

// inform adds the Fisher information of n answers, n Σ P·∇log P·∇log P'.
func (f *fit) inform(n float64) {
	for k, p := range f.probability {
		row := f.rows[k*f.n : (k+1)*f.n]
		for i, g := range row {
			g *= n * p
			for h, v := range row[:i+1] {
				f.info[i*f.n+h] += g * v
			}
		}
	}
}

// maximise climbs from x and writes the result there.
func (f *fit) maximise(x []float64) {
	f.evaluate(x)
	step, from := make([]float64, f.n), make([]float64, f.n)
	for range newtonSteps {
		f.direction(x, step)
		for i, at := range f.at {
			from[i] = x[at]
		}
		if f.climb(x, from, step) < newtonTolerance {
			return
		}
	}
}

// direction solves info·step = gradient, the parameters that a bound holds apart.
func (f *fit) direction(x, step []float64) {
	copy(step, f.gradient)
	for i, at := range f.at {
		low, high := f.kinds[i].bounds()
		if x[at] <= low && step[i] < 0 || x[at] >= high && step[i] > 0 {
			step[i] = 0
			for h := range f.n {
				f.info[max(i, h)*f.n+min(i, h)] = 0
			}
			f.info[i*f.n+i] = 1
		}
	}
	solve(f.info, step, f.n)
}

// climb moves x from «from» along step, halved until the objective does not fall, and
// returns the largest move. The objective is left evaluated at x.
func (f *fit) climb(x, from, step []float64) (moved float64) {
	before, scale := f.value, 1.0
	for range newtonHalvings {
		moved = 0
		for i, at := range f.at {
			low, high := f.kinds[i].bounds()
			x[at] = clamp(from[i]+scale*step[i], low, high)
			moved = max(moved, math.Abs(x[at]-from[i]))
		}
		if f.ordered(x) {
			f.evaluate(x)
			if f.value >= before-1e-13*math.Abs(before) {
				return moved
			}
		}
		scale /= 2
	}
	for i, at := range f.at {
		x[at] = from[i]
	}
	return 0
}

func (f *fit) ordered(x []float64) bool {
	p := &f.engine.layout.items[f.item]
	return f.engine.data.items[f.item].Model != measure.GRM || descending(x[p.first:p.first+p.steps])
}

// solve replaces b by the solution of A·x = b by Cholesky's method, A being symmetric
// (its lower triangle is read, and overwritten). A diagonal that rounding made null or
// negative is raised: the direction stays one of ascent.
func solve(a, b []float64, n int) {
	for i := range n {
		for j := range i + 1 {
			s := a[i*n+j]
			for k := range j {
				s -= a[i*n+k] * a[j*n+k]
			}
			switch {
			case i > j:
				a[i*n+j] = s / a[j*n+j]
			default:
				a[i*n+i] = math.Sqrt(max(s, 1e-10*math.Abs(a[i*n+i]), 1e-12))
			}
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= a[i*n+k] * b[k]
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[k*n+i] * b[k]
		}
		b[i] /= a[i*n+i]
	}
}
