package calibration

import (
	"math"

	"galien/internal/measure"
)

// unroll is how many nodes the inner loops take at a time, in registers. Rows of
// nodes are padded to a multiple of it with nodes of no weight.
const unroll = 8

// grid holds the nodes of the quadrature.
type grid struct {
	nodes  []float64 // stride of them: past count they repeat the last one
	count  int
	stride int
	step   float64
}

func newGrid(q Quadrature) grid {
	g := grid{count: q.Nodes, stride: (q.Nodes + unroll - 1) / unroll * unroll}
	g.step = (q.Max - q.Min) / float64(q.Nodes-1)
	g.nodes = make([]float64, g.stride)
	for i := range g.nodes {
		g.nodes[i] = q.Min + float64(min(i, q.Nodes-1))*g.step
	}
	return g
}

// logWeights writes the logarithm of the weights of N(mean, sd²) on the nodes, which
// sum to one; minus infinity on the padding.
func (g *grid) logWeights(mean, sd float64, dst []float64) {
	sum, top := 0.0, math.Inf(-1)
	for q := range dst {
		z := (g.nodes[q] - mean) / sd
		dst[q] = -z * z / 2
		if q < g.count {
			top = max(top, dst[q])
		}
	}
	for q := range g.count {
		sum += math.Exp(dst[q] - top)
	}
	shift := top + math.Log(sum)
	for q := range dst {
		dst[q] -= shift
		if q >= g.count {
			dst[q] = math.Inf(-1)
		}
	}
}

// tables hold what the E-step reads, for one value of the parameters. In the
// exponential family log P_k = k·aθ + c_k - D(θ): an answer adds to the two sums of
// k·a and c_k, and an item to the sum of D, whatever the answer (Birnbaum's
// sufficient score, 1968). The other models have a row of log P_k for each category.
type tables struct {
	category []uint32 // start of each item in linear, and in logs (times the stride)
	linear   []line   // of each item and category; zero for the other models
	d        []float64
	logs     []float64 // of each item and category; nil when every item is of the exponential family
	prior    []float64 // log-weights of each group
}

// line is the part k·aθ + c_k of a log-probability.
type line struct{ slope, intercept float64 }

func newTables(d *Data, g *grid) *tables {
	t := &tables{category: make([]uint32, len(d.items)+1)}
	others := false
	for j := range d.items {
		t.category[j+1] = t.category[j] + uint32(d.items[j].Categories)
		others = others || !exponential(d.items[j].Model)
	}
	n := int(t.category[len(d.items)])
	t.linear = make([]line, n)
	t.d = make([]float64, len(d.items)*g.stride)
	if others {
		t.logs = make([]float64, n*g.stride)
	}
	t.prior = make([]float64, len(d.groups)*g.stride)
	return t
}

// fill computes an item's rows.
func (t *tables) fill(j int, it *measure.Item, g *grid) {
	first := int(t.category[j])
	if !exponential(it.Model) {
		for k := range it.Categories() {
			row := t.logs[(first+k)*g.stride : (first+k+1)*g.stride]
			for q := range row {
				row[q], _, _ = it.LogProbability(g.nodes[q], k)
			}
		}
		return
	}
	v := curveOf(it)
	at := 0.0
	for k := range v.d {
		at += v.d[k]
		t.linear[first+k+1] = line{float64(k+1) * v.a, at}
	}
	row := t.d[j*g.stride : (j+1)*g.stride]
	for q := range row {
		log, _, _ := it.LogProbability(g.nodes[q], 0)
		row[q] = -log
	}
}
