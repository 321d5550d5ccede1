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
	return d.posteriorMeans(o, -1)
}

// RestEAP returns the posterior mean of the ability of each person who answered an item, from the
// other answers; NaN for the persons who did not answer it. It is the ability that Distractors
// asks for.
func RestEAP(d *Data, item int, o Options) ([]float64, error) {
	if item < 0 || item >= len(d.items) {
		return nil, fmt.Errorf("fit: item %d of %d", item, len(d.items))
	}
	return d.posteriorMeans(o, item)
}

// posteriorMeans leaves an item out, and the persons who did not answer it, unless the item is
// -1.
func (d *Data) posteriorMeans(o Options, without int) ([]float64, error) {
	o, err := o.complete(d)
	if err != nil {
		return nil, err
	}
	nodes := newQuadrature(o.Population, o.Nodes)
	curves := d.curves(nodes.theta)
	means := make([]float64, len(d.persons))
	weight := make([]float64, o.Nodes)
	for p := range means {
		copy(weight, nodes.weight)
		met := without < 0
		for _, a := range d.answersOf(p) {
			if a.item() == without {
				met = true
				continue
			}
			multiply(weight, curves[a.item()][a.category()])
		}
		means[p] = math.NaN()
		if met {
			means[p] = dot(weight, nodes.theta)
		}
	}
	return means, nil
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
