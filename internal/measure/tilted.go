package measure

import "math"

// Sums over the nodes take every node, every second or every fourth one. The trapezoid rule on an analytic density
// converges as exp(-2π·distance/spacing), the distance being that of the nearest pole (π over the slope, for a
// logistic curve), and on a bell as 2·exp(-2(π·sd/spacing)²) (Trefethen & Weideman 2014): the largest stride is taken
// that keeps both far below 1e-9.
const (
	maxStride     = 4
	strideOverSD  = 0.8 // at most, spacing over the standard deviation of the tilted density
	strideBySlope = 0.5 // at most, spacing times sharpness
)

// Weights of the normal beyond windowReach standard deviations are left out, all below 1.3e-14, as long as the total is
// at least windowTotal, neither the normal's largest weight nor any likelihood being over 1.
const (
	windowReach = 8.0
	windowTotal = 0.01
)

// tilted returns the mean and variance of the cavity normal times the likelihood; sd is a guess of its standard
// deviation. A grid that is too coarse for it, or not around it, is laid anew.
func (l *likelihood) tilted(mean, variance, sd float64) (m, v float64) {
	for range maxGrids {
		m, v = l.onGrid(mean, variance, sd)
		sd = math.Sqrt(v)
		half := gridHalf * l.step
		switch {
		case sd < resolved*l.step:
			l.lay(m, max(fineReach*sd, 2*l.step))
		case l.fine && (math.Abs(m-l.origin) > half/2 || sd > half/10):
			l.lay(m, max(fineReach*sd, half))
		default:
			return m, v
		}
	}
	return m, v
}

// A grid resolves a density of that many steps' standard deviation: the trapezoid rule is then exact to 1e-13. Laying it anew
// takes one or two goes; more when the mean is far outside.
const (
	resolved = 1.25
	maxGrids = 200
	// Standard deviations of the posterior on either side of a grid laid anew: a few answers after a wide prior have tails that
	// fall no faster than an exponential.
	fineReach = 16.0
)

// lay puts the grid around a place and computes the likelihood on it.
func (l *likelihood) lay(origin, half float64) {
	l.origin, l.step, l.fine = origin, half/gridHalf, true
	l.recompute()
}

// onGrid is tilted on the grid as it is. It does not see under its spacing: the variance is at least that of one cell.
func (l *likelihood) onGrid(mean, variance, sd float64) (m, v float64) {
	at, spread := (mean-l.origin)/l.step, variance/(l.step*l.step) // in nodes from the middle
	for stride := l.stride(sd); ; stride /= 2 {
		m, v = l.moments(at, spread, stride)
		s := float64(stride) / strideOverSD
		if stride == 1 || v >= s*s {
			return l.origin + l.step*m, l.step * l.step * math.Max(v, 1.0/12)
		}
	}
}

func (l *likelihood) stride(sd float64) int {
	largest := min(strideOverSD*sd, strideBySlope/l.sharpness) / l.step
	stride := maxStride
	for stride > 1 && float64(stride) > largest {
		stride /= 2
	}
	return stride
}

// moments is the mean and variance of likelihood times normal, in nodes, by the window, else by all nodes, else, where
// the likelihood is so far from the normal that products vanish, by logarithms.
func (l *likelihood) moments(at, spread float64, stride int) (m, v float64) {
	w := walk{at: at, spread: spread, stride: stride, nodes: int(windowReach*math.Sqrt(spread)/float64(stride)) + 1}
	m, v, total := w.moments(l.values)
	if total > windowTotal {
		return m, v
	}
	w.nodes = gridNodes
	m, v, total = w.moments(l.values)
	if total > vanishing && !math.IsInf(total, 1) {
		return m, v
	}
	return l.rareMoments(at, spread)
}

// walk is a way over the grid, from the node nearest to the mean of a normal outwards.
type walk struct {
	at, spread float64 // mean, in nodes from the middle, and variance of the normal
	stride     int     // between two nodes
	nodes      int     // on each side, at most
}

// moments sums the likelihood times the normal. The normal is walked by its own ratio of neighbours, which itself
// shrinks by a constant at each node: two exponentials for all nodes. Over 129 nodes the rounding stays under 1e-11.
// A total that is not a positive number says that the walk failed.
func (w walk) moments(values *[gridNodes]float64) (m, v, total float64) {
	s := float64(w.stride)
	middle := nearest(w.at)
	offset := w.at - float64(middle-gridHalf)
	inverse := s / w.spread
	shrink := math.Exp(-s * inverse)
	up := math.Exp((offset - s/2) * inverse)
	down := shrink / up
	above, below := min((gridNodes-1-middle)/w.stride, w.nodes), min(middle/w.stride, w.nodes)
	total = values[middle]
	var first, second float64
	x, high, low, upWeight, downWeight := 0.0, middle, middle, 1.0, 1.0
	for range min(above, below) {
		x++
		high += w.stride
		low -= w.stride
		upWeight *= up
		downWeight *= down
		up *= shrink
		down *= shrink
		u, d := upWeight*values[high], downWeight*values[low]
		total += u + d
		first += x * (u - d)
		second += x * x * (u + d)
	}
	side, weight, ratio, q, step := 1.0, upWeight, up, high, w.stride
	if below > above {
		side, weight, ratio, q, step = -1, downWeight, down, low, -w.stride
	}
	for range max(above, below) - min(above, below) {
		x++
		q += step
		weight *= ratio
		ratio *= shrink
		u := weight * values[q]
		total += u
		first += side * x * u
		second += x * x * u
	}
	first /= total
	return s*first + float64(middle-gridHalf), s * s * (second/total - first*first), total
}

// rareMoments is moments by logarithms, whatever the distance between likelihood and normal.
func (l *likelihood) rareMoments(at, spread float64) (m, v float64) {
	logs := l.logs()
	top := math.Inf(-1)
	for q := range logs {
		d := float64(q-gridHalf) - at
		logs[q] -= d * d / (2 * spread)
		top = max(top, logs[q])
	}
	var sum, first, second float64
	for q := range logs {
		w, x := math.Exp(logs[q]-top), float64(q-gridHalf)
		sum, first, second = sum+w, first+w*x, second+w*x*x
	}
	first /= sum
	return first, second/sum - first*first
}
