package measure

import (
	"math"
	"slices"
)

// A ranking cuts the plane of posterior means and standard deviations of an
// ability into cells, meansPerLogit by sdsPerLogit to a square logit.
const (
	meansPerLogit, lowestMean, means = 4, -4.0, 32
	sdsPerLogit, lowestSD, sds       = 16, 1.0 / 16, 32
)

// ranking orders the items of a dimension in each cell by an upper bound of their
// expected information: the few best items at a posterior are among the first of
// its cell, and the bound tells when to stop looking (the threshold algorithm of
// Fagin, Lotem & Naor 2003).
type ranking struct {
	depth    int  // entries of a cell
	complete bool // the cells hold all items of the dimension
	entries  []ranked
}

// ranked is an item with the bound of its expected information in a cell.
type ranked struct {
	bound float32
	item  int32
}

// cell returns the entries of the cell of a posterior, the largest bounds first;
// false outside all cells.
func (r *ranking) cell(mean, sd float64) ([]ranked, bool) {
	m, s := (mean-lowestMean)*meansPerLogit, (sd-lowestSD)*sdsPerLogit
	if !(m >= 0 && m < means && s >= 0 && s < sds) {
		return nil, false
	}
	at := (int(s)*means + int(m)) * r.depth
	return r.entries[at : at+r.depth : at+r.depth], true
}

// rank makes the rankings of the bank's dimensions.
func (b *Bank) rank() []ranking {
	all := make([]ranking, b.plan.Pools())
	for k := range all {
		all[k] = rankItems(b.items, b.plan.Pool(k), 32+8*min(b.plan.Need(k), 32))
	}
	return all
}

// rankItems ranks some of the items, by their indices, down to the given depth.
func rankItems(items []Item, some []int, depth int) ranking {
	r := ranking{depth: min(depth, len(some)), complete: depth >= len(some)}
	r.entries = make([]ranked, 0, means*sds*r.depth)
	bounds := make([][means * sds]float32, len(some))
	e := new(envelope)
	for n, i := range some {
		e.enclose(&items[i])
		e.expected(&bounds[n])
	}
	keys := make([]uint64, len(some))
	for c := range means * sds {
		for n := range some { // the bits of positive numbers are in the order of the numbers
			keys[n] = uint64(^math.Float32bits(bounds[n][c]))<<32 | uint64(n)
		}
		slices.Sort(keys)
		for _, key := range keys[:r.depth] {
			n := uint32(key)
			r.entries = append(r.entries, ranked{bounds[n][c], int32(some[n])})
		}
	}
	return r
}

// The envelope's cells are 1/32 logit wide and reach all nodes of all cells of a ranking.
const (
	envelopePerLogit = 32
	envelopeLowest   = -10.0
	envelopeCells    = 20 * envelopePerLogit
	envelopeLevels   = 5 // the widest interval asked for has under 2^5 cells
)

// envelope bounds an item's information from above: level 0 over each cell, level
// n over the 2^n cells from a cell on.
type envelope [envelopeLevels][envelopeCells]float64

// enclose makes e the envelope of an item.
func (e *envelope) enclose(it *Item) {
	e.overCells(it)
	for n := 1; n < envelopeLevels; n++ {
		half := 1 << (n - 1)
		for q := range envelopeCells {
			e[n][q] = max(e[n-1][q], e[n-1][min(q+half, envelopeCells-1)])
		}
	}
}

// overCells bounds the information over each cell by that of its ends plus what a
// curve can bulge between them, an eighth of its second derivative. The second
// differences around the cell, doubled, stand for the derivative: they are close
// for a curve that is smooth at the scale of a cell. One that is not, with a slope
// over 8, gets one bound for all cells.
func (e *envelope) overCells(it *Item) {
	if it.sharpness() > envelopePerLogit/4 {
		top := it.largestInformation()
		for q := range e[0] {
			e[0][q] = top
		}
		return
	}
	var info [envelopeCells + 3]float64 // from one node before the first cell to one after the last
	for q := range info {
		info[q] = it.Information(envelopeLowest + float64(q-1)/envelopePerLogit)
	}
	for q := range e[0] {
		left, right := info[q+1], info[q+2]
		bulge := max(math.Abs(info[q]-2*left+right), math.Abs(left-2*right+info[q+3])) / 4
		e[0][q] = max(left, right) + bulge
	}
}

// expected writes for each cell of a ranking a number that the item's expected information does not exceed there: the
// quadrature rule over the largest information that each of its nodes meets.
func (e *envelope) expected(bounds *[means * sds]float32) {
	for s := range sds {
		low := lowestSD + float64(s)/sdsPerLogit
		high := low + 1.0/sdsPerLogit
		var row [means]float64
		e.add(&row, centreWeight, 0, 0)
		e.add(&row, innerWeight, innerNode*low, innerNode*high)
		e.add(&row, innerWeight, -innerNode*high, -innerNode*low)
		e.add(&row, outerWeight, outerNode*low, outerNode*high)
		e.add(&row, outerWeight, -outerNode*high, -outerNode*low)
		for m, bound := range row {
			bounds[s*means+m] = math.Nextafter32(float32(bound*(1+1e-6)), math.MaxFloat32) // over all rounding
		}
	}
}

// add adds, for each cell of means, the weighted bound of the information from low under the cell to high over it.
func (e *envelope) add(row *[means]float64, weight, low, high float64) {
	first := int((lowestMean + low - envelopeLowest) * envelopePerLogit)
	last := int((lowestMean + 1.0/meansPerLogit + high - envelopeLowest) * envelopePerLogit)
	n := 0
	for 2<<n <= last-first+1 {
		n++
	}
	last += 1 - 1<<n
	for m := range row {
		row[m] += weight * max(e[n][first], e[n][last])
		first += envelopePerLogit / meansPerLogit
		last += envelopePerLogit / meansPerLogit
	}
}

// largestInformation bounds the information at any ability: a quarter of the
// squared slope for two categories, less with asymptotes; the squared score of an
// answer is at most a² in the graded model; and the variance of a category among
// m+1 is at most m²/4.
func (it *Item) largestInformation() float64 {
	a := it.slope()
	switch it.Model {
	case GRM:
		return a * a
	case GPCM:
		steps := float64(len(it.B))
		return a * a * steps * steps / 4
	}
	return a * a / 4
}
