package calibration

import "math"

// reach bounds the nodes that count in a posterior: those whose weight is over
// exp(-reach), 1e-12, of the largest. What is left out is below the rounding of the
// log-likelihood.
const reach = 27.631

// fewRows is the number of rows from which the denominators of a form are summed
// once for all its rows, on every node.
const fewRows = 4

// pass is the E-step of one part of the rows. It owns its counts and its working
// rows, and allocates nothing.
type pass struct {
	*engine
	counts *counts
	score  func(p *pass, f *form, row uint32) // called with the posterior of each row; nil for none

	weight []float64 // log-weights, then posterior, at the nodes; zero outside [low, high)
	sumD   []float64 // Σ D of the form at the nodes
	known  bool      // sumD holds on every node
	sums   []float64 // Σ posterior of the rows of the form
	scores []float64 // Σ score·E(θ) of the form's items
	low    int       // the nodes that count
	high   int
}

func newPass(e *engine) *pass {
	n := e.grid.stride
	return &pass{
		engine: e, counts: newCounts(e.data, e.tables),
		weight: make([]float64, n), sumD: make([]float64, n), sums: make([]float64, n),
		scores: make([]float64, len(e.data.items)),
	}
}

// run goes over the rows [from, to).
func (p *pass) run(from, to uint32) {
	p.counts.reset()
	for i := p.formOf(from); i < len(p.data.forms) && p.data.forms[i].row < to; i++ {
		f := &p.data.forms[i]
		first, last := max(f.row, from), min(f.row+f.rows, to)
		p.known = f.rows >= fewRows
		if p.known {
			clear(p.sums)
			clear(p.scores[:f.linear])
			sumRows(p.sumD, p.tables.d, p.data.listOf(f)[:f.linear], p.grid.stride, 0)
		}
		for row := first; row < last; row++ {
			p.row(f, row)
		}
		if p.known {
			p.spread(f)
		}
	}
}

// row adds a row's posterior to the counts.
func (p *pass) row(f *form, row uint32) {
	slope, intercept := p.lines(f, row)
	top := p.likelihood(f, row, slope)
	p.trim(top)
	n, first, second := p.normalise(top, p.data.weight(row), intercept)
	g := &p.counts.groups[p.data.group(row)]
	g.n += n
	g.first += n * first
	g.second += n * second
	p.counts.coarse.see(n, math.Sqrt(max(0, second-first*first)), p.grid.step)
	p.tally(f, row, n*first)
	if p.score != nil {
		p.score(p, f, row)
	}
}

// lines sums k·a and c_k over the answers to the items of the exponential family.
func (p *pass) lines(f *form, row uint32) (slope, intercept float64) {
	items := p.data.listOf(f)[:f.linear]
	answers := p.data.answersOf(f, row)[:len(items)]
	for l, j := range items {
		at := &p.tables.linear[p.tables.category[j]+uint32(answers[l])]
		slope += at.slope
		intercept += at.intercept
	}
	return slope, intercept
}

// likelihood writes the log-weights of the nodes in [low, high), and returns the
// largest. The range starts from the one of the last iteration and grows until both
// ends are out of reach: the posterior is log-concave, so that everything beyond is
// too. With asymptotes it may not be, and the range is the whole grid.
func (p *pass) likelihood(f *form, row uint32, slope float64) (top float64) {
	stride := p.grid.stride
	low, high := int(p.lows[row]), int(p.lows[row])+int(p.spans[row])*unroll
	if p.known || !p.concave {
		low, high = 0, stride
	}
	top = p.fill(f, row, slope, low, high)
	for low > 0 && p.weight[low] > top-reach {
		next := max(0, low-unroll)
		top = max(top, p.fill(f, row, slope, next, next+unroll))
		low = next
	}
	for high < stride && p.weight[high-1] > top-reach {
		high = min(stride, high+unroll)
		top = max(top, p.fill(f, row, slope, high-unroll, high))
	}
	p.low, p.high = low, high
	return top
}

// fill computes the log-weights of the nodes in [low, high), a multiple of unroll.
func (p *pass) fill(f *form, row uint32, slope float64, low, high int) (top float64) {
	stride := p.grid.stride
	items := p.data.listOf(f)
	if !p.known {
		sumRows(p.sumD[low:high], p.tables.d, items[:f.linear], stride, low)
	}
	weight, sumD, nodes := p.weight[low:high], p.sumD[low:high], p.grid.nodes[low:high]
	group := p.data.group(row) * stride
	prior := p.tables.prior[group+low : group+high]
	for q := range weight {
		weight[q] = prior[q] + slope*nodes[q] - sumD[q]
	}
	if others := items[f.linear:]; len(others) > 0 {
		answers := p.data.answersOf(f, row)[f.linear:]
		for l, j := range others {
			at := int(p.tables.category[j]+uint32(answers[l])) * stride
			for q, v := range p.tables.logs[at+low : at+high][:len(weight)] {
				weight[q] += v
			}
		}
	}
	top = math.Inf(-1)
	for _, v := range weight {
		top = max(top, v)
	}
	return top
}

// trim narrows [low, high) to the nodes within reach. What is computed from here on
// does not depend on the range that they were found from.
func (p *pass) trim(top float64) {
	low, high := p.low, p.high
	for p.weight[low] <= top-reach {
		low++
	}
	for p.weight[high-1] <= top-reach {
		high--
	}
	p.low, p.high = low, high
}

// normalise turns log-weights into a posterior times the number of persons of the
// row, and returns that number and the posterior means of θ and θ².
func (p *pass) normalise(top, n, intercept float64) (_, first, second float64) {
	sum := 0.0
	nodes := p.grid.nodes[p.low:p.high]
	weight := p.weight[p.low:p.high][:len(nodes)]
	for q, theta := range nodes {
		w := math.Exp(weight[q] - top)
		weight[q] = w
		sum += w
		w *= theta
		first += w
		second += w * theta
	}
	p.counts.loglik += n * (top + math.Log(sum) + intercept)
	scale := n / sum
	for q := range weight {
		weight[q] *= scale
	}
	return n, first / sum, second / sum
}
