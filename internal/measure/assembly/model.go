package assembly

import "math"

// model is the integer programme of the items that are not decided yet: its
// columns. The relaxation lets a column be chosen in part.
type model struct {
	n         int
	items     []int32   // by column
	cost      []float64 // by column: what it adds to the objective
	columns   [][]entry
	rows      [][]entry
	low, high []float64 // by variable: the columns, then the rows
	fixed     float64   // objective of the items decided outside the columns
}

// entry is a coefficient, of a column in a row or of a row in a column. The
// coefficients of a row are scaled by a power of two to 1 at most, so that rows
// compare and sums stay exact.
type entry struct {
	at    int32
	times float64
}

func (mo *model) begin() {
	mo.items, mo.cost, mo.fixed = mo.items[:0], mo.cost[:0], 0
}

func (mo *model) add(item int32, cost float64) {
	mo.items = append(mo.items, item)
	mo.cost = append(mo.cost, cost)
}

// end writes the rows that the columns can break, each with the bounds that are
// left; false when they cannot but break one.
func (mo *model) end(ma *matrix, left []bounds, rowOf []int32, reach []int) bool {
	mo.n = len(mo.items)
	mo.columns, mo.rows = again(mo.columns, mo.n), mo.rows[:0]
	mo.low, mo.high = resize(mo.low, mo.n), resize(mo.high, mo.n)
	clear(reach)
	for j, item := range mo.items {
		mo.low[j], mo.high[j] = 0, 1
		for _, t := range ma.columns[item] {
			reach[t.at] += int(t.times)
		}
	}
	rows := 0
	for k, b := range left {
		if b.high < 0 || b.low > reach[k] {
			return false
		}
		rowOf[k] = -1
		if b.low > 0 || b.high < reach[k] {
			rowOf[k] = int32(rows)
			rows++
			low, high := math.Inf(-1), math.Inf(1)
			if b.low > 0 {
				low = float64(b.low) * ma.scale[k]
			}
			if b.high < reach[k] {
				high = float64(b.high) * ma.scale[k]
			}
			mo.low, mo.high = append(mo.low, low), append(mo.high, high)
		}
	}
	mo.rows = again(mo.rows, rows)
	for j, item := range mo.items {
		for _, t := range ma.columns[item] {
			if k := rowOf[t.at]; k >= 0 {
				times := float64(t.times) * ma.scale[t.at]
				mo.columns[j] = append(mo.columns[j], entry{at: k, times: times})
				mo.rows[k] = append(mo.rows[k], entry{at: int32(j), times: times})
			}
		}
	}
	return true
}

// again empties the first n lists, and keeps their room.
func again(lists [][]entry, n int) [][]entry {
	lists = lists[:cap(lists)]
	for len(lists) < n {
		lists = append(lists, nil)
	}
	lists = lists[:n]
	for i := range lists {
		lists[i] = lists[i][:0]
	}
	return lists
}

// bound is an upper bound of the objective of a node, proven by any multipliers y
// of the rows (Neumaier & Shcherbina 2004): Σ y·row + Σ (cost - y·column)·x, each
// term at its largest within the bounds. It takes nothing from the dictionary
// but the bounds, so that no rounding of the pivots makes it wrong. The reduced
// costs are left in reduced.
func (mo *model) bound(d *dictionary, y, reduced []float64) float64 {
	sum := mo.fixed
	for k, v := range y {
		switch {
		case v > 0:
			sum += v * d.high[mo.n+k]
		case v < 0:
			sum += v * d.low[mo.n+k]
		}
	}
	for j, column := range mo.columns {
		c := mo.cost[j]
		for _, e := range column {
			c -= y[e.at] * e.times
		}
		reduced[j] = c
		if c > 0 {
			sum += c * d.high[j]
		} else {
			sum += c * d.low[j]
		}
	}
	return sum
}
