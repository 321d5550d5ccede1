package calibration

// counts are what the E-step hands to the M-step: expected numbers of persons at the
// nodes (Bock & Aitkin 1981). An item of the exponential family needs only how many
// are expected to have answered it at each node, and the sum of score × ability; how
// often each category was given is known. The others need the expected number of
// each category at each node.
type counts struct {
	answered []float64 // of each item, at each node
	products []float64 // of each item: Σ score·E(θ)
	category []float64 // of each item and category, at each node; nil as in tables
	groups   []moments
	loglik   float64
	coarse   coarseness
}

// moments of the ability in a group: the number of persons, and the sums of the
// posterior means of θ and θ².
type moments struct{ n, first, second float64 }

// coarseness compares the spacing of the nodes with the posterior standard deviations.
type coarseness struct {
	persons    float64 // whose spacing is over two posterior SDs
	smallestSD float64
}

// see takes in a row of n persons.
func (c *coarseness) see(n, sd, step float64) {
	c.smallestSD = min(c.smallestSD, sd)
	if step > 2*sd {
		c.persons += n
	}
}

func newCounts(d *Data, t *tables) *counts {
	return &counts{
		answered: make([]float64, len(t.d)),
		products: make([]float64, len(d.items)),
		category: make([]float64, len(t.logs)),
		groups:   make([]moments, len(d.groups)),
	}
}

func (c *counts) reset() {
	clear(c.answered)
	clear(c.products)
	clear(c.category)
	clear(c.groups)
	c.loglik, c.coarse = 0, coarseness{smallestSD: 1e300}
}

// add adds other to c.
func (c *counts) add(other *counts) {
	for i, v := range other.answered {
		c.answered[i] += v
	}
	for i, v := range other.products {
		c.products[i] += v
	}
	for i, v := range other.category {
		c.category[i] += v
	}
	for g, m := range other.groups {
		c.groups[g].n += m.n
		c.groups[g].first += m.first
		c.groups[g].second += m.second
	}
	c.loglik += other.loglik
	c.coarse.persons += other.coarse.persons
	c.coarse.smallestSD = min(c.coarse.smallestSD, other.coarse.smallestSD)
}
