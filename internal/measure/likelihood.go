package measure

import (
	"math"
	"slices"
)

// The grid of a dimension: 129 nodes over ±8 prior standard deviations, and over ±16 posterior ones once the answers know so
// much more than the prior that its nodes are too far apart (see tilted).
const (
	gridHalf  = 64
	gridNodes = 2*gridHalf + 1
	gridReach = 8.0
)

// likelihood is the product of the answers' curves on one dimension, at the nodes of its grid, up to a factor that
// keeps the largest value between 1/16 and 1.
type likelihood struct {
	origin, step float64             // node q is at origin + (q-gridHalf)·step
	fine         bool                // the grid was laid around the posterior
	values       *[gridNodes]float64 // all 1 before the first answer
	scale        float64             // what the values were divided by since they were last computed by logarithms
	sharpness    float64             // of the sharpest answer, see Item.sharpness
	answers      []Response
}

func newLikelihood(origin, sd float64) likelihood {
	l := likelihood{origin: origin, step: sd * gridReach / gridHalf, values: new([gridNodes]float64), scale: 1}
	for q := range l.values {
		l.values[q] = 1
	}
	return l
}

// copyFrom makes l an independent copy of src, in the memory that l has.
func (l *likelihood) copyFrom(src *likelihood) {
	values, answers := l.values, append(l.answers[:0], src.answers...)
	if values == nil {
		values = new([gridNodes]float64)
	}
	*values = *src.values
	*l = *src
	l.values, l.answers = values, answers
}

func (l *likelihood) node(q int) float64 { return l.origin + float64(q-gridHalf)*l.step }

// nearest is the node nearest to a place in units of the step from the origin, on the grid.
func nearest(at float64) int { return int(math.Round(min(max(at, -gridHalf), gridHalf))) + gridHalf }

// multiply takes in one answer. The item must not change afterwards.
//
// Every model's curve is a product of terms floor + span/(1 + Σ exp(slope·(θ-at))), and on equally spaced nodes an
// exponential is a geometric sequence: a node costs products and a division, not an exponential and a logarithm.
func (l *likelihood) multiply(it *Item, category int) {
	l.answers = append(l.answers, Response{it, category})
	l.sharpness = max(l.sharpness, it.sharpness())
	var odds [gridNodes]float64
	a := it.slope()
	switch {
	case it.Model == GPCM:
		l.addRivals(&odds, it, category)
		l.apply(&odds, 0, 1)
	case it.Model == GRM:
		l.multiplyBetween(&odds, it, category)
	case category == 1:
		l.addExponential(&odds, -a, it.B[0])
		l.apply(&odds, it.C, it.upper()-it.C)
	default:
		l.addExponential(&odds, a, it.B[0])
		l.apply(&odds, 1-it.upper(), it.upper()-it.C)
	}
	l.rescale()
}

// multiplyBetween is a GRM answer: above one boundary and below the next, up to a constant (see Item.graded).
func (l *likelihood) multiplyBetween(odds *[gridNodes]float64, it *Item, category int) {
	if category > 0 {
		l.addExponential(odds, -it.A, it.B[category-1])
		l.apply(odds, 0, 1)
	}
	if category < len(it.B) {
		*odds = [gridNodes]float64{}
		l.addExponential(odds, it.A, it.B[category])
		l.apply(odds, 0, 1)
	}
}

// addRivals adds the odds of every other category of a GPCM item against the given one, exp(Σ a(θ-b)) over the steps
// between them.
func (l *likelihood) addRivals(odds *[gridNodes]float64, it *Item, category int) {
	sum := 0.0
	for k := category; k < len(it.B); k++ {
		sum += it.B[k]
		steps := float64(k - category + 1)
		l.addExponential(odds, it.A*steps, sum/steps)
	}
	sum = 0
	for k := category - 1; k >= 0; k-- {
		sum += it.B[k]
		steps := float64(category - k)
		l.addExponential(odds, -it.A*steps, sum/steps)
	}
}

// addExponential adds exp(slope·(θ-at)) at every node θ. The sequence starts where it is nearest to 1 and grows or
// shrinks from there, possibly to infinity or to 0, which is then its right value.
func (l *likelihood) addExponential(odds *[gridNodes]float64, slope, at float64) {
	if math.Abs(slope)*l.step > 300 {
		for q := range odds {
			odds[q] += math.Exp(slope * (l.node(q) - at))
		}
		return
	}
	start := nearest((at - l.origin) / l.step)
	e, ratio := math.Exp(slope*(l.node(start)-at)), math.Exp(slope*l.step)
	up, down, inverse := e, e, 1/ratio
	for q := start; q < gridNodes; q++ {
		odds[q] += up
		up *= ratio
	}
	for q := start - 1; q >= 0; q-- {
		down *= inverse
		odds[q] += down
	}
}

func (l *likelihood) apply(odds *[gridNodes]float64, floor, span float64) {
	for q, e := range odds {
		l.values[q] *= floor + span/(1+e)
	}
}

// rescale makes the largest value 1 when it has become small. Where answers contradict each other so much that values
// may have vanished which now count, all are computed again by logarithms.
func (l *likelihood) rescale() {
	top := 0.0
	for _, v := range l.values {
		if v > top {
			top = v
		}
	}
	if top > 1.0/16 {
		return
	}
	l.scale *= top
	if !(l.scale > vanishing) {
		l.recompute()
		return
	}
	inverse := 1 / top
	for q := range l.values {
		l.values[q] *= inverse
	}
}

// recompute makes the values from the answers, by logarithms.
func (l *likelihood) recompute() {
	l.scale = 1
	logs := l.logs()
	highest := slices.Max(logs[:])
	for q, log := range logs {
		l.values[q] = math.Exp(log - highest)
	}
}

// logs returns the log-likelihood at the nodes.
func (l *likelihood) logs() (logs [gridNodes]float64) {
	for _, r := range l.answers {
		for q := range logs {
			log, _, _ := r.Item.LogProbability(l.node(q), r.Category)
			logs[q] += log
		}
	}
	return logs
}

// vanishing is the weight under which sums may lack terms that are too small to be held as products, down to 1e-308.
const vanishing = 1e-100
