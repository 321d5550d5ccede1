package calibration

import "context"

// products sum the outer products of the persons' scores: a block for each item, in
// the order of curve.derivatives, the slope that 1PL items share apart, and a block
// for each population.
type products struct {
	items  [][]float64
	groups [][3]float64 // mean-mean, mean-SD, SD-SD
	common float64
	score  []float64 // working memory
}

// gradients hold, for each item and category, the gradient of log P_k at the nodes:
// rows of nodes, one a parameter.
type gradients [][]float64

func (e *engine) gradients() gradients {
	all := make(gradients, e.tables.category[len(e.data.items)])
	stride := e.grid.stride
	e.each(len(e.data.items), func(j int) {
		p := &e.layout.items[j]
		if !p.free() {
			return
		}
		f := newFit(e, j, expansion{0, 1})
		first := int(e.tables.category[j])
		for k := range f.probability {
			all[first+k] = make([]float64, f.n*stride)
		}
		for q, theta := range e.grid.nodes {
			e.curves[j].derivatives(theta, f.probability, f.rows)
			for i, g := range f.rows {
				all[first+i/f.n][i%f.n*stride+q] = g
			}
		}
	})
	return all
}

// crossProducts runs one more E-step at x, and gathers the scores of the persons.
func (e *engine) crossProducts(ctx context.Context, x []float64) (*products, error) {
	e.at(x)
	slopes := e.gradients()
	parts := make([]*products, len(e.passes))
	for i, p := range e.passes {
		own := e.newProducts()
		parts[i] = own
		p.score = func(p *pass, f *form, row uint32) { own.row(p, f, row, slopes, x) }
	}
	err := e.expect(ctx, x)
	for _, p := range e.passes {
		p.score = nil
	}
	if err != nil {
		return nil, err
	}
	total := parts[0]
	for _, part := range parts[1:] {
		total.add(part)
	}
	return total, nil
}

func (e *engine) newProducts() *products {
	t := &products{items: make([][]float64, len(e.data.items)), groups: make([][3]float64, len(e.data.groups))}
	t.score = make([]float64, MaxCategories+2)
	for j := range e.layout.items {
		if p := &e.layout.items[j]; p.free() {
			n := len(p.indices(nil))
			t.items[j] = make([]float64, n*n)
		}
	}
	return t
}

func (t *products) add(other *products) {
	for j, block := range other.items {
		for i, v := range block {
			t.items[j][i] += v
		}
	}
	for g := range other.groups {
		for i, v := range other.groups[g] {
			t.groups[g][i] += v
		}
	}
	t.common += other.common
}

// row adds the scores of a row: posterior means of the gradients. The posterior sums
// to the number of persons of the row, who each have that score.
func (t *products) row(p *pass, f *form, row uint32, all gradients, x []float64) {
	n := p.data.weight(row)
	stride, answers := p.grid.stride, p.data.answersOf(f, row)
	posterior := p.weight[p.low:p.high]
	shared := 0.0
	for l, j := range p.data.listOf(f) {
		g := all[p.tables.category[j]+uint32(answers[l])]
		if g == nil {
			continue
		}
		score := t.score[:len(g)/stride]
		for i := range score {
			sum := 0.0
			for q, v := range g[i*stride+p.low : i*stride+p.high][:len(posterior)] {
				sum += v * posterior[q]
			}
			score[i] = sum / n
		}
		if p.layout.items[j].slope == p.layout.common {
			shared += score[0]
			score[0] = 0
		}
		block := t.items[j]
		for i, u := range score {
			for h, v := range score {
				block[i*len(score)+h] += n * u * v
			}
		}
	}
	t.common += n * shared * shared
	t.population(p, row, n, x)
}

// population adds the scores of the mean and the log-SD of the row's group.
func (t *products) population(p *pass, row uint32, n float64, x []float64) {
	g := p.data.group(row)
	mean, sd := p.layout.population(g, x)
	var u, v float64
	for q := p.low; q < p.high; q++ {
		z := (p.grid.nodes[q] - mean) / sd
		u += z / sd * p.weight[q]
		v += (z*z - 1) * p.weight[q]
	}
	t.groups[g][0] += u * u / n
	t.groups[g][1] += u * v / n
	t.groups[g][2] += v * v / n
}
