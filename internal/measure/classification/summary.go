package classification

// Indices are probabilities, over a population or for one person.
type Indices struct {
	Accuracy    float64 // the observed level is the true one
	Consistency float64 // two tests give the same level
}

// Summary of the decisions at several cuts.
type Summary struct {
	// Levels are the indices of all levels together; Cuts those of each cut alone.
	Levels Indices
	Cuts   []Indices
	// Kappa is the consistency of the levels beyond what chance gives (Cohen 1960); 0
	// when everyone is in one level.
	Kappa float64
	// Conditional holds the indices of each point, Levels and Cuts as above.
	Conditional []Conditional
}

// Conditional indices at one point.
type Conditional struct {
	Levels Indices
	Cuts   []Indices
}

// collector accumulates a summary over points.
type collector struct {
	sum    Summary
	weight float64
	share  []float64 // of each level among the observed
}

func newCollector(cuts int) *collector {
	return &collector{sum: Summary{Cuts: make([]Indices, cuts)}, share: make([]float64, cuts+1)}
}

// add counts a point of a true level whose observed level has the probabilities given.
func (c *collector) add(weight float64, probabilities []float64, truth int) {
	p := Conditional{Levels: Indices{Accuracy: probabilities[truth]}, Cuts: make([]Indices, len(c.sum.Cuts))}
	for k, q := range probabilities {
		p.Levels.Consistency += q * q
		c.share[k] += weight * q
	}
	for j := range p.Cuts {
		below, above := sum(probabilities[:j+1]), sum(probabilities[j+1:])
		p.Cuts[j] = Indices{Accuracy: above, Consistency: below*below + above*above}
		if truth <= j {
			p.Cuts[j].Accuracy = below
		}
		c.sum.Cuts[j].add(p.Cuts[j], weight)
	}
	c.sum.Levels.add(p.Levels, weight)
	c.sum.Conditional = append(c.sum.Conditional, p)
	c.weight += weight
}

func (c *collector) summary() Summary {
	s := c.sum
	s.Levels.divide(c.weight)
	for j := range s.Cuts {
		s.Cuts[j].divide(c.weight)
	}
	chance := 0.0
	for _, q := range c.share {
		chance += q * q / (c.weight * c.weight)
	}
	if chance < 1-1e-12 { // otherwise only rounding is left
		s.Kappa = (s.Levels.Consistency - chance) / (1 - chance)
	}
	return s
}

func (x *Indices) add(y Indices, weight float64) {
	x.Accuracy += weight * y.Accuracy
	x.Consistency += weight * y.Consistency
}

func (x *Indices) divide(weight float64) {
	x.Accuracy /= weight
	x.Consistency /= weight
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}
