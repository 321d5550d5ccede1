package fit

import (
	"fmt"
	"math"

	"galien/internal/measure"
)

// quadrature is the population on equally spaced nodes; the weights sum to 1.
type quadrature struct{ theta, weight []float64 }

func newQuadrature(population measure.Normal, nodes int) quadrature {
	q := quadrature{make([]float64, nodes), make([]float64, nodes)}
	sum := 0.0
	for i := range q.theta {
		z := reach * (2*float64(i)/float64(nodes-1) - 1)
		q.theta[i] = population.Mean + z*population.SD
		q.weight[i] = math.Exp(-z * z / 2)
		sum += q.weight[i]
	}
	for i := range q.weight {
		q.weight[i] /= sum
	}
	return q
}

// smallest keeps a probability from being 0 far in the tails: an answer that the model deems
// impossible at every node would leave no posterior.
const smallest = 1e-300

// curve holds the probability of each category of an item at the nodes.
type curve [][]float64

func newCurve(it *measure.Item, theta []float64) curve {
	c := make(curve, it.Categories())
	for k := range c {
		c[k] = make([]float64, len(theta))
	}
	var p []float64
	for q, t := range theta {
		p = it.Probabilities(t, p)
		for k := range c {
			c[k][q] = max(p[k], smallest)
		}
	}
	return c
}

func (d *Data) curves(theta []float64) []curve {
	curves := make([]curve, len(d.items))
	for j := range curves {
		curves[j] = newCurve(&d.items[j], theta)
	}
	return curves
}

// multiply multiplies weights by the likelihood of an answer, and brings their sum to 1. A
// likelihood that leaves nothing, the two being apart by more than a double can tell, is ignored.
func multiply(weight, likelihood []float64) {
	sum := dot(weight, likelihood)
	if sum == 0 {
		return
	}
	for q, l := range likelihood {
		weight[q] *= l / sum
	}
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// EAP returns the posterior mean of the ability of each person, the population being the prior.
func EAP(d *Data, o Options) ([]float64, error) {
	m, err := newPosteriors(d, o)
	if err != nil {
		return nil, err
	}
	means := make([]float64, len(d.persons))
	weight := make([]float64, len(m.nodes.theta))
	for p := range means {
		means[p] = m.mean(p, noItem, weight)
	}
	return means, nil
}

// posteriors is what the posteriors of all the persons share.
type posteriors struct {
	data   *Data
	nodes  quadrature
	curves []curve
}

func newPosteriors(d *Data, o Options) (posteriors, error) {
	o, err := o.complete(d)
	if err != nil {
		return posteriors{}, err
	}
	nodes := newQuadrature(o.Population, o.Nodes)
	return posteriors{d, nodes, d.curves(nodes.theta)}, nil
}

// noItem is the index of no item.
const noItem = -1

// mean is the posterior mean of a person's ability from all the answers but that to one item. The
// weight of each node is room to work in.
func (m *posteriors) mean(person, without int, weight []float64) float64 {
	copy(weight, m.nodes.weight)
	for _, a := range m.data.answersOf(person) {
		if a.item() != without {
			multiply(weight, m.curves[a.item()][a.category()])
		}
	}
	return dot(weight, m.nodes.theta)
}

// Rest gives the abilities that Distractors asks for: those of the persons who answered an item,
// from their other answers. It holds what all the items need, in four bytes an answer and the
// category probabilities of the items at the nodes. It does not change, and is safe for
// concurrent use.
type Rest struct {
	posteriors
	persons [][]int32 // who answered each item, ascending
}

// NewRest prepares the abilities of data. It refuses options that make no sense.
func NewRest(d *Data, o Options) (*Rest, error) {
	m, err := newPosteriors(d, o)
	if err != nil {
		return nil, err
	}
	return &Rest{m, d.personsByItem()}, nil
}

// EAP returns the posterior mean of the ability of each person who answered an item, the answer
// to it being left out; NaN for the persons who did not answer it. It refuses an index that is
// not that of an item. Its time grows with the answers of the persons who answered the item.
func (r *Rest) EAP(item int) ([]float64, error) {
	if item < 0 || item >= len(r.persons) {
		return nil, fmt.Errorf("fit: item %d of %d", item, len(r.persons))
	}
	means := make([]float64, len(r.data.persons))
	for p := range means {
		means[p] = math.NaN()
	}
	weight := make([]float64, len(r.nodes.theta))
	for _, p := range r.persons[item] {
		means[p] = r.mean(int(p), item, weight)
	}
	return means, nil
}

// personsByItem lists the persons who answered each item.
func (d *Data) personsByItem() [][]int32 {
	counts := make([]int, len(d.items))
	for _, a := range d.answers {
		counts[a.item()]++
	}
	persons := make([][]int32, len(d.items))
	for j, n := range counts {
		persons[j] = make([]int32, 0, n)
	}
	for p := range d.persons {
		for _, a := range d.answersOf(p) {
			persons[a.item()] = append(persons[a.item()], int32(p))
		}
	}
	return persons
}

// checkAbilities refuses a number of abilities that is not that of the persons. A person whose
// ability is not finite is left out by all that takes abilities.
func (d *Data) checkAbilities(n int) error {
	if n != len(d.persons) {
		return fmt.Errorf("fit: %d abilities for %d persons", n, len(d.persons))
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
