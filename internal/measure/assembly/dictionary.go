package assembly

import (
	"slices"

	"gonum.org/v1/gonum/floats"
)

// dictionary is a basis of the relaxation in which an item may be chosen in part:
// each basic variable as a combination of the nonbasic ones (Chvátal 1983, Linear
// Programming). Variable j < n says how far column j is chosen, variable n+k is
// the sum of row k. Only the rows that some solution broke are in it.
type dictionary struct {
	n, m      int
	t         []float64 // m × n: basic i = Σ t[i][j] × nonbasic j
	cost      []float64 // n: of the nonbasic variables in the objective
	basic     []int32   // m: variable of each row
	nonbasic  []int32   // n: variable of each column
	upper     []bool    // n: the nonbasic variable is at its upper bound
	value     []float64 // m: of the basic variables
	where     []int32   // by variable: its column, or -1 - its row; absent for a row outside
	low, high []float64 // bounds by variable
}

const absent = 1 << 30

// reset makes the first basis of a model.
func (d *dictionary) reset(mo *model) {
	d.low = append(d.low[:0], mo.low...)
	d.high = append(d.high[:0], mo.high...)
	d.restart(mo)
}

// restart makes the basis without rows, each column at the bound that its cost
// prefers, and keeps the bounds.
func (d *dictionary) restart(mo *model) {
	d.n, d.m = mo.n, 0
	d.t, d.basic, d.value = d.t[:0], d.basic[:0], d.value[:0]
	d.nonbasic, d.upper, d.where = d.nonbasic[:0], d.upper[:0], d.where[:0]
	d.cost = append(d.cost[:0], mo.cost...)
	for j, c := range mo.cost {
		d.nonbasic = append(d.nonbasic, int32(j))
		d.upper = append(d.upper, c > 0)
		d.where = append(d.where, int32(j))
	}
	for range mo.rows {
		d.where = append(d.where, absent)
	}
}

func (d *dictionary) copyFrom(s *dictionary) {
	d.n, d.m = s.n, s.m
	d.t = append(d.t[:0], s.t...)
	d.cost = append(d.cost[:0], s.cost...)
	d.basic = append(d.basic[:0], s.basic...)
	d.nonbasic = append(d.nonbasic[:0], s.nonbasic...)
	d.upper = append(d.upper[:0], s.upper...)
	d.value = append(d.value[:0], s.value...)
	d.where = append(d.where[:0], s.where...)
	d.low = append(d.low[:0], s.low...)
	d.high = append(d.high[:0], s.high...)
}

func (d *dictionary) row(i int) []float64 { return d.t[i*d.n : (i+1)*d.n] }

// at is the value of the nonbasic variable of a column.
func (d *dictionary) at(j int) float64 {
	if d.upper[j] {
		return d.high[d.nonbasic[j]]
	}
	return d.low[d.nonbasic[j]]
}

// of is the value of a structural variable.
func (d *dictionary) of(v int) float64 {
	w := d.where[v]
	if w < 0 {
		return d.value[-1-w]
	}
	return d.at(int(w))
}

// addRow brings row k of the model into the basis.
func (d *dictionary) addRow(mo *model, k int) {
	d.m++
	d.t = slices.Grow(d.t, d.n)[:d.m*d.n]
	added := d.row(d.m - 1)
	clear(added)
	sum := 0.0
	for _, e := range mo.rows[k] {
		if w := d.where[e.at]; w >= 0 {
			added[w] += e.times
			sum += e.times * d.at(int(w))
		} else {
			floats.AddScaled(added, e.times, d.row(int(-1-w)))
			sum += e.times * d.value[-1-w]
		}
	}
	d.basic = append(d.basic, int32(d.n+k))
	d.value = append(d.value, sum)
	d.where[d.n+k] = int32(-d.m)
}

// pivot exchanges the basic variable of row r, which goes to one of its bounds,
// and the nonbasic variable of column q.
func (d *dictionary) pivot(r, q int, toUpper bool) {
	row := d.row(r)
	p := row[q]
	target := d.low[d.basic[r]]
	if toUpper {
		target = d.high[d.basic[r]]
	}
	step := (target - d.value[r]) / p
	entered := d.at(q) + step
	floats.Scale(-1/p, row)
	row[q] = 1 / p
	for i := range d.m {
		if i == r {
			continue
		}
		other := d.row(i)
		if f := other[q]; f != 0 {
			other[q] = 0
			floats.AddScaled(other, f, row)
			d.value[i] += f * step
		}
	}
	f := d.cost[q]
	d.cost[q] = 0
	floats.AddScaled(d.cost, f, row)
	d.basic[r], d.nonbasic[q] = d.nonbasic[q], d.basic[r]
	d.where[d.basic[r]], d.where[d.nonbasic[q]] = int32(-1-r), int32(q)
	d.value[r], d.upper[q] = entered, toUpper
}

// objective is the value of the basis, an upper bound as long as each nonbasic
// variable is at the bound that its cost prefers.
func (d *dictionary) objective() float64 {
	sum := 0.0
	for j, c := range d.cost {
		if c != 0 {
			sum += c * d.at(j)
		}
	}
	return sum
}

// set fixes a structural variable.
func (d *dictionary) set(v int, value float64) {
	if w := d.where[v]; w >= 0 {
		if change := value - d.at(int(w)); change != 0 {
			for i := range d.m {
				d.value[i] += change * d.t[i*d.n+int(w)]
			}
		}
	}
	d.low[v], d.high[v] = value, value
}
