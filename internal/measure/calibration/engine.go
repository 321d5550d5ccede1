package calibration

import (
	"context"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
)

// engine holds a calibration's data, tables and working memory.
type engine struct {
	data    *Data
	layout  *layout
	grid    grid
	priors  Priors
	tables  *tables
	curves  []curve // of the estimated items, at the last point
	concave bool    // every posterior is log-concave
	workers int

	lows  []uint16 // first node of each row's range, from the last E-step
	spans []uint8  // and its length, in blocks of unroll nodes

	cuts   []uint32 // bounds of the parts
	passes []*pass
	total  *counts
}

// maxParts is how many parts the rows are cut into, and minPart how many rows a part
// should have. Each part has its own counts, added in order: the result does not
// depend on who computed them.
const (
	maxParts = 16
	minPart  = 256
	// maxPartBytes bounds the counts of all the parts together.
	maxPartBytes = 24 << 20
)

func newEngine(d *Data, o *Options) *engine {
	e := &engine{data: d, layout: newLayout(d, o.Quadrature), grid: newGrid(o.Quadrature), priors: *o.Priors, workers: o.Workers}
	e.tables = newTables(d, &e.grid)
	e.curves = make([]curve, len(d.items))
	e.concave = true
	for j := range d.items {
		it, p := &d.items[j], &e.layout.items[j]
		switch {
		case p.status == Fixed:
			e.tables.fill(j, it.Fixed, &e.grid)
			e.concave = e.concave && logConcave(it.Model)
		case p.free():
			e.concave = e.concave && logConcave(it.Model)
		}
	}
	e.lows = make([]uint16, d.rows)
	e.spans = make([]uint8, d.rows)
	for row := range e.spans {
		e.spans[row] = uint8(e.grid.stride / unroll)
	}
	e.total = newCounts(d, e.tables)
	e.partition()
	if e.workers == 0 {
		e.workers = runtime.GOMAXPROCS(0)
	}
	return e
}

// partition cuts the rows into parts of about as many responses.
func (e *engine) partition() {
	d := e.data
	size := 8 * (len(e.total.answered) + len(e.total.category) + 1)
	parts := min(maxParts, 1+d.rows/minPart, 1+maxPartBytes/size)
	e.cuts = make([]uint32, 1, parts+1)
	done := uint64(0)
	for i := range d.forms {
		f := &d.forms[i]
		for row := range f.rows {
			done += uint64(f.length)
			if done*uint64(parts) >= uint64(len(d.categories))*uint64(len(e.cuts)) && len(e.cuts) < parts {
				e.cuts = append(e.cuts, f.row+row+1)
			}
		}
	}
	e.cuts = append(e.cuts, uint32(d.rows))
	for range len(e.cuts) - 1 {
		e.passes = append(e.passes, newPass(e))
	}
}

// formOf returns the form of a row.
func (e *engine) formOf(row uint32) int {
	forms := e.data.forms
	return sort.Search(len(forms), func(i int) bool { return forms[i].row+forms[i].rows > row })
}

// at sets the tables to a vector of parameters.
func (e *engine) at(x []float64) {
	e.each(len(e.data.items), func(j int) {
		if e.layout.items[j].free() {
			v := &e.curves[j]
			e.layout.curve(j, e.data.items[j].Model, x, v)
			it := v.item(e.data.items[j].ID)
			e.tables.fill(j, &it, &e.grid)
		}
	})
	for g := range e.data.groups {
		mean, sd := e.layout.population(g, x)
		e.grid.logWeights(mean, sd, e.tables.prior[g*e.grid.stride:(g+1)*e.grid.stride])
	}
}

// expect is the E-step: it leaves the expected counts at x in e.total.
func (e *engine) expect(ctx context.Context, x []float64) error {
	e.at(x)
	e.each(len(e.passes), func(i int) {
		if ctx.Err() == nil {
			e.passes[i].run(e.cuts[i], e.cuts[i+1])
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	e.total.reset()
	for _, p := range e.passes {
		e.total.add(p.counts)
	}
	return nil
}

// each calls f for 0 to n-1 on the workers. The calls touch different data.
func (e *engine) each(n int, f func(i int)) {
	workers := min(e.workers, n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	done.Wait()
}
